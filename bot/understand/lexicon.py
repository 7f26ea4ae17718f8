"""What words tell: how many bits each word of a language speaks for a need, a danger, or for small talk.

Made from the phrases alone. A word that stands in one need's phrases and nowhere else tells much; one that stands in
all tells nothing. A word that is not known is repaired to the nearest one that is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from math import log2, sqrt
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from bot.understand.text import clean, letters, tokens

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from bot.model import Phrases
    from bot.understand.text import Token

NO_SPACES = frozenset({"thai", "burmese", "khmer", "kana"})
"""Scripts whose words run together; they are read as overlapping pieces of four letters."""
NEAR = 0.88
"""From which Jaro-Winkler similarity an unknown word counts as a known one. It favours a common beginning, so it
serves typing mistakes and inflected endings alike."""
SHORTEST_REPAIR = 4
PREFIXING = frozenset({"ar", "he", "am", "ti"})
PREFIXED = 0.8
"""Languages that write in, to, and, the, will in front of a word without a space; how surely the rest is the word."""
DOUBT = 0.4
SMALL = 0.35
"""What a small word of the language may tell, beside another that tells the same."""
COMMON = 1.5
"""Bits below which a word tells nothing worth adding up."""
USUAL_PHRASES = 18
CALM = "calm"
POLITE = frozenset({"greeting", "thanks", "goodbye", "how-are-you", "yes-no"})
"""Small talk that people put before and after what they want; other chat, such as spam, is instead of it."""


class Term(NamedTuple):
    """One word, sign or piece of a message, with the token it came from; `pair`: that token and the one before it."""

    text: str
    token: int
    weight: float
    pair: bool = False


Bits = dict[str, float]
"""For each class ("need:esl", "crisis:suicide", "chat:thanks", "calm") the bits for it."""


def terms(said: Sequence[Token]) -> list[Term]:
    """The terms of a message: its words and pairs of words, and for Chinese its signs, pairs and triples."""
    found: list[Term] = []
    for at, token in enumerate(said):
        if token.script == "han":
            found.append(Term(token.letters, at, 0.35))
            run = token.letters
            for step in (1, 2):
                nxt = at + step
                if nxt >= len(said) or said[nxt].script != "han" or said[nxt].start != said[nxt - 1].end:
                    break
                run += said[nxt].letters
                found.append(Term(run, at, 1.0 if step == 1 else 0.8))
        elif token.script in NO_SPACES and len(token.letters) > 4:
            found += [Term(token.letters[i : i + 4], at, 0.5) for i in range(len(token.letters) - 3)]
        else:
            if len(token.letters) > 1:  # one Latin letter tells nothing: a slip, or a piece of markup
                found.append(Term(token.letters, at, 1.0))
            if at and said[at - 1].script not in {"han", *NO_SPACES}:
                found.append(Term(f"{said[at - 1].letters} {token.letters}", at, 1.0, pair=True))
    return found


class Lexicon:
    """The words of one language in one script, and what each tells."""

    ordinary: Container[str] = frozenset()
    """Ordinary words of any language: not repaired to another, but for an ending. Set by whoever has them."""

    def __init__(self, phrases: Phrases, common: Mapping[str, float], areas: Mapping[str, str]) -> None:
        self.language = phrases.language
        self.romanised = phrases.romanised
        classes = {cls: [terms(tokens(clean(p))) for p in said] for cls, said in classes_of(phrases)}
        self.bits = _bits(classes, _telling(phrases, common), areas)
        self.alarms = Alarms(classes)
        self._repaired: dict[str, tuple[str, float] | None] = {}

    @cached_property
    def _known(self) -> list[str]:
        return [word for word in self.bits if len(word) >= SHORTEST_REPAIR and " " not in word]

    def repaired(self, word: str) -> str | None:
        """The known word that this is, as it stands or repaired."""
        if word in self.bits:
            return word
        self.look_up(word)
        found = self._repaired.get(word)
        return found[0] if found else None

    def look_up(self, word: str) -> tuple[Bits, float] | None:
        """What a word tells, and how surely it is that word (1: as it stands)."""
        known = self.bits.get(word)
        if known is not None:
            return known, 1.0
        if word not in self._repaired:
            if len(self._repaired) > 20_000:
                self._repaired.clear()
            self._repaired[word] = self._repair(word)
        repaired = self._repaired[word]
        return None if repaired is None else (self.bits[repaired[0]], repaired[1])

    def _repair(self, word: str) -> tuple[str, float] | None:
        if len(word) < SHORTEST_REPAIR or not word.isascii() or word.isdigit() or " " in word:
            return None
        for size in (1, 2) if self.language in PREFIXING else ():
            if len(word) - size >= 3 and word[size:] in self.bits:
                return word[size:], PREFIXED
        best = process.extractOne(word, self._known, scorer=JaroWinkler.similarity, score_cutoff=NEAR)
        if best is None or best[0][0] != word[0] or abs(len(best[0]) - len(word)) > 4:
            return None
        if word in self.ordinary and not _inflected(word, best[0]):
            return None
        return best[0], float(best[1]) ** 3


def _inflected(word: str, known: str) -> bool:
    """Whether two words differ in their endings alone: "doctors" and "doctor", but not "hiking" and "hiring"."""
    same = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    return same >= 4 and max(len(word), len(known)) - same <= 3


class Alarms:
    """The phrases of danger and the calm ones, found in a message by how much of each it holds.

    A word weighs by how few phrases of the language hold it; a phrase counts when most of its weight is there.
    """

    def __init__(self, classes: dict[str, list[list[Term]]]) -> None:
        spread: Counter[str] = Counter()
        count = 0
        for phrases in classes.values():
            for phrase in phrases:
                spread.update({term.text for term in phrase})
                count += 1
        self.weight = {word: log2(count / times) for word, times in spread.items()}
        self.phrases: list[tuple[str, float]] = []
        self.holding: dict[str, list[int]] = defaultdict(list)
        for cls, phrases in classes.items():
            if cls != CALM and not cls.startswith("crisis:"):
                continue
            for phrase in phrases:
                words = {term.text for term in phrase}
                for word in words:
                    self.holding[word].append(len(self.phrases))
                self.phrases.append((cls, sum(self.weight[word] for word in words)))

    def found(self, spoken: Iterable[str]) -> dict[str, tuple[float, float]]:
        """For each class its best phrase: the weight that is there, and which share of the phrase that is."""
        there: dict[int, float] = defaultdict(float)
        for word in set(spoken):
            for at in self.holding.get(word, ()):
                there[at] += self.weight[word]
        best: dict[str, tuple[float, float]] = {}
        for at, weight in there.items():
            cls, whole = self.phrases[at]
            share = weight / whole if whole else 0.0
            if weight * share > best.get(cls, (0.0, 0.0))[0] * best.get(cls, (0.0, 0.0))[1]:
                best[cls] = weight, share
        return best


def classes_of(phrases: Phrases) -> Iterator[tuple[str, Iterable[str]]]:
    """Every class of a language with its phrases."""
    for need, said in phrases.needs.items():
        yield f"need:{need}", said
    for danger, said in phrases.crisis.items():
        yield f"crisis:{danger}", said
    for kind, said in phrases.chat.items():
        yield f"chat:{kind}", said
    yield CALM, phrases.calm
    yield "filler", [word for part in ("filler", "near", "live", "from", "not") for word in phrases.words.get(part, ())]


def _telling(phrases: Phrases, common: Mapping[str, float]) -> dict[str, float]:
    """How much frequent and small words may tell at all, 0 to 1; every other word tells what it tells."""
    telling: dict[str, float] = {}
    for word, bits in common.items():
        folded = letters(word)
        telling[folded] = min(telling.get(folded, 1.0), max(0.1, (bits - 6.5) / 5.0))
    for part in ("filler", "near", "live", "from", "not", "and"):
        for phrase in phrases.words.get(part, ()):
            for token in tokens(clean(phrase)):
                telling[token.letters] = min(telling.get(token.letters, 1.0), SMALL)
    return telling


def _bits(
    classes: dict[str, list[list[Term]]], telling: Mapping[str, float], areas: Mapping[str, str]
) -> dict[str, Bits]:
    """For each word log2 of how much likelier each class is, given the word, than if words told nothing.

    The share of a class among the phrases with the word, drawn towards even shares by `DOUBT` of a phrase; a word of
    every class thus tells nothing, and one seen once tells less than one seen ten times.
    """
    seen: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for cls, phrases in classes.items():
        size = max(1.0, len(phrases) / USUAL_PHRASES)
        for phrase in phrases:
            weight = 1 / sqrt(len({term.token for term in phrase}) or 1) / size
            for word in {term.text for term in phrase}:
                seen[word][cls] += weight
    groups = {cls: group_of(cls, areas) for cls in classes}
    bits: dict[str, Bits] = {}
    for word, by_class in seen.items():
        by_group: dict[str, float] = defaultdict(float)
        for cls, weight in by_class.items():
            by_group[groups[cls]] += weight
        told = _told(by_class, len(classes)) | _told(by_group, len(set(groups.values())))
        much = max(telling.get(part, 1.0) for part in word.split(" "))  # a pair of small words is a small word
        bits[word] = {
            cls: round(b * (1.0 if cls.startswith(("chat", "filler")) else much), 2) for cls, b in told.items()
        }
    return bits


def _told(weights: Mapping[str, float], count: int) -> Bits:
    whole = sum(weights.values()) + DOUBT
    told = {cls: log2((weight + DOUBT / count) / whole * count) - COMMON for cls, weight in weights.items()}
    return {cls: bits for cls, bits in told.items() if bits > 0}


def group_of(cls: str, areas: Mapping[str, str]) -> str:
    """The group a class is weighed in against the others: an area of need, danger, small talk."""
    kind, _, name = cls.partition(":")
    if kind == "need":
        return f"area:{areas[name]}"
    return "all:polite" if kind == "chat" and name in POLITE else f"all:{kind}"
