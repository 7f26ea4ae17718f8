"""Each kind of record: what its fields are and what they must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers

from bot.knowledge.problems import did_you_mean
from bot.model import (
    Covers,
    Crisis,
    CrisisLine,
    Eligibility,
    Evidence,
    Fact,
    Lip,
    Location,
    Need,
    Neighbourhood,
    Organization,
    Phone,
    Phrases,
    Place,
    Point,
    Service,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.knowledge.fields import Fields
    from bot.model import Kind

SHORT_CODES = frozenset({"211", "311", "511", "811", "911", "988"})
COSTS = frozenset({"free", "sliding", "paid"})
STATUSES = frozenset({"active", "inactive", "defunct", "temporarily closed"})
AREAS_SERVED = frozenset({"toronto", "ontario", "canada"})
LOCATION_TYPES = frozenset({"physical", "postal", "virtual"})
WORD_KINDS = ("near", "live", "from", "and", "not", "street", "filler", "person", "after")
PHRASE_FIELDS = ("needs", "crisis", "calm", "chat", "words")


def read_source(id_: str, fields: Fields) -> Source:
    """One entry of sources.yaml."""
    source = Source(
        id=id_,
        title=fields.text("title"),
        publisher=fields.maybe("publisher") or "",
        url=fields.maybe("url"),
        as_of=fields.maybe("as_of"),
        kind=fields.maybe("kind") or "",
        licence=fields.maybe("licence"),
        note=fields.maybe("note"),
    )
    fields.maybe("attribution")
    fields.done()
    if source.url is not None and not source.url.startswith(("http://", "https://")):
        fields.wrong("url", f'"{source.url}" is not a web address.', "Write it with https:// in front.")
    return source


def read_need(id_: str, fields: Fields, areas: Collection[str]) -> Need:
    """needs/<need>.yaml"""
    need = Need(
        id=id_,
        name=fields.text("name"),
        area=fields.id("area", areas, "knowledge/themes.yaml", required=True) or "information",
        includes=fields.text("includes"),
        excludes=fields.maybe("excludes") or "",
        related=fields.ids("related", fields.known.needs if fields.known else (), "knowledge/needs/"),
    )
    fields.done()
    return need


def read_neighbourhood(fields: Fields) -> Neighbourhood:
    """One line of neighbourhoods.yaml; which partnership covers it follows from the LIPs' own records."""
    neighbourhood = Neighbourhood(
        id=fields.text("id"),
        number=int(fields.number("number") or 0),
        name=fields.text("name"),
        from_140=fields.texts("from_140"),
        former_municipality=fields.text("former_municipality"),
        point=fields.point() or Point(43.7, -79.4),
    )
    fields.done()
    return neighbourhood


def read_lip(id_: str, fields: Fields, *, regional: bool) -> Lip:
    """lips/<lip>.yaml and regional-lips/<lip>.yaml"""
    lip = Lip(
        id=id_,
        name=fields.text("name"),
        short_name=fields.text("short_name"),
        regional=regional,
        covers=tuple(_covers(covered) for covered in fields.records("neighbourhoods_140")),
        evidence=fields.evidence(),
        lead_agency=fields.maybe("host" if regional else "lead_agency"),
        lead_agency_stated=fields.maybe("lead_agency_evidence") == "stated",
        founded=fields.maybe("founded"),
        successor=fields.maybe("successor"),
        former_lips=fields.texts("former_lips"),
        websites=fields.texts("website" if regional else "websites"),
        note=fields.maybe("note") or "",
    )
    for told in ("catchment", "neighbourhoods_complete", "former_lips_evidence", "former_lips_note", "contact", "area"):
        fields.maybe(told)
    fields.done()
    return lip


def _covers(fields: Fields) -> Covers:
    covered = Covers(
        name=fields.text("name"),
        stated=fields.text("evidence") == "stated",
        confidence=fields.maybe("confidence") or "high",
    )
    fields.maybe("note")
    fields.done()
    return covered


def read_fact(fields: Fields) -> Fact:
    """One fact of partnerships.yaml."""
    fact = Fact(id=fields.text("id"), text=fields.text("text"), evidence=fields.evidence())
    fields.maybe("url")
    fields.done()
    return fact


