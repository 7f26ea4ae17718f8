"""The needs a message tells, the danger in it and the small talk: one sum of bits over its words, read jointly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import NeedRead, Status
from bot.understand.lexicon import Lexicon, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Language, Need, Phrases
    from bot.understand.text import Token

FOUND = 4.0
"""Bits from which a need is taken as told."""
UNSURE = 3.0
NEAR_TIE = 0.6
"""Areas that differ by less are asked about."""
SECOND = 0.55
"""A second area is kept when it has this share of the first one's bits."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The bits of every class over a message."""

    need: Mapping[str, float]
    crisis: Mapping[str, float]
    chat: Mapping[str, float]
    calm: float
    filler: float


class NeedFinder:
    """Scores messages against the phrases of every language."""

    def __init__(self, phrases: Sequence[Phrases], needs: Mapping[str, Need]) -> None:
        self._needs = needs
        self._phrases = phrases
        self._lexicons: dict[tuple[Language, bool], Lexicon] = {}
        self._files = {(said.language, said.romanised): said for said in phrases}

    def scores(self, said: Sequence[Token], skip: frozenset[int], language: Language | None) -> Scores:
        """The bits of each class; tokens in `skip` are explained otherwise (they name the place)."""
        chosen = self.lexicons(language)
        total: dict[str, float] = defaultdict(float)
        for term in terms(said):
            if term.token in skip:
                continue
            for cls, bits in self._told(term.text, chosen).items():
                total[cls] += bits * term.weight
        parts: dict[str, dict[str, float]] = {"need": {}, "crisis": {}, "chat": {}}
        for cls, bits in total.items():
            kind, _, name = cls.partition(":")
            if name:
                parts[kind][name] = bits
        return Scores(parts["need"], parts["crisis"], parts["chat"], total.get("calm", 0.0), total.get("filler", 0.0))

    def decide(self, scores: Scores) -> NeedRead:
        """The needs that are told, or asked about."""
        if not scores.need:
            return NeedRead(status=Status.NONE)
        areas: dict[str, float] = defaultdict(float)
        for need, bits in scores.need.items():
            area = self._needs[need].area
            areas[area] = max(areas[area], bits)
        ranked = sorted(areas.items(), key=lambda pair: -pair[1])
        best = ranked[0][1]
        chat = max(scores.chat.values(), default=0.0)
        if best < UNSURE or chat >= best or scores.calm > best * 1.3:
            return NeedRead(status=Status.NONE)
        kept = [area for area, bits in ranked if bits >= max(best * SECOND, UNSURE)][:3]
        needs = sorted((n for n in scores.need if self._needs[n].area in kept), key=lambda n: -scores.need[n])
        needs = [n for n in needs if scores.need[n] >= best * SECOND][:4]
        if best < FOUND or (len(ranked) > 1 and best - ranked[1][1] < NEAR_TIE):
            return NeedRead(status=Status.UNSURE, needs=tuple(needs), areas=tuple(kept))
        return NeedRead(status=Status.FOUND, needs=tuple(needs), areas=tuple(kept))

    def lexicons(self, language: Language | None) -> list[tuple[Lexicon, float]]:
        """The lexicons to ask, with how far each is believed."""
        chosen: list[tuple[Lexicon, float]] = []
        if language is not None:
            for romanised in (False, True):
                lexicon = self._lexicon(language, romanised=romanised)
                if lexicon is not None:
                    chosen.append((lexicon, 1.0))
        english = self._lexicon("en", romanised=False)
        if english is not None and language != "en":
            chosen.append((english, 0.9 if chosen else 1.0))
        return chosen

    def _lexicon(self, language: Language, *, romanised: bool) -> Lexicon | None:
        key = (language, romanised)
        if key not in self._lexicons and key in self._files:
            self._lexicons[key] = Lexicon(self._files[key])
        return self._lexicons.get(key)

    def _told(self, word: str, chosen: Sequence[tuple[Lexicon, float]]) -> Mapping[str, float]:
        """The best of what the lexicons say a word tells; as it stands before repaired."""
        best: dict[str, float] = {}
        exact = [(lexicon.bits[word], belief) for lexicon, belief in chosen if word in lexicon.bits]
        if exact:
            for bits, belief in exact[:2]:
                for cls, told in bits.items():
                    best[cls] = max(best.get(cls, 0.0), told * belief)
            return best
        for lexicon, belief in chosen:
            found = lexicon.look_up(word)
            if found is not None:
                for cls, told in found[0].items():
                    best[cls] = max(best.get(cls, 0.0), told * found[1] * belief)
        return best
