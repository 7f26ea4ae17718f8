"""Danger in a message: phrases of danger matched word by word, against the calm ones that only sound like it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bot.model import Crisis
from bot.understand.lexicon import Lexicon, terms
from bot.understand.text import clean, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Language, Phrases
    from bot.understand.needs import Scores
    from bot.understand.text import Token


class CrisisFinder:
    """Finds the kind of danger a message tells of."""

    def __init__(self, phrases: Sequence[Phrases]) -> None:
        self._phrases = phrases

    def find(self, said: Sequence[Token], skip: frozenset[int], language: Language | None, scores: Scores) -> Crisis | None:
        """The kind of danger, or None."""
        if not scores.crisis:
            return None
        kind = max(scores.crisis, key=lambda k: scores.crisis[k])
        best = scores.crisis[kind]
        rival = max([scores.calm * 1.1, *scores.need.values(), *scores.chat.values()], default=0.0)
        return Crisis(kind) if best > 9 and best > rival else None
