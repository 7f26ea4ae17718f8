"""The needs a message tells, the danger in it and the small talk: one sum of bits over its words, read jointly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.model import NeedRead, Status
from bot.understand.lexicon import Lexicon, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from bot.model import Language, Need, Phrases
    from bot.understand.text import Token

FOUND = 1.8
"""Bits from which a need is taken as told."""
UNSURE = 1.4
LEAST = 1.2
"""Bits for the area itself below which its needs' bits do not help it: "village" is no clothes shop."""
NEAR_TIE = 0.15
"""Areas that differ by less are asked about."""
OWN, MIXED_IN = 1.0, 0.9
"""How far the lexicon of the message's language is believed, and that of English, which people mix in."""
POLITELY = 2.5
"""A greeting that outweighs the likeliest need this many times is a greeting alone."""
SECOND = 0.55
"""A second area is kept when it has this share of the first one's bits."""


class Keep(Protocol):
    """Holds what is costly to make, by name."""

    def __call__(self, name: str, make: Callable[[], Lexicon], /) -> Lexicon:
        """What `make` makes, or made before."""


def made_anew(_: str, make: Callable[[], Lexicon]) -> Lexicon:
    """Keep nothing."""
    return make()


@dataclass(frozen=True, slots=True)
class Scores:
    """The bits of every class over a message."""

    area: Mapping[str, float]
    need: Mapping[str, float]
    crisis: Mapping[str, float]
    chat: Mapping[str, float]
    danger: float
    calm: float
    talk: float
    polite: float


class NeedFinder:
    """Scores messages against the phrases of every language."""

    def __getstate__(self) -> dict[str, object]:
        """All but the lexicons, which are kept one by one and read when first used."""
        return self.__dict__ | {"_lexicons": {}}

    def __init__(
        self,
        phrases: Sequence[Phrases],
        needs: Mapping[str, Need],
        common: Mapping[Language, Mapping[str, float]],
        ordinary: Container[str],
        keep: Keep,
    ) -> None:
        self._keep = keep
        self._ordinary = ordinary
        self._common = common
        self._areas = {need.id: need.area for need in needs.values()}
        self._needs = needs
        self._phrases = phrases
        self._lexicons: dict[tuple[Language, bool], Lexicon] = {}
        self._files = {(said.language, said.romanised): said for said in phrases}

    def scores(self, said: Sequence[Token], skip: frozenset[int], language: Language | None) -> Scores:
        """The bits of each class; tokens in `skip` are explained otherwise (they name the place)."""
        chosen = self.lexicons(language)
        total: dict[str, float] = defaultdict(float)
        told_alone: dict[int, Mapping[str, float]] = {}
        for term in terms(said):
            if term.token in skip or (term.pair and term.token - 1 in skip):
                continue
            told = self._told(term.text, chosen)
            if term.pair:
                first, second = told_alone.get(term.token - 1, {}), told_alone.get(term.token, {})
                told = {cls: max(0.0, b - first.get(cls, 0.0) - second.get(cls, 0.0)) for cls, b in told.items()}
            else:
                told_alone[term.token] = told
            for cls, bits in told.items():
                total[cls] += bits * term.weight
        parts: dict[str, dict[str, float]] = {"area": {}, "need": {}, "crisis": {}, "chat": {}, "all": {}}
        for cls, bits in total.items():
            kind, _, name = cls.partition(":")
            if name:
                parts[kind][name] = bits
        return Scores(
            area=parts["area"],
            need=parts["need"],
            crisis=parts["crisis"],
            chat=parts["chat"],
            danger=parts["all"].get("crisis", 0.0),
            calm=parts["all"].get("calm", 0.0),
            talk=max(parts["all"].get("chat", 0.0), parts["all"].get("calm", 0.0)),
            polite=parts["all"].get("polite", 0.0),
        )

    def decide(self, scores: Scores) -> NeedRead:
        """The needs that are told, or asked about."""
        ranked = sorted(
            ((area, bits + 0.25 * self._best_need(scores, area)) for area, bits in scores.area.items()),
            key=lambda pair: -pair[1],
        )
        if not ranked:
            return NeedRead(status=Status.NONE)
        best = ranked[0][1]
        if (
            best < UNSURE
            or scores.area[ranked[0][0]] < LEAST
            or scores.talk >= best
            or scores.polite >= POLITELY * best
        ):
            return NeedRead(status=Status.NONE)
        kept = [area for area, bits in ranked if bits >= max(best * SECOND, UNSURE)][:3]
        needs = [
            need
            for area in kept
            for need in sorted((n for n in scores.need if self._areas[n] == area), key=lambda n: -scores.need[n])[:2]
        ]
        if best < FOUND or (len(ranked) > 1 and best - ranked[1][1] < NEAR_TIE):
            return NeedRead(status=Status.UNSURE, needs=tuple(needs), areas=tuple(kept))
        return NeedRead(status=Status.FOUND, needs=tuple(needs), areas=tuple(kept))

    def _best_need(self, scores: Scores, area: str) -> float:
        return max((bits for need, bits in scores.need.items() if self._areas[need] == area), default=0.0)

    def lexicons(self, language: Language | None) -> list[tuple[Lexicon, float]]:
        """The lexicons to ask, with how far each is believed."""
        chosen: list[tuple[Lexicon, float]] = []
        if language is not None:
            for romanised in (False, True):
                lexicon = self._lexicon(language, romanised=romanised)
                if lexicon is not None:
                    chosen.append((lexicon, OWN))
        english = self._lexicon("en", romanised=False)
        if english is not None and language != "en":
            chosen.append((english, MIXED_IN if chosen else OWN))
        return chosen

    def _lexicon(self, language: Language, *, romanised: bool) -> Lexicon | None:
        key = (language, romanised)
        if key not in self._lexicons and key in self._files:
            name = f"lexicon-{language}{'-latin' if romanised else ''}"
            lexicon = self._keep(name, lambda: self._made(key))
            lexicon.ordinary = self._ordinary
            self._lexicons[key] = lexicon
        return self._lexicons.get(key)

    def _made(self, key: tuple[Language, bool]) -> Lexicon:
        language, romanised = key
        common = {} if romanised else self._common.get(language, {})
        return Lexicon(self._files[key], common, self._areas)

    def _told(self, word: str, chosen: Sequence[tuple[Lexicon, float]]) -> Mapping[str, float]:
        """What the lexicons say a word tells: its own language before English, as it stands before repaired."""
        own = [(lexicon, belief) for lexicon, belief in chosen if belief == OWN]
        for group in (own, [pair for pair in chosen if pair not in own]):
            exact = [(lexicon.bits[word], belief) for lexicon, belief in group if word in lexicon.bits]
            if exact:
                return _best(exact)
        return _best([(found[0], found[1] * belief) for lexicon, belief in chosen if (found := lexicon.look_up(word))])


def _best(told: Sequence[tuple[Mapping[str, float], float]]) -> Mapping[str, float]:
    """For each class the most that any says, by how far it is believed."""
    best: dict[str, float] = {}
    for bits, belief in told:
        for cls, much in bits.items():
            best[cls] = max(best.get(cls, 0.0), much * belief)
    return best
