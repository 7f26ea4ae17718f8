"""Each catalogue against English: nothing missing, nothing broken, nothing left in English."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.wording import CLDR, Wording, available, own_name

LOCALES = Path(__file__).parent.parent / "locales"
OTHERS = [tag for tag in available(LOCALES) if tag != "en"]
assert OTHERS, "no catalogues found: has the folder moved?"
SAME_IN = {"Help", "Page", "Notary", "Transit", "ODSP", "Ontario Works", "LGBTQ+ support", "Information", "Navigation"}
COMMAND = re.compile(r"/[a-z]+")
NUMBER = re.compile(r"\d[\d-]*")
MONTH = re.compile(r"\d+ ?月")
"""Chinese counts its months."""


def catalogue(tag):
    """The messages of a language."""
    with (LOCALES / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=CLDR.get(tag, tag.replace("-", "_")), abort_invalid=True)


def template():
    """Every message there is."""
    with (LOCALES / "messages.pot").open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def fields(text):
    """The placeholders of a message."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("tag", OTHERS)
def test_complete(tag):
    """Every message is translated, and none is marked as a guess."""
    messages = {message.id: message for message in catalogue(tag) if message.id}

    assert template() - messages.keys() == set()
    assert [id_ for id_, message in messages.items() if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_placeholders_commands_numbers_and_markup_are_kept(tag):
    """What stands for a fact, a command or a number is the same on both sides."""
    for message in catalogue(tag):
        if message.id:
            said = str(message.string)
            assert fields(message.id) == fields(said), (message.id, said)
            assert sorted(COMMAND.findall(message.id)) == sorted(COMMAND.findall(said)), said
            assert set(NUMBER.findall(message.id)) == set(NUMBER.findall(MONTH.sub("", said))), said
            assert "<" not in said, said


@pytest.mark.parametrize("tag", OTHERS)
def test_nothing_is_left_in_english(tag):
    """No message of more than one word is its own English."""
    copied = [m.id for m in catalogue(tag) if m.id and m.id == m.string and m.id not in SAME_IN and " " in str(m.id)]

    assert copied == []


@pytest.mark.parametrize("tag", OTHERS)
def test_no_direction_marks_and_no_leftovers(tag):
    """Directions are put around values by the program; a catalogue holds plain words."""
    for message in catalogue(tag):
        said = str(message.string)
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", said), said
        assert not re.search(r"TODO|FIXME|XXX", said) or not message.id, said
        assert said == said.strip() or not message.id, repr(said)


@pytest.mark.parametrize("tag", OTHERS)
def test_every_message_can_be_said(tag):
    """Each message takes its values."""
    wording = Wording(tag, LOCALES)
    for message in catalogue(tag):
        if message.id:
            values = dict.fromkeys(fields(message.id), "X")
            assert wording.say(message.id, **values), message.id


@pytest.mark.parametrize("tag", ["en", *OTHERS])
def test_habits(tag):
    """Lists, distances and dates come out in each language, with digits a phone keyboard has."""
    wording = Wording(tag, LOCALES)
    told = " ".join(
        [
            wording.distance(640),
            wording.distance(12_300),
            wording.date("2026-03-21"),
            wording.date("2026-03"),
            wording.date("2026"),
        ]
    )

    assert "600" in told
    assert "12" in told
    assert "2026" in told
    assert not re.search("[٠-٩۰-۹०-९]", told)
    assert wording.list(["a", "b", "c"]).count("a") >= 1
    assert own_name(tag)