def read_place(fields: Fields, kind: Kind, *, outside: bool = False) -> Place:
    """One entry of a places/*.yaml list."""
    known = fields.known.neighbourhoods if fields.known else ()
    place = Place(
        id=fields.text("id"),
        kind=kind,
        name=fields.text("name"),
        neighbourhoods=() if outside else fields.ids("neighbourhoods", known, "knowledge/neighbourhoods.yaml"),
        names=fields.texts("names"),
        point=None if outside else fields.point(),
    )
    if not outside and not place.neighbourhoods:
        fields.wrong("neighbourhoods", "no neighbourhood is named.", "A place must lie somewhere.")
    for told in ("kind", "source", "note", "as_of", "evidence", "shared"):
        fields.texts(told)
    fields.done()
    return place


def read_organization(id_: str, fields: Fields) -> Organization:
    """services/<organization>.yaml"""
    evidence = fields.evidence()
    locations = {one.id: one for one in (_location(part, evidence) for part in fields.records("locations"))}
    services = tuple(_service(part, id_, evidence, locations) for part in fields.records("services"))
    organization = Organization(
        id=id_,
        name=fields.text("name"),
        alternate_name=fields.maybe("alternate_name"),
        website=fields.maybe("website"),
        status=_one_of(fields, "status", STATUSES) or "active",
        evidence=evidence,
        services=services,
        locations=locations,
    )
    fields.maybe("note")
    fields.done()
    if not services and fields.names():
        fields.wrong("services", "the organization offers nothing.", "Add a service, or delete the file.")
    ids = [service.id for service in services]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        fields.wrong("services", f'two services are called "{twice}".', "Give each its own id.")
    return organization


def _service(fields: Fields, organization: str, above: Evidence, locations: Mapping[str, Location]) -> Service:
    evidence = fields.evidence(above)
    needs = fields.ids("needs", fields.known.needs if fields.known else (), "knowledge/needs/")
    if not needs and not fields.has("needs"):
        fields.wrong("needs", "is missing.", "Name at least one need that this service meets.")
    at = fields.ids("at", locations, "the locations of this file") if fields.has("at") else tuple(locations)
    service = Service(
        id=fields.text("id"),
        organization=organization,
        name=fields.text("name"),
        description=fields.text("description"),
        needs=needs,
        evidence=evidence,
        locations=at,
        covers=_areas_served(fields),
        stated=(fields.maybe("basis") or "stated") != "inferred",
        eligibility=fields.choices("eligibility", Eligibility),
        eligibility_description=fields.maybe("eligibility_description"),
        cost=_one_of(fields, "cost", COSTS),
        languages=fields.texts("languages"),
        application_process=fields.maybe("application_process"),
        required_documents=fields.texts("required_documents"),
        phones=tuple(_phone(part, evidence) for part in fields.records("phones")),
    )
    for told in ("cost_description", "note", "hours", "website", "email"):
        fields.maybe(told)
    fields.done()
    return service


def _areas_served(fields: Fields) -> tuple[str, ...]:
    if not fields.has("covers"):
        return ("toronto",)
    known = fields.known
    among = AREAS_SERVED | (known.neighbourhoods | known.lips if known else set())
    return fields.ids("covers", among, "knowledge/neighbourhoods.yaml and knowledge/lips/")


def _location(fields: Fields, above: Evidence) -> Location:
    evidence = fields.evidence(above)
    confidential = fields.yes("confidential")
    known = fields.known.neighbourhoods if fields.known else ()
    location = Location(
        id=fields.text("id"),
        name=fields.maybe("name"),
        address=fields.maybe("address"),
        city=fields.maybe("city") or "Toronto",
        postal_code=fields.maybe("postal_code"),
        point=fields.point(),
        neighbourhood=fields.id("neighbourhood", known, "knowledge/neighbourhoods.yaml"),
        hours=fields.maybe("hours"),
        accessibility=fields.maybe("accessibility"),
        confidential=confidential,
        phones=tuple(_phone(part, evidence) for part in fields.records("phones")),
        evidence=evidence,
    )
    _one_of(fields, "location_type", LOCATION_TYPES)
    for told in ("note", "website", "email", "access"):
        fields.maybe(told)
    fields.done()
    if confidential and (location.address or location.point or location.postal_code):
        fields.wrong(
            "confidential", "a confidential location must not be written down.", "Delete its address and point."
        )
    return location


