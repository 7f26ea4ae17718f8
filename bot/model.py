"""The values everything else speaks in: frozen, complete and valid from birth. Imports nothing of ours.

theme > area > need                what a person may want
place > neighbourhood > LIP        where they are
organization > service, location   who can help (words of Open Referral HSDS 3.0)
understanding                      what one message said
outcome                            what was decided, before it is worded
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NeedId = str
AreaId = str
LipId = str
NeighbourhoodId = str
Language = str
"""A BCP 47 tag, as our files are named: `fr`, `zh-Hans`."""


# --- Facts and where they come from -------------------------------------------------------------


class Trust(StrEnum):
    """How far a fact's sources carry it (design, 4)."""

    OFFICIAL = "official"
    CORROBORATED = "corroborated"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts were read. `url` is None when nobody can open it."""

    id: str
    title: str
    publisher: str = ""
    url: str | None = None
    as_of: str | None = None
    kind: str = ""
    licence: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The sources of one fact, the date they speak of (`2023`, `2023-05` or `2023-05-12`) and its trust."""

    sources: tuple[str, ...]
    as_of: str | None
    trust: Trust


# --- What a person may want ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing people ask for. `name` is English; other languages are in the catalogues."""

    id: NeedId
    name: str
    area: AreaId
    includes: str
    excludes: str = ""
    related: tuple[NeedId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One of the twelve areas of need."""

    id: AreaId
    name: str
    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One of the six themes of the LIPs' strategies."""

    id: str
    name: str
    areas: tuple[AreaId, ...]


# --- Where they are ------------------------------------------------------------------------------


class Kind(StrEnum):
    """What sort of place a name stands for."""

    NEIGHBOURHOOD = "neighbourhood"
    LIP = "lip"
    DISTRICT = "district"
    POSTAL_AREA = "postal-area"
    INTERSECTION = "intersection"
    STATION = "station"
    LANDMARK = "landmark"
    STREET = "street"
    VERNACULAR = "vernacular"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """One of the City's 158 neighbourhoods.

    `from_140` are the official names of the older model that hold at least 2 % of it, largest first; `lips` the
    ids of the fifteen partnerships (2009-2012) that covered those, `regional_lip` the one of the four that followed.
    """

    id: NeighbourhoodId
    number: int
    name: str
    from_140: tuple[str, ...]
    former_municipality: str
    point: Point
    lips: tuple[LipId, ...] = ()
    regional_lip: LipId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Anything a person may name. `neighbourhoods` best first; `shares` beside them where a street or area has them.

    `names` are the other spellings people use, without `name` itself.
    """

    id: str
    kind: Kind
    name: str
    neighbourhoods: tuple[NeighbourhoodId, ...] = ()
    shares: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """That a partnership covered one neighbourhood of the 140 model, and how surely we know."""

    name: str
    stated: bool
    confidence: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lip:
    """A Local Immigration Partnership: one of the fifteen (2009-2012), or one of the four regional ones since."""

    id: LipId
    name: str
    short_name: str
    regional: bool
    covers: tuple[Covers, ...]
    evidence: Evidence
    lead_agency: str | None = None
    lead_agency_stated: bool = False
    founded: str | None = None
    successor: LipId | None = None
    former_lips: tuple[LipId, ...] = ()
    websites: tuple[str, ...] = ()
    note: str = ""


# --- Who can help --------------------------------------------------------------------------------


class Eligibility(StrEnum):
    """Who may use a service, as far as its source says so."""

    ANYONE = "anyone"
    PERMANENT_RESIDENT = "permanent-resident"
    PROTECTED_PERSON = "protected-person"
    REFUGEE_CLAIMANT = "refugee-claimant"
    WORK_PERMIT = "work-permit"
    STUDY_PERMIT = "study-permit"
    CITIZEN = "citizen"
    NO_STATUS_ASKED = "no-status-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number in E.164, or a short code such as 211."""

    number: str
    extension: str | None = None
    name: str | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a service is given. A confidential one has no address here at all."""

    id: str
    name: str | None = None
    address: str | None = None
    city: str = "Toronto"
    postal_code: str | None = None
    point: Point | None = None
    neighbourhood: NeighbourhoodId | None = None
    hours: str | None = None
    accessibility: str | None = None
    confidential: bool = False
    phones: tuple[Phone, ...] = ()
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What an organization offers, and to whom. `locations` empty: by phone or online only.

    `covers` are neighbourhood or LIP ids, or `toronto`, `ontario`, `canada`. `stated` is False when the source gives
    only the body's name or category. Empty `eligibility`, `languages`, and None anywhere, mean unknown.
    """

    id: str
    organization: str
    name: str
    description: str
    needs: tuple[NeedId, ...]
    evidence: Evidence
    locations: tuple[str, ...] = ()
    covers: tuple[str, ...] = ("toronto",)
    stated: bool = True
    eligibility: tuple[Eligibility, ...] = ()
    eligibility_description: str | None = None
    cost: str | None = None
    languages: tuple[Language, ...] = ()
    application_process: str | None = None
    required_documents: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A body that helps people, with its services and the places where it gives them."""

    id: str
    name: str
    alternate_name: str | None = None
    website: str | None = None
    status: str = "active"
    evidence: Evidence
    services: tuple[Service, ...] = ()
    locations: Mapping[str, Location] = field(default_factory=dict)


class Crisis(StrEnum):
    """The kinds of danger a message may tell of."""

    SUICIDE = "suicide"
    MEDICAL = "medical"
    VIOLENCE = "violence"
    DANGER = "danger"
    CHILD = "child"
    EXPLOITATION = "exploitation"
    SHELTER_TONIGHT = "shelter-tonight"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    """A line to call in danger. `always`: shown whatever its age."""

    id: str
    name: str
    number: str
    kinds: tuple[Crisis, ...]
    rank: int
    evidence: Evidence
    text_number: str | None = None
    text_message: str | None = None
    hours: str | None = None
    languages: tuple[Language, ...] = ()
    always: bool = False


# --- What one message said -----------------------------------------------------------------------


class Status(StrEnum):
    """How sure the bot is of a place or need: answer, ask, refuse, or nothing there."""

    FOUND = "found"
    UNSURE = "unsure"
    OUTSIDE = "outside"
    NONE = "none"


class Ask(StrEnum):
    """What the bot asks next."""

    PLACE = "place"
    WHICH_PLACE = "which-place"
    NEED = "need"
    WHICH_NEED = "which-need"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRead:
    """The place a message names: candidates best first, and the words that named it.

    `wide` is the one place that was named when it is too large to answer for; the candidates are then parts of it.
    """

    status: Status
    span: str | None = None
    candidates: tuple[Place, ...] = ()
    wide: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRead:
    """The needs a message tells, best first. Unsure: the candidates to ask about."""

    status: Status
    needs: tuple[NeedId, ...] = ()
    areas: tuple[AreaId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Everything one message said.

    `language_sure`: enough of it was in that language to answer in it. `chat` names the kind of small talk, if it is
    that; `names_language` the language a message is the name of.
    """

    language: Language | None
    place: PlaceRead
    need: NeedRead
    language_sure: bool = False
    crisis: Crisis | None = None
    chat: str | None = None
    names_language: Language | None = None

    @property
    def asks(self) -> Ask | None:
        """What would be asked next, had this message come first."""
        if self.place.status is Status.OUTSIDE:
            return None
        if self.place.status is Status.UNSURE:
            return Ask.WHICH_PLACE
        if self.need.status is Status.UNSURE:
            return Ask.WHICH_NEED
        if self.place.status is Status.FOUND and self.need.status is Status.NONE:
            return Ask.NEED
        if self.place.status is Status.NONE and self.need.status is Status.FOUND:
            return Ask.PLACE
        return None


# --- Everything known ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """How speakers of one language say things; `romanised`: in Latin letters, though their script is another.

    `chat` has small talk by kind, `calm` what sounds like danger and is none, `words` small words by their part:
    near, live, from, and, not, street, filler, person.
    """

    language: Language
    romanised: bool
    needs: Mapping[NeedId, tuple[str, ...]]
    crisis: Mapping[Crisis, tuple[str, ...]]
    calm: tuple[str, ...]
    chat: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]


Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of each corner, as in GeoJSON; the first is not repeated at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The polygons of one neighbourhood: outer rings and holes alike, as even-odd counting needs no difference."""

    neighbourhood: NeighbourhoodId
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sentence's worth of what is known of the partnerships as a whole; its id names the message."""

    id: str
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that the bot knows, whole and checked.

    `corners` is keyed by two street ids in alphabetical order; a pair that crosses twice has two places.
    `spellings` gives, for an English name, what people write in other scripts. `ordinary` says how common a word is
    in everyday text: minus log2 of its share, small for frequent words; `common` the same for the most frequent words
    of each language.
    """

    sources: Mapping[str, Source]
    themes: Mapping[str, Theme]
    areas: Mapping[AreaId, Area]
    needs: Mapping[NeedId, Need]
    neighbourhoods: Mapping[NeighbourhoodId, Neighbourhood]
    outlines: tuple[Outline, ...]
    lips: Mapping[LipId, Lip]
    facts: Mapping[str, Fact]
    places: tuple[Place, ...]
    corners: Mapping[tuple[str, str], tuple[Place, ...]]
    spellings: Mapping[str, tuple[str, ...]]
    ordinary: Mapping[str, int]
    common: Mapping[Language, Mapping[str, float]]
    organizations: Mapping[str, Organization]
    crisis_lines: tuple[CrisisLine, ...]
    phrases: tuple[Phrases, ...]
    languages: tuple[Language, ...]
    language_names: Mapping[Language, tuple[str, ...]]

    def lips_of(self, neighbourhoods: tuple[NeighbourhoodId, ...]) -> tuple[LipId, ...]:
        """The partnerships of 2009-2012 that covered these neighbourhoods, in their order, each once."""
        found = (lip for id_ in neighbourhoods for lip in self.neighbourhoods[id_].lips)
        return tuple(dict.fromkeys(found))

    def from_140(self, neighbourhoods: tuple[NeighbourhoodId, ...]) -> tuple[str, ...]:
        """The official names of the 140 model for these neighbourhoods, in their order, each once."""
        found = (name for id_ in neighbourhoods for name in self.neighbourhoods[id_].from_140)
        return tuple(dict.fromkeys(found))
