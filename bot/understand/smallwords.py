"""The small words around a name: near, live in, from, not, my cousin. They say whether a name is a place, and whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.understand.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model import Language, Phrases
    from bot.understand.text import Token

NEAR, LIVE, FROM, NOT, PERSON = 1, 2, 4, 8, 16
_FLAGS = {"near": NEAR, "live": LIVE, "from": FROM, "not": NOT, "person": PERSON}
_BITS_BEFORE = {NEAR: 3.5, LIVE: 5.0, FROM: 1.0, NOT: 0.0, PERSON: -9.0}
_BITS_AFTER = {NEAR: 3.5, LIVE: 4.0, FROM: 0.0, NOT: 0.0, PERSON: -6.0}
BEHIND = frozenset("hi ur pa bn gu ta te ml si ne mr ja ko tr hu my bo zh-Hans zh-Hant am ti".split())
"""Languages that put near, in and live behind the place."""
LONGEST = 5


class SmallWords:
    """The small words of every language, looked up in a message once."""

    def __init__(self, phrases: Iterable[Phrases]) -> None:
        self._flags: dict[Language, dict[tuple[str, ...], int]] = {}
        self._joining: dict[Language, set[str]] = {}
        for said in phrases:
            flags = self._flags.setdefault(said.language, {})
            for part, flag in _FLAGS.items():
                for phrase in said.words.get(part, ()):
                    key = tuple(words(phrase))
                    if key and len(key) <= LONGEST:
                        flags[key] = flags.get(key, 0) | flag
            joining = self._joining.setdefault(said.language, set())
            joining.update(word for phrase in said.words.get("and", ()) for word in words(phrase))

    def around(self, said: Sequence[Token], language: Language | None) -> Around:
        """What stands before and after each token of a message in a language, or in English."""
        before = [0] * (len(said) + 1)
        after = [0] * (len(said) + 1)
        spoken = [token.word for token in said]
        behind = language in BEHIND
        small: set[int] = set()
        asked = [self._flags[tag] for tag in dict.fromkeys((language or "en", "en")) if tag in self._flags]
        for start in range(len(spoken)):
            for end in range(start + 1, min(start + LONGEST, len(spoken)) + 1):
                key = tuple(spoken[start:end])
                flag = next((flags[key] for flags in asked if key in flags), 0)
                if flag & (NEAR | LIVE | FROM):
                    small.update(range(start, end))
                if flag:
                    before[end] |= flag
                    after[start] |= flag if behind else flag & PERSON
        joining = self._joining.get(language or "en", set()) | self._joining.get("en", set())
        return Around(before, after, frozenset(joining), frozenset(small))


@dataclass(frozen=True, slots=True)
class Around:
    """Flags of the small words that end before a token, and that start at one; `joining` are the words for "and",
    `small` the tokens that say where somebody is or lives and tell nothing else.
    """

    _before: list[int]
    _after: list[int]
    joining: frozenset[str]
    small: frozenset[int]

    def before(self, start: int) -> float:
        """Bits for a name that starts here."""
        return _bits(self._before[start], _BITS_BEFORE)

    def after(self, end: int) -> float:
        """Bits for a name that ends before this token."""
        return _bits(self._after[end], _BITS_AFTER) if end < len(self._after) else 0.0

    def flags(self, start: int, end: int) -> int:
        """Everything that stands on either side of a name."""
        behind = self._after[end] & (LIVE | NEAR) if end < len(self._after) else 0
        return self._before[start] | behind


def _bits(flags: int, table: dict[int, float]) -> float:
    if not flags:
        return 0.0
    if flags & PERSON:
        return table[PERSON]
    return max((bits for flag, bits in table.items() if flags & flag), default=0.0)
