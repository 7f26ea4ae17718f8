"""One message in, everything it says out: place, need, danger and language are read jointly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import PlaceRead, Status, Understanding
from bot.understand.crisis import CrisisFinder
from bot.understand.languages import LanguageReader
from bot.understand.needs import NeedFinder
from bot.understand.places import PlaceFinder
from bot.understand.smallwords import SmallWords
from bot.understand.text import clean, tokens

if TYPE_CHECKING:
    from bot.model import Knowledge


class Reader:
    """Reads messages over one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._small = SmallWords(knowledge.phrases)
        self._places = PlaceFinder(knowledge.places, knowledge.corners, knowledge.spellings, knowledge.ordinary)
        self._needs = NeedFinder(knowledge.phrases, knowledge.needs)
        self._languages = LanguageReader(knowledge.phrases, knowledge.language_names)
        self._crisis = CrisisFinder(knowledge.phrases)

    def read(self, text: str, *, expecting_place: bool = False) -> Understanding:
        """What the message says. `expecting_place`: the bot has just asked where the person lives."""
        text = clean(text)
        said = tokens(text)
        around = self._small.around(said)
        place = self._places.find(text, said, around)
        inside = _inside(text, said, place)
        rest = [token for at, token in enumerate(said) if at not in inside]
        language, _ = self._languages.read(rest or said)
        scores = self._needs.scores(said, inside, language)
        crisis = self._crisis.find(said, inside, language, scores)
        need = self._needs.decide(scores)
        chat = max(scores.chat, key=lambda kind: scores.chat[kind], default=None) if need.status is Status.NONE else None
        return Understanding(
            language=language,
            place=place,
            need=need,
            crisis=crisis,
            chat=chat,
            names_language=self._languages.named(said),
        )


def _inside(text: str, said: list, place: PlaceRead) -> frozenset[int]:  # type: ignore[type-arg]
    """The tokens that name the place."""
    if place.span is None:
        return frozenset()
    start = text.find(place.span)
    end = start + len(place.span)
    return frozenset(at for at, token in enumerate(said) if token.start >= start and token.end <= end)