def _phone(fields: Fields, above: Evidence) -> Phone:
    evidence = fields.evidence(above)
    extension = fields.maybe("extension")
    phone = Phone(number=_number(fields, "number"), extension=extension, name=fields.maybe("name"), evidence=evidence)
    fields.maybe("note")
    fields.done()
    if extension is not None and not extension.isdigit():
        fields.wrong("extension", f'"{extension}" is not a number.')
    return phone


def read_crisis_line(id_: str, fields: Fields) -> CrisisLine:
    """crisis/<line>.yaml"""
    line = CrisisLine(
        id=id_,
        name=fields.text("name"),
        number=_number(fields, "number"),
        kinds=fields.choices("kinds", Crisis),
        rank=int(fields.number("rank") or 9),
        evidence=fields.evidence(),
        text_number=fields.maybe("text_number"),
        text_message=fields.maybe("text_message"),
        hours=fields.maybe("hours"),
        languages=fields.texts("languages"),
        always=fields.yes("always"),
    )
    for told in ("website", "scope", "note", "tty", "who_for", "eligibility_description"):
        fields.maybe(told)
    fields.done()
    return line


def _number(fields: Fields, field: str) -> str:
    """A phone number that can exist: E.164, or one of the short codes."""
    value = fields.text(field)
    if not value or value in SHORT_CODES:
        return value
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        fields.wrong(field, f'"{value}" is not a phone number.', "Write it as +14165550100.")
        return value
    if not phonenumbers.is_valid_number(parsed):
        fields.wrong(field, f'"{value}" is a number that cannot exist.', "Check it at its source.")
    return value


def _one_of(fields: Fields, field: str, options: Collection[str]) -> str | None:
    value = fields.maybe(field)
    if value is not None and value not in options:
        fields.wrong(field, f'"{value}" is not one of the known words.', did_you_mean(value, sorted(options)))
        return None
    return value


def read_phrases(language: str, fields: Fields) -> tuple[Phrases, ...]:
    """phrases/<language>.yaml: one value for the language's own script and one for Latin letters, if it has them."""
    fields.maybe("language")
    both = [_phrases(language, fields, romanised=False)]
    under = fields.under("romanised")
    if under is not None:
        both.append(_phrases(language, under, romanised=True))
        under.done()
    fields.done()
    return tuple(phrases for phrases in both if phrases.needs or phrases.crisis or phrases.chat)


def _phrases(language: str, fields: Fields, *, romanised: bool) -> Phrases:
    needs = _lists(fields, "needs")
    known = fields.known.needs if fields.known else set()
    for unknown in needs.keys() - known:
        fields.wrong(
            f"needs.{unknown}", "there is no such need.", did_you_mean(unknown, sorted(known), "knowledge/needs/")
        )
    kinds = [str(kind) for kind in Crisis]
    crisis = _lists(fields, "crisis")
    for unknown in crisis.keys() - set(kinds):
        fields.wrong(f"crisis.{unknown}", "there is no such kind of danger.", did_you_mean(unknown, kinds))
    words = _lists(fields, "words")
    for unknown in words.keys() - set(WORD_KINDS):
        fields.wrong(f"words.{unknown}", "there is no such kind of word.", did_you_mean(unknown, list(WORD_KINDS)))
    return Phrases(
        language=language,
        romanised=romanised,
        needs={need: said for need, said in needs.items() if need in known},
        crisis={Crisis(kind): said for kind, said in crisis.items() if kind in kinds},
        calm=fields.texts("calm"),
        chat=_lists(fields, "chat"),
        words=words,
    )


def _lists(fields: Fields, field: str) -> dict[str, tuple[str, ...]]:
    under = fields.under(field)
    return {} if under is None else {name: under.texts(name) for name in under.names()}
