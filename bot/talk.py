"""One turn of a conversation: (session, what came in) -> (session, outcome). Pure: no clock, no network, no door.

words ------> understand --+
button -----> follow ------+--> answer: danger first, then place and need, asking for what is missing
position ---> atlas -------+
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot import outcome as out
from bot.atlas import Atlas, reference
from bot.model import Crisis, Kind, Place, Point, Status
from bot.refer import Request, crisis_lines, refer
from bot.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.model import Area, Knowledge, Language, Lip, Understanding

A_PAGE = 3
"""Services a page: more do not fit a small phone."""
NEIGHBOURHOODS_A_PAGE = 8
CALLBACK_VERSION = "1"
LONGEST_CALLBACK = 64
"""Bytes of callback data that Telegram takes."""
NEAREST = {"prs": "fa", "zh-Hant": "zh-Hans", "fil": "tl"}
"""A language whose readers can read another, until there is a catalogue of their own."""
AFTER_DANGER = {
    Crisis.SUICIDE: "mental-health",
    Crisis.VIOLENCE: "family-violence",
    Crisis.EXPLOITATION: "legal-advice",
    Crisis.SHELTER_TONIGHT: "shelter",
}
"""The need that is looked for below the lines, once they stand."""
COMMANDS = ("start", "help", "language", "place", "need", "lips", "themes", "about", "privacy", "mydata", "forget")


# --- What comes in --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A typed message."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """`/name argument`, as a bot command."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed button, with the data it carried. Anyone can send anything here: it is not trusted."""

    data: str


@dataclass(frozen=True, slots=True)
class Position:
    """A shared location. Used once, never stored."""

    point: Point


@dataclass(frozen=True, slots=True)
class Something:
    """Anything else: a photo, a sticker, a voice message."""


Incoming = Words | Command | Choice | Position | Something


class Reader(Protocol):
    """What reads a message; `bot.understand.Reader` is the real one."""

    def read(self, text: str, *, expecting_place: bool = False) -> Understanding:
        """What the message says."""


def button(verb: str, argument: str = "") -> str:
    """The callback data of a button; `follow` reads it back."""
    data = f"{CALLBACK_VERSION} {verb} {argument}".rstrip()
    if len(data.encode()) > LONGEST_CALLBACK:
        message = f"callback data of {len(data.encode())} bytes: {data}"
        raise ValueError(message)
    return data


