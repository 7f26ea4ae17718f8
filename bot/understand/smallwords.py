"""The small words around a name: near, live in, from, not, my cousin. They say whether a name is a place, and whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.understand.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model import Phrases
    from bot.understand.text import Token

NEAR, LIVE, FROM, NOT, PERSON = 1, 2, 4, 8, 16
_FLAGS = {"near": NEAR, "live": LIVE, "from": FROM, "not": NOT, "person": PERSON}
_BITS_BEFORE = {NEAR: 3.5, LIVE: 5.0, FROM: 1.0, NOT: 0.0, PERSON: -9.0}
_BITS_AFTER = {NEAR: 3.5, LIVE: 4.0, FROM: 0.0, NOT: 0.0, PERSON: -6.0}
LONGEST = 5


class SmallWords:
    """The small words of every language, looked up in a message once."""

    def __init__(self, phrases: Iterable[Phrases]) -> None:
        self._flags: dict[tuple[str, ...], int] = {}
        for said in phrases:
            for part, flag in _FLAGS.items():
                for phrase in said.words.get(part, ()):
                    key = tuple(words(phrase))
                    if key and len(key) <= LONGEST:
                        self._flags[key] = self._flags.get(key, 0) | flag
        self._first = {key[0] for key in self._flags}

    def around(self, said: Sequence[Token]) -> Around:
        """What stands before and after each token of a message."""
        before = [0] * (len(said) + 1)
        after = [0] * (len(said) + 1)
        spoken = [token.word for token in said]
        for start, word in enumerate(spoken):
            if word not in self._first:
                continue
            for end in range(start + 1, min(start + LONGEST, len(spoken)) + 1):
                flag = self._flags.get(tuple(spoken[start:end]))
                if flag:
                    before[end] |= flag
                    after[start] |= flag
        return Around(before, after)


@dataclass(frozen=True, slots=True)
class Around:
    """Flags of the small words that end before a token, and that start at one."""

    _before: list[int]
    _after: list[int]

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
