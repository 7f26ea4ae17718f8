"""The normaliser: what it folds, what it keeps, and that nothing breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understand.text import LONGEST_MESSAGE, MOST_TOKENS, clean, letters, rough_sound, script_of, sound, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jane & Finch", ["jane", "finch"]),
        ("Rexdale'de iş", ["rexdale", "de", "iş"]),
        ("O'Connor", ["o", "connor"]),
        ("б'є дитину", ["б'є", "дитину"]),
        ("我住在士嘉堡", list("我住在士嘉堡")),
        ("Pharmacy夹Finch", ["pharmacy", "夹", "finch"]),
        ("बेटी को", ["बेटी", "को"]),
        ("بی‌ویو", ["بیویو"]),
        ("m٣n ۱a1", ["m3n", "1a1"]),
        ("ＥＳＬ　ｃｌａｓｓ", ["esl", "class"]),
        ("노스욕Finch", ["노스욕", "finch"]),
        ("", []),
        ("😀 !!! ---", []),
    ],
)
def test_words(text, words):
    """A message falls into words, whatever its script."""
    assert [token.word for token in tokens(clean(text))] == words


@pytest.mark.parametrize(
    ("name", "written"),
    [("Rexdale", "Рексдейл"), ("Thorncliffe", "ثورنكليف"), ("Don Mills", "дон миллс"), ("Rexdale", "रेक्सडेल")],
)
def test_names_sound_alike_across_scripts(name, written):
    """A name written by ear has the rough sound of the name."""
    assert rough_sound(letters(written)) == rough_sound(letters(name))


def test_dropped_vowels_keep_the_sound():
    """Who drops vowels is still heard."""
    assert sound("flmngdn") == sound("flemingdon")


def test_direction_and_zero_width_signs_are_gone():
    """Invisible signs change nothing."""
    assert clean("Re\u200bx\u202edale") == "Rexdale"


def test_a_heap_of_marks_is_cut():
    """Four thousand accents on one letter are no four thousand letters."""
    assert len(clean("a" + "\u0301" * 4000)) < 10


@given(st.text())
def test_tokens_are_slices_in_order(text):
    """Every token is a slice of the cleaned message, none overlaps another, whatever is written."""
    text = clean(text)
    found = tokens(text)
    ends = [0, *(token.end for token in found)]

    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(end <= token.start for end, token in zip(ends, found, strict=False))


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text):
    """The normaliser has nothing left to do after itself."""
    assert clean(clean(text)) == clean(text)


def test_a_long_message_is_bounded():
    """Beyond Telegram's limit nothing is read."""
    found = tokens(clean("word " * 10_000))

    assert len(found) <= MOST_TOKENS + 1
    assert found[-1].end <= LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("char", "script"),
    [
        ("a", "latin"),
        ("ế", "latin"),
        ("ж", "cyrillic"),
        ("ع", "arabic"),
        ("ह", "devanagari"),
        ("ግ", "ethiopic"),
        ("한", "hangul"),
    ],
)
def test_scripts(char, script):
    """A letter knows its script."""
    assert script_of(char) == script