class Talk:
    """The conversation over one knowledge base, in any of `languages` (those with a catalogue)."""

    def __init__(self, knowledge: Knowledge, reader: Reader, languages: Sequence[Language]) -> None:
        self.knowledge = knowledge
        self.languages = tuple(languages)
        self._reader = reader
        self._atlas = Atlas(knowledge)
        self._districts = tuple(place for place in knowledge.places if place.kind is Kind.DISTRICT)
        self._places = {reference(p): p for p in knowledge.places if p.kind is Kind.NEIGHBOURHOOD}

    def turn(self, session: Session, incoming: Incoming, today: date) -> tuple[Session, out.Outcome]:
        """What to remember and what to say after one message."""
        met = replace(session, met=True)
        match incoming:
            case Words(text):
                return self._words(met, text, today)
            case Command(name, argument):
                return self._command(met, name, argument, today)
            case Choice(data):
                return self._choice(met, data, today)
            case Position(point):
                return self._position(met, point, today)
            case Something():
                return session, out.Unsupported()

    # --- Words ------------------------------------------------------------------------------------

    def _words(self, session: Session, text: str, today: date) -> tuple[Session, out.Outcome]:
        picked = self._picked(session, text)
        if picked is not None:
            return self._choice(session, picked, today)
        said = self._reader.read(text, expecting_place=session.asked == "place")
        if said.names_language is not None and said.crisis is None:
            return self._switch(session, said.names_language, today)
        if session.language is None and self._spoken(said) is not None:
            session = replace(session, spoken=self._spoken(said))
        if said.crisis is not None:
            return self._danger(session, said, said.crisis, today)
        session, reply = self._heard(session, said, today)
        return self._offering(session, said, reply)

    def _danger(self, session: Session, said: Understanding, kind: Crisis, today: date) -> tuple[Session, out.Outcome]:
        """The lines to call; below them who else can help, where the place is known. Nothing else of the message is
        taken as a wish.
        """
        if said.place.status is Status.FOUND:
            session = replace(session, place=reference(said.place.candidates[0]), page=0)
        place = self._atlas.place(session.place) if session.place else None
        follows: out.Outcome | None = None
        if kind in AFTER_DANGER:
            asked = None if place is not None else "place"
            session = replace(session, need=AFTER_DANGER[kind], page=0, asked=asked, options=())
            if place is not None:
                follows = self._referral(session, place, (AFTER_DANGER[kind],), today)
            elif kind is Crisis.SHELTER_TONIGHT:
                session, follows = self._answer(session, today)
        return session, out.Danger(kind=kind, lines=crisis_lines(kind, self.knowledge), then=follows)

    def _picked(self, session: Session, text: str) -> str | None:
        """A bare number answers the open question by its button's number."""
        number = text.strip()
        if session.asked in {"which-place", "which-need"} and number.isdecimal() and len(number) <= 2:
            at = int(number) - 1
            if 0 <= at < len(session.options):
                return button("place" if session.asked == "which-place" else "need", session.options[at])
        return None

    def _heard(self, session: Session, said: Understanding, today: date) -> tuple[Session, out.Outcome]:
        """The answer to what was understood, before danger and language are looked at."""
        if said.place.status is Status.OUTSIDE:
            return self._with_need(session, said), out.Outside()
        nothing = said.place.status is Status.NONE and said.need.status is Status.NONE
        if nothing and said.chat is not None:
            return session, out.SmallTalk(kind=said.chat)
        if nothing:
            return session, self._not_understood(session)
        session = self._with_need(session, said)
        if said.place.status is Status.UNSURE:
            session = replace(session, place=None)
            if said.place.wide is not None and said.place.wide.kind is Kind.DISTRICT:
                return self._parts(session, said.place.wide, 0)
            return self._ask_which(session, said.place.candidates)
        if said.place.status is Status.FOUND:
            session = replace(session, place=reference(said.place.candidates[0]), page=0)
        if said.need.status is Status.UNSURE:
            options = tuple(self.knowledge.needs[id_] for id_ in said.need.needs[:4])
            session = replace(session, asked="which-need", options=tuple(need.id for need in options))
            return session, out.AskWhichNeed(understood=self._understood(session), options=options)
        return self._answer(session, today)

    def _not_understood(self, session: Session) -> out.Outcome:
        if session.asked == "place":
            return out.AskPlace(understood=self._understood(session), districts=self._districts, unknown=True)
        if session.asked == "need":
            areas = tuple(self.knowledge.areas.values())
            return out.AskNeed(understood=self._understood(session), areas=areas, unknown=True)
        return out.NotUnderstood(understood=self._understood(session))

    def _with_need(self, session: Session, said: Understanding) -> Session:
        if said.need.status is not Status.FOUND:
            return session
        return replace(session, need=said.need.needs[0] if said.need.needs else f"@{said.need.areas[0]}", page=0)

    def _offering(self, session: Session, said: Understanding, reply: out.Outcome) -> tuple[Session, out.Outcome]:
        """A message in another language than the chosen one gets an offer, once for each language."""
        spoken = self._spoken(said)
        if spoken is None or session.language is None or spoken in {session.language, session.offered}:
            return session, reply
        return replace(session, offered=spoken), out.LanguageOffer(language=spoken, then=reply)

    def _spoken(self, said: Understanding) -> Language | None:
        """The language a message surely is in, or the nearest that there is a catalogue for."""
        if said.language is None or not said.language_sure:
            return None
        near = (said.language, NEAREST.get(said.language))
        return next((tag for tag in near if tag in self.languages), None)

    # --- Answers ----------------------------------------------------------------------------------

    def _answer(self, session: Session, today: date) -> tuple[Session, out.Outcome]:
        """The referral, or the question for what is still missing."""
        place = self._atlas.place(session.place) if session.place else None
        if place is None:
            session = replace(session, place=None, asked="place", options=())
            return session, out.AskPlace(understood=self._understood(session), districts=self._districts)
        needs = self._needs_of(session.need)
        if not needs:
            session = replace(session, asked="need", options=())
            areas = tuple(self.knowledge.areas.values())
            return session, out.AskNeed(understood=self._understood(session), areas=areas)
        return replace(session, asked=None, options=()), self._referral(session, place, needs, today)

    def _referral(self, session: Session, place: Place, needs: tuple[str, ...], today: date) -> out.Referral:
        request = Request(needs=needs, place=place, language=session.reads, today=today)
        matches = refer(request, self.knowledge, self._atlas)
        pages = max(1, -(-len(matches) // A_PAGE))
        page = min(session.page, pages - 1)
        related = self.knowledge.needs[needs[0]].related if len(needs) == 1 else ()
        return out.Referral(
            understood=self._understood(session),
            facts=self.facts(place),
            matches=matches[page * A_PAGE : (page + 1) * A_PAGE],
            first=page * A_PAGE + 1,
            total=len(matches),
            page=page,
            pages=pages,
            related=tuple(self.knowledge.needs[id_] for id_ in related[:2]),
        )

    def facts(self, place: Place) -> out.PlaceFacts:
        """The neighbourhoods and partnerships of a place."""
        know = self.knowledge
        homes = tuple(know.neighbourhoods[id_] for id_ in place.neighbourhoods)
        lips = tuple(know.lips[id_] for id_ in know.lips_of(place.neighbourhoods))
        regional = tuple(dict.fromkeys(know.lips[h.regional_lip] for h in homes if h.regional_lip))
        names = {name for home in homes for name in home.from_140}
        stated = frozenset(lip.id for lip in lips for covered in lip.covers if covered.stated and covered.name in names)
        return out.PlaceFacts(neighbourhoods=homes, lips=lips, regional=regional, stated=stated)

    def _needs_of(self, need: str | None) -> tuple[str, ...]:
        if need is None:
            return ()
        if need.startswith("@"):
            return tuple(one.id for one in self.knowledge.needs.values() if one.area == need[1:])
        return (need,) if need in self.knowledge.needs else ()

    def _ask_which(self, session: Session, candidates: Sequence[Place], page: int = 0) -> tuple[Session, out.Outcome]:
        options = tuple(candidates)[:4]
        session = replace(session, asked="which-place", options=tuple(reference(place) for place in options))
        return session, out.AskWhichPlace(understood=self._understood(session), options=options, page=page)

    def _parts(self, session: Session, place: Place, page: int) -> tuple[Session, out.Outcome]:
        """The neighbourhoods of a wide place, some at a time."""
        homes = sorted(place.neighbourhoods, key=lambda id_: self.knowledge.neighbourhoods[id_].name)
        pages = max(1, -(-len(homes) // NEIGHBOURHOODS_A_PAGE))
        page = min(max(page, 0), pages - 1)
        shown = homes[page * NEIGHBOURHOODS_A_PAGE : (page + 1) * NEIGHBOURHOODS_A_PAGE]
        options = tuple(self._places[f"n.{id_}"] for id_ in shown)
        session = replace(session, asked="which-place", options=tuple(map(reference, options)))
        understood = self._understood(session)
        return session, out.AskWhichPlace(understood=understood, options=options, wide=place, page=page, pages=pages)

    def _understood(self, session: Session) -> out.Understood:
        need = session.need or ""
        return out.Understood(
            place=self._atlas.place(session.place) if session.place else None,
            need=self.knowledge.needs.get(need),
            area=self.knowledge.areas.get(need[1:]) if need.startswith("@") else None,
        )

    # --- Position ---------------------------------------------------------------------------------

    def _position(self, session: Session, point: Point, today: date) -> tuple[Session, out.Outcome]:
        home = self._atlas.neighbourhood_at(point)
        if home is None:
            return session, out.Outside()
        return self._answer(replace(session, place=f"n.{home.id}", page=0), today)

    # --- Buttons and commands ---------------------------------------------------------------------

    def _choice(self, session: Session, data: str, today: date) -> tuple[Session, out.Outcome]:
        version, _, rest = data.partition(" ")
        verb, _, argument = rest.partition(" ")
        if version != CALLBACK_VERSION or len(data) > LONGEST_CALLBACK:
            return session, out.OldButton()
        followed = self._follow(session, verb, argument, today)
        return (session, out.OldButton()) if followed is None else followed

    def _follow(self, session: Session, verb: str, argument: str, today: date) -> tuple[Session, out.Outcome] | None:
        match verb:
            case "place":
                return self._choose_place(session, argument, today)
            case "parts":
                id_, _, page = argument.partition(" ")
                place = self._atlas.place(id_)
                return self._parts(session, place, _number(page)) if place else None
            case "need" if self._needs_of(argument):
                return self._answer(replace(session, need=argument, page=0), today)
            case "area" if argument in self.knowledge.areas:
                return self._needs_in(session, self.knowledge.areas[argument])
            case "page":
                return self._answer(replace(session, page=_number(argument)), today)
            case "lang" if argument in self.languages:
                return self._switch(session, argument, today)
            case "facts":
                return session, out.Facts(facts=tuple(self.knowledge.facts.values()))
            case "lip" if argument in self.knowledge.lips:
                return session, self._lip_page(self.knowledge.lips[argument])
            case "go" if argument in COMMANDS:
                return self._command(session, argument, "", today)
        return None

    def _choose_place(self, session: Session, argument: str, today: date) -> tuple[Session, out.Outcome] | None:
        place = self._atlas.place(argument)
        if place is None:
            return None
        if place.kind is Kind.DISTRICT:
            return self._parts(session, place, 0)
        return self._answer(replace(session, place=argument, page=0), today)

    def _needs_in(self, session: Session, area: Area) -> tuple[Session, out.Outcome]:
        needs = tuple(need for need in self.knowledge.needs.values() if need.area == area.id)
        session = replace(session, asked="need", options=())
        return session, out.AskNeed(understood=self._understood(session), areas=(area,), needs=needs)

    def _switch(self, session: Session, language: Language, today: date) -> tuple[Session, out.Outcome]:
        if language not in self.languages:
            return session, out.LanguageNotYet(languages=self.languages)
        session = replace(session, language=language, offered=None)
        if session.place and session.need:
            return self._answer(session, today)
        return session, out.Languages(languages=self.languages, chosen=language)

    def _command(self, session: Session, name: str, argument: str, today: date) -> tuple[Session, out.Outcome]:
        if argument and name in {"place", "need", "language"}:
            return self._words(replace(session, asked=name if name != "language" else None), argument, today)
        if name in {"start", "place"}:
            session = replace(session, asked="place", options=())
            asked = out.AskPlace(understood=self._understood(session), districts=self._districts)
            return session, out.Welcome() if name == "start" else asked
        if name == "need":
            session = replace(session, asked="need", options=())
            areas = tuple(self.knowledge.areas.values())
            return session, out.AskNeed(understood=self._understood(session), areas=areas)
        if name == "forget":
            return Session(), out.Forgotten()
        return session, self._page(session, name)

    def _page(self, session: Session, name: str) -> out.Outcome:
        """A screen that changes nothing."""
        match name:
            case "language":
                return out.Languages(languages=self.languages)
            case "lips":
                return self._lips()
            case "themes":
                areas, themes = self.knowledge.areas, self.knowledge.themes.values()
                return out.Themes(themes=tuple((theme, tuple(areas[id_] for id_ in theme.areas)) for theme in themes))
            case "about":
                return out.About(reviewed=False)
            case "privacy":
                return out.Privacy()
            case "mydata":
                return out.MyData(session=session, understood=self._understood(session))
        return out.Help()

    def _lips(self) -> out.Lips:
        lips = self.knowledge.lips.values()
        return out.Lips(
            lips=tuple(lip for lip in lips if not lip.regional), regional=tuple(lip for lip in lips if lip.regional)
        )

    def _lip_page(self, lip: Lip) -> out.LipPage:
        know = self.knowledge
        return out.LipPage(
            lip=lip,
            successor=know.lips.get(lip.successor) if lip.successor else None,
            former=tuple(know.lips[id_] for id_ in lip.former_lips if id_ in know.lips),
            place=self._atlas.place(f"l.{lip.id}"),
        )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
