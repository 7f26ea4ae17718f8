"""One normaliser for every script: a message into tokens, a token into letters and sounds.

Both sides of every comparison pass through here, names and phrases as well as messages, so that a rule about
writing stands in one place. Knows nothing of places or needs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

LONGEST_MESSAGE = 4096
"""Telegram's own limit for a text message, in UTF-16 units; what lies beyond is not read."""

MOST_TOKENS = 400
"""A message of 4,096 letters holds some 800 words; what a person needs stands in the first half."""


class Token(NamedTuple):
    """One word of a message (one sign, in Chinese).

    `text` is the slice `start:end` of the message. `word` is it in lower case with its marks, `letters` the same in
    plain Latin letters and digits (a Han sign stays itself). `script` is a word such as "latin", "arabic", "han".
    `capital`: it starts with a capital letter and is not in a message of capitals.
    """

    text: str
    start: int
    end: int
    word: str
    letters: str
    script: str
    capital: bool


# Letters and digits with their marks, joiners and apostrophes inside; `re` leaves most marks out of words.
_MARK = "".join(chr(code) for code in range(0x0300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_RUN = re.compile(rf"[^\W_]+(?:[{_MARK}\u200c\u200d'’ʼ]+[^\W_]*)*")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]{4,}")
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_SCRIPTS = (
    (0x0370, 0x03FF, "greek"), (0x0400, 0x052F, "cyrillic"), (0x0531, 0x058F, "armenian"), (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x07BF, "arabic"), (0x08A0, 0x08FF, "arabic"), (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bengali"),
    (0x0A00, 0x0A7F, "gurmukhi"), (0x0A80, 0x0AFF, "gujarati"), (0x0B80, 0x0BFF, "tamil"), (0x0C00, 0x0C7F, "telugu"),
    (0x0D00, 0x0D7F, "malayalam"), (0x0D80, 0x0DFF, "sinhala"), (0x0E00, 0x0E7F, "thai"), (0x0F00, 0x0FFF, "tibetan"),
    (0x1000, 0x109F, "burmese"), (0x10A0, 0x10FF, "georgian"), (0x1100, 0x11FF, "hangul"), (0x1200, 0x139F, "ethiopic"),
    (0x1780, 0x17FF, "khmer"), (0x3040, 0x30FF, "kana"), (0x31F0, 0x31FF, "kana"), (0x3130, 0x318F, "hangul"),
    (0x3400, 0x9FFF, "han"), (0xAC00, 0xD7AF, "hangul"), (0xF900, 0xFAFF, "han"), (0x20000, 0x3FFFF, "han"),
)  # fmt: skip


def clean(text: str) -> str:
    """The message with widths folded, digits of every script as 0-9, direction and other invisible signs gone."""
    text = text[:LONGEST_MESSAGE]
    if text.isascii():
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text.translate(_INVISIBLE)))
    return "".join(c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c)) for c in text)


def tokens(text: str) -> list[Token]:
    """The words of a message that `clean` has been over, in order; each Han sign is a word of its own."""
    shouted = text.isupper()
    found: list[Token] = []
    for run in _RUN.finditer(text):
        for start, end in _pieces(run.group(), run.start()):
            piece = text[start:end]
            word, letters, script = _forms(piece)
            capital = not shouted and script == "latin" and piece[0].isupper()
            found.append(Token(piece, start, end, word, letters, script, capital))
        if len(found) >= MOST_TOKENS:
            break
    return found


def words(text: str) -> list[str]:
    """The lower-case words of a text, as `Token.word`."""
    return [token.word for token in tokens(clean(text))]


def letters(text: str) -> str:
    """A name as one run of letters: "Jane & Finch" is `janefinch`."""
    return "".join(token.letters for token in tokens(clean(text)))


def script_of(char: str) -> str:
    """The script a letter belongs to; "latin" also for digits."""
    code = ord(char)
    if code < 0x0370:
        return "latin"
    for low, high, script in _SCRIPTS:
        if low <= code <= high:
            return script
    return "latin" if 0x1E00 <= code <= 0x1EFF else "other"


def _pieces(run: str, at: int) -> list[tuple[int, int]]:
    """Where the words of a run begin and end: apart at an apostrophe between Latin letters, at each Han sign, and
    where digits meet letters of another script than Latin.
    """
    if run.isascii() and "'" not in run:
        return [(at, at + len(run))]
    pieces: list[tuple[int, int]] = []
    start = 0
    for i, char in enumerate(run):
        if char in "'’ʼ" and (i == 0 or script_of(run[i - 1]) == "latin"):
            _close(pieces, at + start, at + i)
            start = i + 1
        elif script_of(char) == "han":
            _close(pieces, at + start, at + i)
            _close(pieces, at + i, at + i + 1)
            start = i + 1
        elif i > start and _seam(run[i - 1], char):
            _close(pieces, at + start, at + i)
            start = i
    _close(pieces, at + start, at + len(run))
    return pieces


def _close(pieces: list[tuple[int, int]], start: int, end: int) -> None:
    if end > start:
        pieces.append((start, end))


def _seam(left: str, right: str) -> bool:
    """Whether two neighbouring letters are of scripts that no word mixes: 夹Finch, Rexdale에서."""
    if not (left.isalnum() and right.isalnum()):
        return False
    a, b = script_of(left), script_of(right)
    return a != b and "other" not in {a, b}


@lru_cache(maxsize=8192)
def _forms(piece: str) -> tuple[str, str, str]:
    word = piece.casefold()
    if word.isascii():
        return word, word, "latin"
    word = word.replace("‌", "").replace("‍", "")
    script = next((script_of(c) for c in word if c.isalpha()), "latin")
    if script == "han":
        return word, word, script
    folded = anyascii(unicodedata.normalize("NFC", word)).lower()
    return word, "".join(c for c in folded if c.isalnum()), script


# --- Sounds ----------------------------------------------------------------------------------------

_SPELLINGS = (
    ("ght", "t"), ("tch", "c"), ("sch", "s"), ("dge", "j"), ("wh", "w"), ("ph", "f"), ("th", "t"), ("sh", "s"),
    ("ch", "c"), ("gh", "g"), ("kh", "k"), ("bh", "b"), ("dh", "d"), ("ck", "k"), ("qu", "kw"), ("x", "ks"),
    ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("kn", "n"), ("wr", "r"), ("mb", "m"),
)  # fmt: skip
_FINE = str.maketrans("cqz", "kks", "aeiouyhw")
_COARSE = str.maketrans("bpvfdtgkqcjzsrl", "bbbbttkkkksssll", "aeiouyhw")


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """The consonants of letters as they are heard in one script: vowels, h, w and doubled letters gone."""
    return _collapse(_respell(word).translate(_FINE))


@lru_cache(maxsize=65536)
def rough_sound(word: str) -> str:
    """The same across scripts: also b and p, v and f, d and t, g and k, s and z and j, r and l are one."""
    return _collapse(_respell(word).translate(_COARSE))


def _respell(word: str) -> str:
    for spelling, heard in _SPELLINGS:
        if spelling in word:
            word = word.replace(spelling, heard)
    return word


def _collapse(word: str) -> str:
    return "".join(c for i, c in enumerate(word) if not i or c != word[i - 1])
