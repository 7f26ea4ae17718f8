"""Every outcome in every language: within Telegram's limits, with somewhere to turn, nothing lost in translation."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import get_args

import pytest

from bot import outcome as out
from bot.model import Crisis, Kind, Point
from bot.refer import crisis_lines
from bot.session import Session
from bot.talk import COMMANDS, LONGEST_CALLBACK, Choice, Command, Position, Something, Words
from bot.wording import END, ISOLATE, available

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES = available(LOCALES)
RIGHT_TO_LEFT = [tag for tag in LANGUAGES if tag in {"ar", "fa", "prs", "ps", "ur"}]
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def screens(talk, fixed, today):
    """Every kind of screen, reached as a person would."""
    session = Session(language="en")
    reached = []
    for incoming in (
        *(Command(name) for name in COMMANDS),
        Words("english classes near jane and finch"), Words("dentist"), Words("family doctor in scarborough"),
        Words("food bank in mississauga"), Words("hello"), Words("thanks"), Words("bye"), Words("are you a robot"),
        Words("qqq zzz"), Words("dentist near lawrence"), Words("food bank near yonge and eglinton"),
        Words("women's counselling after abuse in rexdale"), Words("who coordinates agencies in malvern"),
        Position(Point(43.7500, -79.5150)), Position(Point(0.0, 0.0)), Something(), Choice("9 old"), Choice("1 facts"),
        *(Choice(f"1 area {area}") for area in fixed.areas), *(Choice(f"1 lip {lip}") for lip in fixed.lips),
        *(Choice(f"1 parts d.{place.id} 1") for place in fixed.places if place.kind is Kind.DISTRICT),
        Choice("1 lang fr"),
    ):  # fmt: skip
        session, outcome = talk.turn(session, incoming, today)
        reached.append(outcome)
        session = Session(language="en") if isinstance(outcome, out.Languages) else session
    reached += [out.Danger(kind=kind, lines=crisis_lines(kind, fixed)) for kind in Crisis]
    reached += [
        out.LanguageOffer(language="fr", then=out.Welcome()),
        out.LanguageNotYet(languages=LANGUAGES),
        out.AskWhichNeed(understood=out.Understood(), options=tuple(fixed.needs.values())[:4]),
        out.About(reviewed=True),
        out.MyData(session=Session(language="fr", offered="ar", asked="need", met=True), understood=out.Understood()),
    ]
    return reached


def test_every_outcome_has_a_screen(screens):
    """No kind of outcome is left untried here."""
    assert {type(screen) for screen in screens} == set(get_args(out.Outcome))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits_telegram(language, screens, replies):
    """Text, labels and data stay within the Bot API's limits, and the markup is whole."""
    for screen in screens:
        reply = replies.reply(screen, language)

        assert 0 < len(TAGS.sub("", reply.text).encode("utf-16-le")) // 2 <= 4096, type(screen).__name__
        assert reply.text.count("<b>") == reply.text.count("</b>"), reply.text
        assert set(TAGS.findall(reply.text)) <= {"<b>", "</b>"}, reply.text
        assert "{" not in reply.text, reply.text
        for button in (button for row in reply.buttons for button in row):
            assert 0 < len(button.label) <= 40, button.label
            assert (button.data is None) != (button.copy is None)
            assert button.data is None or len(button.data.encode()) <= LONGEST_CALLBACK, button.data


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_is_a_dead_end(language, screens, replies):
    """Every screen has a button that leads on."""
    for screen in screens:
        reply = replies.reply(screen, language)

        assert any(button.data for row in reply.buttons for button in row), type(screen).__name__


def test_every_button_leads_somewhere(screens, replies, talk, today):
    """No button of any screen is answered as one that is too old."""
    for screen in screens:
        for button in (button for row in replies.reply(screen, "en").buttons for button in row):
            if button.data is not None:
                _, reached = talk.turn(Session(language="en"), Choice(button.data), today)
                assert not isinstance(reached, out.OldButton), (type(screen).__name__, button)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_names_2_1_1(language, screens, replies):
    """Whatever was found, a person can turn to 2-1-1; a LIP is never the only door."""
    for screen in screens:
        if isinstance(screen, (out.Referral, out.Outside, out.Help, out.NotUnderstood)):
            assert re.search(r"2-?1-?1", replies.reply(screen, language).text), type(screen).__name__


def test_an_answer_says_what_was_understood(screens, replies):
    """Place, need and partnership stand in every answer, with buttons to change place and need."""
    answers = [screen for screen in screens if isinstance(screen, out.Referral)]
    assert answers
    for answer in answers:
        reply = replies.reply(answer, "en")
        pressed = {button.data for row in reply.buttons for button in row}

        assert html.escape(answer.understood.place.name, quote=False) in reply.text
        assert "Local Immigration Partnership" in reply.text
        assert {"1 go place", "1 go need"} <= pressed


def test_every_card_has_a_source(screens, replies):
    """Each service that is named comes with a source and a date, or the words that there is none."""
    for answer in (screen for screen in screens if isinstance(screen, out.Referral) and screen.matches):
        text = replies.reply(answer, "en").text

        assert len(re.findall(r"Source: .+, (?:\w+ )?(?:\d+, )?\d{4}\.|without a date", text)) >= len(answer.matches), (
            text
        )


@pytest.mark.parametrize("kind", list(Crisis))
@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_starts_with_its_lines(kind, language, fixed, replies):
    """Within the first five lines of the reply stands a number to call, and it can be copied."""
    reply = replies.reply(out.Danger(kind=kind, lines=crisis_lines(kind, fixed)), language)
    numbers = [button.copy for row in reply.buttons for button in row if button.copy]

    assert any(number in "\n".join(reply.text.splitlines()[:5]) for number in numbers)
    assert not any(mark in number for number in numbers for mark in (ISOLATE, END))


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_numbers_and_names_are_isolated(language, screens, replies):
    """In a right-to-left language each phone number, address and Latin name of a record stands in an isolate."""
    for screen in screens:
        text = replies.reply(screen, language).text
        bare = re.sub(f"{ISOLATE}[^{END}]*{END}", "", TAGS.sub("", text))

        assert not re.search(r"\+1 \d{3}|M\d[A-Z] \d", bare), text
        assert text.count(ISOLATE) == text.count(END)


def test_every_sentence_is_of_a_catalogue(screens, fixed, replies):
    """In another language no English sentence is left, but for what records hold."""
    screens = [screen for screen in screens if not isinstance(screen, out.LanguageOffer)]  # it speaks both languages
    english = {line for screen in screens for line in TAGS.sub("", replies.reply(screen, "en").text).splitlines()}
    french = {line for screen in screens for line in TAGS.sub("", replies.reply(screen, "fr").text).splitlines()}
    records = {service.description for one in fixed.organizations.values() for service in one.services}
    records |= {service.name for one in fixed.organizations.values() for service in one.services}
    left = {line for line in english & french if len(line.split()) > 3 and line not in records}

    assert not {line for line in left if not re.match(r"\d+\. |9-8-8|911|\+1 |.*Partnership", line)}
