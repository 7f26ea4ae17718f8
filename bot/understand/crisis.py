"""Danger in a message: phrases of danger matched word by word, against the calm ones that only sound like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Crisis
from bot.understand.lexicon import CALM, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understand.lexicon import Lexicon
    from bot.understand.needs import Scores
    from bot.understand.text import Token

SHARE, SURE_SHARE = 0.72, 0.85
"""Of a phrase of danger that must be there, by the weight of its words: to be looked at, and to count by itself."""
WEIGHT, SURE_WEIGHT = 9.0, 20.0
"""Bits that the words of it must weigh, likewise: two words of everyday talk are not enough."""
BITS = 2.4
"""Bits of single words, beyond what speaks for a need or small talk, from which a message tells of danger."""
CALMER = 1.05
"""A calm phrase that weighs this much of the danger's own wins."""


def find_crisis(
    said: Sequence[Token], skip: frozenset[int], scores: Scores, lexicons: Sequence[tuple[Lexicon, float]]
) -> Crisis | None:
    """The kind of danger a message tells of, or None."""
    alarm: dict[str, float] = {}
    calm = 0.0
    sure = False
    for lexicon, belief in lexicons:
        spoken = [lexicon.repaired(term.text) or "" for term in terms(said) if term.token not in skip]
        for cls, (weight, share) in lexicon.alarms.found(spoken).items():
            strength = weight * share * share * belief
            if cls == CALM:
                calm = max(calm, strength)
            elif share >= SHARE and weight >= WEIGHT:
                kind = cls.partition(":")[2]
                alarm[kind] = max(alarm.get(kind, 0.0), strength)
                sure = sure or (share >= SURE_SHARE and weight >= SURE_WEIGHT)
    told = max(scores.area.values(), default=0.0)
    heard = sure or (bool(alarm) and scores.danger >= 0.8 * told)
    if heard and calm * CALMER < max(alarm.values()):
        return Crisis(max(alarm, key=lambda kind: alarm[kind] + scores.crisis.get(kind, 0.0)))
    beyond = scores.danger - told - 1.2 * max(scores.calm, scores.talk)
    if beyond >= BITS and scores.crisis and calm * CALMER < SURE_WEIGHT:
        return Crisis(max(scores.crisis, key=lambda kind: scores.crisis[kind] + alarm.get(kind, 0.0)))
    return None
