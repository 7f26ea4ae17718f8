"""Danger in a message: phrases of danger matched word by word, against the calm ones that only sound like it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bot.model import Crisis
from bot.understand.lexicon import CALM, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understand.lexicon import Lexicon
    from bot.understand.needs import Scores
    from bot.understand.text import Token

SHARE = 0.72
"""Of a phrase of danger that must be there, by the weight of its words."""
WEIGHT = 9.0
"""Bits that the words of it must weigh: two words of everyday talk are not enough."""
BITS = 8.0
"""Bits of single words from which a message tells of danger without holding a known phrase."""
CALMER = 1.05
"""A calm phrase that weighs this much of the danger's own wins."""


def find_crisis(
    said: Sequence[Token], skip: frozenset[int], scores: Scores, lexicons: Sequence[tuple[Lexicon, float]]
) -> Crisis | None:
    """The kind of danger a message tells of, or None."""
    alarm: dict[str, float] = defaultdict(float)
    calm = 0.0
    for lexicon, belief in lexicons:
        spoken = [lexicon.repaired(term.text) or "" for term in terms(said) if term.token not in skip]
        for cls, (weight, share) in lexicon.alarms.found(spoken).items():
            if cls == CALM:
                calm = max(calm, weight * share * share * belief)
            elif share >= SHARE and weight >= WEIGHT:
                alarm[cls.partition(":")[2]] = max(alarm[cls.partition(":")[2]], weight * share * share * belief)
    if alarm:
        kind = max(alarm, key=lambda k: (alarm[k] + 0.3 * scores.crisis.get(k, 0.0)))
        if calm * CALMER < alarm[kind]:
            return Crisis(kind)
        return None
    if not scores.crisis:
        return None
    kind = max(scores.crisis, key=lambda k: scores.crisis[k])
    best = scores.crisis[kind]
    rival = max([scores.calm * 1.2, calm * 0.8, *scores.need.values(), *scores.chat.values()], default=0.0)
    return Crisis(kind) if best > BITS and best > rival else None
