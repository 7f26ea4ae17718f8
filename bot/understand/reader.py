"""One message in, everything it says out: place, need, danger and language are read jointly."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.model import PlaceRead, Status, Understanding
from bot.understand.crisis import find_crisis
from bot.understand.languages import SURE, LanguageReader
from bot.understand.lexicon import classes_of
from bot.understand.needs import NeedFinder, made_anew
from bot.understand.places import PlaceFinder
from bot.understand.smallwords import SmallWords
from bot.understand.text import clean, tokens

if TYPE_CHECKING:
    from bot.model import Knowledge
    from bot.understand.needs import Keep


class Reader:
    """Reads messages over one knowledge base. `keep` may hold what is made of it between two runs of the program."""

    def __init__(self, knowledge: Knowledge, keep: Keep = made_anew) -> None:
        self._small = SmallWords(knowledge.phrases)
        ordinary = _with_phrases(knowledge)
        self._places = PlaceFinder(knowledge.places, knowledge.corners, knowledge.spellings, ordinary)
        self._needs = NeedFinder(knowledge.phrases, knowledge.needs, knowledge.common, knowledge.ordinary, keep)
        self._languages = LanguageReader(knowledge.phrases, knowledge.language_names, knowledge.common)

    def read(self, text: str, *, expecting_place: bool = False) -> Understanding:
        """What the message says. `expecting_place`: the bot has just asked where the person lives."""
        text = clean(text)
        said = tokens(text)
        language, lead = self._languages.read(said)
        around = self._small.around(said, language)
        place = self._places.find(text, said, around, expecting=expecting_place)
        inside = _inside(text, said, place)
        rest = [token for at, token in enumerate(said) if at not in inside]
        if inside:
            language, lead = self._languages.read(rest)
        explained = inside | around.small if inside else inside
        scores = self._needs.scores(said, explained, language)
        lexicons = self._needs.lexicons(language)
        crisis = find_crisis(said, inside, scores, lexicons)
        if crisis is None and inside:
            # A word of danger may sound like a street: then it is no street.
            whole = self._languages.read(said)[0]
            nowhere: frozenset[int] = frozenset()
            scores_of_all = self._needs.scores(said, nowhere, whole)
            crisis = find_crisis(said, nowhere, scores_of_all, self._needs.lexicons(whole), phrases_only=True)
            if crisis is not None:
                language, place = whole, PlaceRead(status=Status.NONE)
        need = self._needs.decide(scores)
        chat = (
            max(scores.chat, key=lambda kind: scores.chat[kind], default=None) if need.status is Status.NONE else None
        )
        return Understanding(
            language=language,
            language_sure=language is not None and lead >= SURE,
            place=place,
            need=need,
            crisis=crisis,
            chat=chat,
            names_language=self._languages.named(said),
        )


def _with_phrases(knowledge: Knowledge) -> dict[str, int]:
    """Ordinary words, and with them every word that people ask for help with."""
    ordinary = dict(knowledge.ordinary)
    used: Counter[str] = Counter()
    for phrases in knowledge.phrases:
        for _, said in classes_of(phrases):
            used.update(token.letters for phrase in said for token in tokens(clean(phrase)) if token.script != "han")
    for word, times in used.items():
        ordinary[word] = min(ordinary.get(word, 99), 12 if times < 3 else 10)
    return ordinary


def _inside(text: str, said: list, place: PlaceRead) -> frozenset[int]:  # type: ignore[type-arg]
    """The tokens that name the place."""
    if place.span is None:
        return frozenset()
    start = text.find(place.span)
    end = start + len(place.span)
    return frozenset(at for at, token in enumerate(said) if token.start >= start and token.end <= end)
