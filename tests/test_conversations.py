"""Conversations as data: each file is a story somebody could have lived."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
import yaml

from bot.outcome import AskNeed, AskPlace, AskWhichNeed, AskWhichPlace, Danger, LanguageOffer, Referral
from bot.session import Session
from bot.talk import Choice, Command, Words

STORIES = sorted((Path(__file__).parent / "conversations").glob("*/*.yaml"))
assert STORIES, "no conversations found: has the folder moved?"

ASKS = {AskPlace: "place", AskWhichPlace: "which-place", AskNeed: "need", AskWhichNeed: "which-need"}
TURN_FIELDS = {
    "says",
    "presses",
    "asks",
    "services",
    "lips",
    "crisis",
    "outcome",
    "mentions",
    "offers",
    "place",
    "need",
    "language",
}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_conversation(path, talk, replies, today):
    """A person who says this is answered so."""
    story = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    session = Session(language=story.get("language") or None)
    reply = None
    for turn in story["turns"]:
        assert set(turn) <= TURN_FIELDS, f"unknown field in {path.name}"
        session, outcome = talk.turn(session, _incoming(turn, reply), today)
        reply = replies.reply(outcome, session.reads)
        _check(turn, session, outcome, reply)


def _incoming(turn, reply):
    if "presses" in turn:
        labels = {button.label: button for row in reply.buttons for button in row}
        assert turn["presses"] in labels, f"no button {turn['presses']!r} among {list(labels)}"
        return Choice(labels[turn["presses"]].data)
    said = turn["says"]
    if said.startswith("/"):
        name, _, argument = said[1:].partition(" ")
        return Command(name, argument)
    return Words(said)


def _check(turn, session, outcome, reply):
    said = turn.get("says") or turn.get("presses")
    bare = outcome.then if isinstance(outcome, LanguageOffer) else outcome
    after = bare.then if isinstance(bare, Danger) else bare
    told = {
        "offers": getattr(outcome, "language", None) if isinstance(outcome, LanguageOffer) else None,
        "crisis": str(bare.kind) if isinstance(bare, Danger) else None,
        "asks": ASKS.get(type(after)),
        "outcome": type(after).__name__,
        "services": [match.organization.id for match in after.matches] if isinstance(after, Referral) else None,
        "lips": [lip.id for lip in after.facts.lips] if isinstance(after, Referral) else None,
        "place": session.place,
        "need": session.need,
        "language": session.language,
    }
    text = html.unescape(reply.text)

    assert told["crisis"] == turn.get("crisis"), said
    assert {field: told[field] for field in told if field in turn} == {
        field: turn[field] for field in told if field in turn
    }
    assert [words for words in turn.get("mentions", ()) if words not in text] == [], text
    assert len(reply.text) <= 4096, said
