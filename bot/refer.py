"""Place, need and person into ranked services. Pure: today's date is given, nothing is worded.

The rules of trust and age stand here and nowhere else (design, 4 and 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.atlas import Atlas, metres
from bot.model import Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import (
        Crisis,
        CrisisLine,
        Evidence,
        Knowledge,
        Language,
        Location,
        NeedId,
        NeighbourhoodId,
        Organization,
        Phone,
        Place,
        Point,
        Service,
    )

FINE_FOR = timedelta(days=365)
"""A fact read within a year is plain."""
SHOWN_FOR = timedelta(days=5 * 365 + 1)
"""A fact of up to five years is shown with "call before you go"; an older one is no fact to rely on."""
UNPLACED_METRES = 15_000.0
"""An address without a point ranks as if it were this far."""
REMOTE_METRES = 6_000.0
"""A line or a city-wide office ranks as if it were this far."""
MOST_MATCHES = 30


class Age(StrEnum):
    """How old a fact is, as the person is told."""

    FINE = "fine"
    CHECK_FIRST = "check-first"
    OLD = "old"


class Match(NamedTuple):
    """One service at one of its locations, and what of it may be shown.

    `age` is that of the address (of the service where it has no address); `phones` are only those that may be shown.
    `metres` is None without an address that can be relied on. `exact`: it gives just what was asked for.
    """

    organization: Organization
    service: Service
    location: Location | None
    phones: tuple[Phone, ...]
    age: Age
    metres: float | None
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is looked for: needs best first (any of them fits), around a place, for a speaker of a language."""

    needs: tuple[NeedId, ...]
    place: Place
    language: Language
    today: date


def refer(request: Request, knowledge: Knowledge, atlas: Atlas) -> tuple[Match, ...]:
    """The services that fit, best first: exact need, then near, fresh, trusted and in the person's language."""
    centre = atlas.centre(request.place)
    related = {other for need in request.needs for other in knowledge.needs[need].related} - set(request.needs)
    ranked: list[tuple[int, float, str, Match]] = []
    for organization in knowledge.organizations.values():
        if organization.status != "active":
            continue
        for service in organization.services:
            fit = _fit(service, request.needs, related)
            if fit is None or not _covers(service, request.place.neighbourhoods, knowledge):
                continue
            found = _matches(organization, service, centre, knowledge, request.today, exact=fit == 0)
            name = f"{organization.id}/{service.id}"
            ranked += [(fit, _cost(match, centre, request), name, match) for match in found]
    ranked.sort(key=lambda row: row[:3])
    return _one_each(match for *_, match in ranked)


def age(evidence: Evidence, knowledge: Knowledge, today: date) -> Age | None:
    """How old a fact is; None when it may not be shown at all, as one source alone is not enough."""
    if evidence.trust is Trust.SINGLE:
        return None
    if evidence.as_of is None:
        own = any(knowledge.sources[id_].kind == "own-site" for id_ in evidence.sources)
        return Age.CHECK_FIRST if own else Age.OLD
    old = today - earliest_day(evidence.as_of)
    if old <= FINE_FOR:
        return Age.FINE
    return Age.CHECK_FIRST if old <= SHOWN_FOR else Age.OLD


def earliest_day(as_of: str) -> date:
    """The first day that a year, month or day may mean: the careful reading of how old a fact is."""
    year, month, day = (int(part) for part in (*as_of.split("-"), "1", "1")[:3])
    return date(year, month, day)


def crisis_lines(kind: Crisis, knowledge: Knowledge) -> tuple[CrisisLine, ...]:
    """The lines for a danger, best first. Age never hides them; a single source does, unless they are always shown."""
    fitting = [
        line
        for line in knowledge.crisis_lines
        if kind in line.kinds and (line.always or line.evidence.trust is not Trust.SINGLE)
    ]
    return tuple(sorted(fitting, key=lambda line: (line.rank, line.id)))


def _fit(service: Service, needs: Iterable[NeedId], related: Iterable[NeedId]) -> int | None:
    """0: just what was asked, 1: likely (from the body's name), 2: close to it; None: something else."""
    offered = set(service.needs)
    if offered & set(needs):
        return 0 if service.stated else 1
    return 2 if service.stated and offered & set(related) else None


def _covers(service: Service, neighbourhoods: Iterable[NeighbourhoodId], knowledge: Knowledge) -> bool:
    for area in service.covers:
        if area in {"toronto", "ontario", "canada"}:
            return True
        for id_ in neighbourhoods:
            home = knowledge.neighbourhoods[id_]
            if area in {id_, home.regional_lip} or area in home.lips:
                return True
    return False


def _matches(
    organization: Organization,
    service: Service,
    centre: Point | None,
    knowledge: Knowledge,
    today: date,
    *,
    exact: bool,
) -> Iterator[Match]:
    of_service = age(service.evidence, knowledge, today)
    if of_service is None:
        return
    own = _shown_phones(service.phones, knowledge, today)
    if not service.locations:
        yield Match(organization, service, None, own, of_service, None, exact)
    for id_ in service.locations:
        location = organization.locations[id_]
        of_address = age(location.evidence, knowledge, today)
        if of_address is None:
            continue
        phones = own or _shown_phones(location.phones, knowledge, today)
        if of_address is Age.OLD:
            phones = own
        far = None
        if location.point is not None and centre is not None and of_address is not Age.OLD:
            far = metres(location.point, centre)
        yield Match(organization, service, location, phones, of_address, far, exact)


def _shown_phones(phones: Iterable[Phone], knowledge: Knowledge, today: date) -> tuple[Phone, ...]:
    return tuple(phone for phone in phones if age(phone.evidence, knowledge, today) in {Age.FINE, Age.CHECK_FIRST})


def _cost(match: Match, centre: Point | None, request: Request) -> float:
    """Metres, as it were: what is old, uncertain or in another language counts as farther away.

    An old address still ranks by where it was, though no distance to it is told.
    """
    location = match.location
    if location is None:
        cost = REMOTE_METRES
    elif location.point is not None and centre is not None:
        cost = metres(location.point, centre)
    elif location.neighbourhood in request.place.neighbourhoods:
        cost = 500.0
    else:
        cost = UNPLACED_METRES
    cost += {Age.FINE: 0.0, Age.CHECK_FIRST: 500.0, Age.OLD: 5_000.0}[match.age]
    if match.service.languages and request.language.split("-")[0] in {
        tag.split("-")[0] for tag in match.service.languages
    }:
        cost -= 1_500.0
    if not match.phones:
        cost += 500.0 if location is not None else 20_000.0
    if not set(match.service.needs) & set(request.needs[:1]):
        cost += 2_000.0
    return cost


def _one_each(ranked: Iterable[Match]) -> tuple[Match, ...]:
    """The best match of each organization first come, first kept; its other places would only crowd the answer."""
    kept: dict[str, Match] = {}
    for match in ranked:
        kept.setdefault(match.organization.id, match)
        if len(kept) >= MOST_MATCHES:
            break
    return tuple(kept.values())
