"""Which language a few words are in: by script first, then by the words and letter groups of each language's phrases.

Learned from the phrases alone, so that a language with a phrase file is a language that is recognised.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log2
from typing import TYPE_CHECKING

from bot.understand.text import clean, script_of, tokens, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.model import Language, Phrases
    from bot.understand.text import Token

SURE = 4.0
"""Bits by which the best language must lead for the bot to answer in it."""
LONGEST_GROUP = 4
COMMON_ONCE = 11.5
"""A word as common as this many bits counts as seen once more in the phrases."""
MOST_TIMES = 24
HOME = {"en": 4.0, "sr": -2.0, "ht": -1.0, "nl": -3.0, "de": -2.0, "cs": -2.0, "id": -3.0, "bg": -2.0, "sw": -1.0}
SMALL_LIST = 4_000.0
"""Letter groups added to a language's own, so that a short list does not make its few words seem frequent."""
LEAST = -6.0
"""Bits that the want of a letter group may cost a language: its phrases hold not everything."""
ROMANISED = -4.0
"""Bits before a word is read: how often each is written to us, beside the other languages of its script."""
FAMILY = {"zh-Hans": "zh", "zh-Hant": "zh", "prs": "fa", "hi": "hi-ur", "ur": "hi-ur", "hr": "sr", "bs": "sr"}
"""Languages so close that a few words seldom tell which: they do not make each other doubtful."""
ONLY_LANGUAGE = {
    "gujarati": "gu", "gurmukhi": "pa", "tamil": "ta", "telugu": "te", "malayalam": "ml", "sinhala": "si", "thai": "th",
    "tibetan": "bo", "burmese": "my", "hangul": "ko", "kana": "ja", "greek": "el", "armenian": "hy", "georgian": "ka",
    "khmer": "km", "bengali": "bn",
}  # fmt: skip
"""Scripts that one of our languages alone is written in."""


class LanguageReader:
    """Recognises the languages of a list of phrases."""

    def __init__(
        self,
        phrases: Iterable[Phrases],
        names: Mapping[Language, Sequence[str]],
        common: Mapping[Language, Mapping[str, float]],
    ) -> None:
        self._by_script: dict[str, _Model] = {}
        texts: dict[str, dict[tuple[Language, bool], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for said in phrases:
            for word, script, weight in _words_of(said):
                texts[script][said.language, said.romanised][word] += weight
        for language, frequent in common.items():
            for word, bits in frequent.items():
                script = script_of(word[0])
                if (language, False) in texts[script]:
                    texts[script][language, False][word] += max(1, round(2 ** (COMMON_ONCE - bits)))
        for script, by_language in texts.items():
            if script not in ONLY_LANGUAGE:
                self._by_script[script] = _Model(by_language)
        self._names = {" ".join(words(name)): tag for tag, called in names.items() for name in called}

    def named(self, said: Sequence[Token]) -> Language | None:
        """The language whose name the whole message is."""
        return self._names.get(" ".join(token.word for token in said)) if len(said) <= 4 else None

    def read(self, said: Sequence[Token]) -> tuple[Language | None, float]:
        """The language of these words and how many bits it leads by; None when they do not tell."""
        scripts = Counter(token.script for token in said if token.letters.isalpha() or token.script != "latin")
        if not scripts:
            return None, 0.0
        if "kana" in scripts:
            return "ja", SURE
        script = max(scripts, key=lambda s: (s != "latin", scripts[s]))
        if script in ONLY_LANGUAGE:
            return ONLY_LANGUAGE[script], SURE
        model = self._by_script.get(script)
        if model is None:
            return None, 0.0
        return model.best([token.word for token in said if token.script == script])


class _Model:
    """Letter groups and words of the languages of one script."""

    def __init__(self, by_language: Mapping[tuple[Language, bool], Counter[str]]) -> None:
        self.tags = list(by_language)
        counts: dict[str, dict[int, float]] = defaultdict(dict)
        for at, (_, seen) in enumerate(by_language.items()):
            groups: Counter[str] = Counter()
            for word, times in seen.items():
                for group in _groups(word):
                    groups[group] += min(times, MOST_TIMES)
            total = sum(groups.values()) + SMALL_LIST
            for group, times in groups.items():
                counts[group][at] = times / total
        floor = 2e-6
        self.bits: dict[str, dict[int, float]] = {}
        for group, shares in counts.items():
            mean = (sum(shares.values()) + floor * (len(self.tags) - len(shares))) / len(self.tags)
            # What counts is how languages differ: those without the group stand at nought, the others above it.
            without = max(log2(floor / (mean + floor)), LEAST)
            self.bits[group] = {at: log2((share + floor) / (mean + floor)) - without for at, share in shares.items()}

    def best(self, spoken: Sequence[str]) -> tuple[Language | None, float]:
        """The best language and by how many bits."""
        score = [ROMANISED if romanised else HOME.get(tag, 0.0) for tag, romanised in self.tags]
        known = 0
        for word in spoken:
            for group in _groups(word):
                bits = self.bits.get(group)
                if bits is None:
                    continue
                known += 1
                weight = 1.0 if group[0] == "=" else 0.25
                for at, more in bits.items():
                    score[at] += more * weight
        if not known:
            return None, 0.0
        merged: dict[Language, float] = {}
        for at, (tag, _) in enumerate(self.tags):
            merged[tag] = max(merged.get(tag, -1e9), score[at])
        ranked = sorted(merged.items(), key=lambda pair: -pair[1])
        best, most = ranked[0]
        family = FAMILY.get(best, best)
        others = [other for tag, other in ranked[1:] if FAMILY.get(tag, tag) != family]
        return best, most - others[0] if others else SURE


def _groups(word: str) -> list[str]:
    if not word or word.isdigit():
        return []
    marked = f"^{word}$"
    found = [f"={word}"]
    for size in range(1, LONGEST_GROUP + 1):
        found += [marked[i : i + size] for i in range(len(marked) - size + 1)]
    return found


def _words_of(said: Phrases) -> Iterable[tuple[str, str, int]]:
    lists: list[tuple[tuple[str, ...], int]] = [(phrases, 1) for phrases in said.needs.values()]
    lists += [(phrases, 1) for phrases in said.crisis.values()]
    lists += [(phrases, 2) for phrases in said.chat.values()]
    lists += [(said.calm, 1)]
    lists += [(small, 4) for part, small in said.words.items() if part not in {"street", "and"}]
    for phrases, weight in lists:
        for phrase in phrases:
            for token in tokens(clean(phrase)):
                yield token.word, token.script, weight
