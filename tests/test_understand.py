"""`python -m bot understand`, as interfaces.md promises it to scripts."""

from __future__ import annotations

import json

import pytest

from bot.understand.lines import answer

FIELDS = {"id", "language", "place", "need", "crisis", "asks"}


def told(line, real, reader):
    """The answer to a line, through JSON as a script would see it."""
    return json.loads(json.dumps(answer(line, real, reader), ensure_ascii=False))


@pytest.mark.parametrize(
    "line",
    ["", " ", "{", '{"text": 5}', "[1]", "null", '{"id": 7, "text": "dentist in malvern"}', "😀", "\x00", "a" * 5000],
)
def test_every_line_has_one_answer(line, real, reader):
    """Whatever stands on a line, one object comes back with every field."""
    assert set(told(line, real, reader)) == FIELDS


def test_an_id_is_given_back(real, reader):
    """A JSON line's id returns as it was."""
    assert told('{"id": ["x", 1], "text": "hello"}', real, reader)["id"] == ["x", 1]


def test_a_found_place(real, reader):
    """Place, need and language of one sentence."""
    said = told("english classes near jane and finch", real, reader)
    first = said["place"]["candidates"][0]

    assert said["language"] == "en"
    assert said["place"]["status"] == "found"
    assert said["place"]["span"] == "jane and finch"
    assert set(first) == {"id", "kind", "name", "neighbourhoods", "neighbourhoods_140", "lips"}
    assert "black-creek" in first["lips"]
    assert said["need"] == {"status": "found", "areas": ["language"], "needs": said["need"]["needs"]}
    assert said["need"]["needs"][0] == "esl"
    assert said["crisis"] is None
    assert said["asks"] is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("dentist", "place"),
        ("malvern", "need"),
        ("dentist in scarborough", "which-place"),
        ("food bank in ottawa", None),
        ("hello", None),
    ],
)
def test_what_would_be_asked(text, asks, real, reader):
    """`asks` names the next question."""
    assert told(text, real, reader)["asks"] == asks


def test_an_unsure_place_has_at_most_four_candidates(real, reader):
    """The candidates are the buttons."""
    said = told("dentist in scarborough", real, reader)

    assert said["place"]["status"] == "unsure"
    assert 2 <= len(said["place"]["candidates"]) <= 4
