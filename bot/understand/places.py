"""Finds the place a message names, or says that it is not sure, or that there is none.

    message -> spans of 1-6 words -> candidates by hash -> scored in bits -> readings that do not overlap -> decision

Every score is one thing: how many bits more likely the words are as this place's name than as ordinary text. From
`FOUND` on the bot answers, from `UNSURE` on it asks. The finder is built from a list of places and knows nothing of
Toronto but its postal codes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.model import Kind, Place, PlaceRead, Status
from bot.understand.index import LOCAL, LONG, STREET_KINDS, build_index, misjoined
from bot.understand.smallwords import FROM, LIVE, NOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.understand.index import Index, Name
    from bot.understand.smallwords import Around
    from bot.understand.text import Token

FOUND = 5.0
"""Bits from which the bot answers without asking."""
UNSURE = 1.5
"""Bits from which it asks."""
NEAR_TIE = 2.0
"""Two names of one span that differ by less are asked about."""
RIVAL = 10.0
"""Bits from which a second place in the message is asked about, too."""
MISJOINED = 6.0
"""Bits for each word more or fewer than the name has, when the letters do not agree either."""
UNLIKELY = 9.0
"""Bits against a name rarer than `LOCAL` when its letters do not agree: there are thousands of small streets, and one
of them sounds like any word. Beside its kind of street, or at a crossing, it may still be meant."""
APART = 5.0
"""Bits for each further word when the letters do not agree: a run of unknown words is soon like some long name."""
ORDINARY = 4.0
"""Bits against a damaged name when every word of the span is a word of its own: slips seldom make another word."""
WEAKEST = -12.0
"""Bits below which a span is not even kept for a crossing."""
CROSSING = 8.0
"""Bits for two streets named together that do cross."""
ASKED = 3.0
"""Bits for a message of few words that is nothing but the name, or when the bot has just asked for a place."""
LONGEST_SPAN, LONGEST_HAN_SPAN = 6, 8
LONGEST_NAME = 40
MOST_BUTTONS = 4
MOSTLY = 0.85
"""A street that lies in three neighbourhoods with this share of its length needs no question."""

AREAS = frozenset({Kind.NEIGHBOURHOOD, Kind.VERNACULAR, Kind.LANDMARK, Kind.STATION, Kind.DISTRICT})
_POSTAL = re.compile(
    r"(?<![^\W_])([a-z])\s?([0-9oil])\s?([a-z])(?:[\s-]?([0-9oil])\s?([a-z1])\s?([0-9oil]))?(?![^\W_])", re.IGNORECASE
)
_DIGITS = str.maketrans("oOiIlL", "001111")
_GAP = re.compile(r"[\s\-‐‑–.'’ʼ·・་]*\Z")
_CROSSING_GAP = re.compile(r"[\s\-‐‑–.,/&+|@x×\\（）()]*\Z")
_JOINING = frozenset(
    [*"and n nd x at near by off corner of et y i the con com avec with".split(), *"夹夾和与與及跟同交"]
)
"""Words between two streets that people of every language write; each language's own come from its phrases."""
_DIRECTIONS = frozenset({"east", "west", "north", "south", "e", "w", "n", "s", "est", "ouest"})


class Hit(NamedTuple):
    """That tokens `start:end` are read as a place, and by how many bits."""

    start: int
    end: int
    place: int
    bits: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one stretch of the message is read as: places best first, and the small words around it."""

    start: int
    end: int
    bits: float
    places: tuple[Place, ...]
    flags: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way through the finder."""

    text: str
    said: Sequence[Token]
    around: Around
    expecting: bool


class PlaceFinder:
    """Finds places in messages.

    `ordinary` gives the bits of ordinary words (small: frequent); words it lacks are reckoned by their length.
    """

    def __init__(
        self,
        places: Sequence[Place],
        corners: Mapping[tuple[str, str], tuple[Place, ...]],
        spellings: Mapping[str, tuple[str, ...]],
        ordinary: Mapping[str, int],
    ) -> None:
        self._places = places
        self._corners = corners
        self._ordinary = ordinary
        self._index: Index = build_index(places, corners, spellings)
        self._by_id = {p.id: p for p in places if p.kind in {Kind.NEIGHBOURHOOD, Kind.POSTAL_AREA}}

    def find(self, text: str, said: Sequence[Token], around: Around, *, expecting: bool = False) -> PlaceRead:
        """The place of a message whose tokens are `said`; `expecting`: the bot has just asked for one."""
        postal = self._postal(text)
        if postal is not None:
            return postal
        message = Message(text, said, around, expecting)
        return self._decide(message, self._readings(message, self._hits(message)))

    # --- The decision ------------------------------------------------------------------------------

    def _decide(self, message: Message, readings: list[Reading]) -> PlaceRead:
        here, elsewhere = _sides(readings)
        if not here:
            if not elsewhere:
                return PlaceRead(status=Status.NONE)
            return PlaceRead(status=Status.OUTSIDE, span=_slice(message, max(elsewhere, key=_bits_of)))
        best = max(here, key=_bits_of)
        others = [reading for reading in here if reading is not best]
        best = _narrowed(best, others)
        span = _slice(message, best)
        rivals = [r for r in others if r.bits > max(RIVAL, best.bits - 3 * NEAR_TIE) and not _compatible(best, r)]
        places = best.places
        if rivals:
            places = _distinct([*places[:2], *(rival.places[0] for rival in rivals)])
        if best.bits < FOUND or not _same_ground(places) or self._is_wide(places[0]):
            return self._ask(span, places)
        return PlaceRead(status=Status.FOUND, span=span, candidates=places[:1])

    def _is_wide(self, place: Place) -> bool:
        """Whether a place is too large to answer for: a district, or a street that no three neighbourhoods mostly
        hold.
        """
        if place.kind is not Kind.STREET:
            return place.kind is Kind.DISTRICT
        return len(place.neighbourhoods) > 3 and sum(sorted(place.shares)[-3:]) < MOSTLY

    def _ask(self, span: str, places: Sequence[Place]) -> PlaceRead:
        """The buttons: the places themselves, and instead of a wide one the parts of it."""
        wide = [place for place in places if self._is_wide(place)]
        buttons = [place for place in places if place not in wide]
        room = max(1, (MOST_BUTTONS - len(buttons)) // max(1, len(wide)))
        for place in wide:
            parts = [self._by_id[id_] for id_ in place.neighbourhoods if id_ in self._by_id]
            buttons += parts[:room]
        only = wide[0] if len(places) == 1 and wide else None
        return PlaceRead(status=Status.UNSURE, span=span, candidates=_distinct(buttons)[:MOST_BUTTONS], wide=only)

    def _postal(self, text: str) -> PlaceRead | None:
        """The area of a postal code, also with O for 0 and I for 1; outside, when it is none of Toronto's."""
        for match in _POSTAL.finditer(text):
            first, last = match.group(1).lower(), match.group(3).lower()
            whole = match.group(4) is not None
            digits = sum(match.group(at).isdigit() for at in (2, 4, 6) if match.group(at))
            if digits < (2 if whole else 1):
                continue  # "mom", "mi hijo": letters for digits only beside true ones
            place = self._by_id.get(first + match.group(2).translate(_DIGITS) + last)
            if place is not None:
                return PlaceRead(status=Status.FOUND, span=match.group().strip(), candidates=(place,))
            if whole and first in "abceghjklnprstvxy":
                return PlaceRead(status=Status.OUTSIDE, span=match.group().strip())
        return None

    # --- Spans -------------------------------------------------------------------------------------

    def _hits(self, message: Message) -> list[Hit]:
        """Every span that may be a name, with its bits."""
        said = message.said
        cost = [self._explained(token) for token in said]
        hits: list[Hit] = []
        for start, first in enumerate(said):
            glued = initials = ""
            explained = 0.0
            longest = LONGEST_HAN_SPAN if first.script == "han" else LONGEST_SPAN
            for end in range(start + 1, min(start + longest, len(said)) + 1):
                token = said[end - 1]
                if end - 1 > start and not _GAP.match(message.text, said[end - 2].end, token.start):
                    break
                glued += token.letters
                initials += token.letters[:1]
                explained += cost[end - 1]
                if len(glued) > LONGEST_NAME:
                    break
                if len(glued) > 1:
                    context = explained + self._context(message, start, end)
                    for name, lost in self._index.candidates(glued, token, single=end - start == 1):
                        bits = context - name.prior - lost + self._fitting(name, lost, initials, message, start, end)
                        if bits > WEAKEST:
                            hits.append(Hit(start, end, name.place, bits))
        return hits

    def _explained(self, token: Token) -> float:
        """Bits that a word costs as ordinary text."""
        known = self._ordinary.get(token.letters)
        if known is not None:
            return float(known)
        if token.script == "han":
            return 7.0
        if len(token.letters) == 1:
            return 3.0
        return min(6.0 + (2.4 if token.script == "latin" else 2.0) * len(token.letters), 30.0)

    def _context(self, message: Message, start: int, end: int) -> float:
        """Bits that what stands around a span gives any name in it."""
        bits = message.around.before(start) + message.around.after(end)
        if message.said[start].capital:
            bits += 1.5
        if end - start == len(message.said) and (message.expecting or len(message.said) <= 3):
            bits += ASKED
        return bits

    def _fitting(self, name: Name, lost: float, initials: str, message: Message, start: int, end: int) -> float:
        """Bits for one name: its words, and for a street the kind beside it."""
        beside = _kind_beside(name.street_kind, message.said, start, end) if name.street_kind else 0.0
        if lost < 1:
            return beside
        against = (end - start - 1) * APART
        if self._places[name.place].kind is Kind.OUTSIDE and message.said[start].script != "latin":
            against += APART
        against += UNLIKELY if name.prior > LOCAL and beside < KIND_AFTER else 0.0
        if all(token.letters in self._ordinary for token in message.said[start:end]):
            against += ORDINARY
        return beside - against - MISJOINED * misjoined(name.initials, initials)

    # --- Readings ----------------------------------------------------------------------------------

    def _readings(self, message: Message, hits: list[Hit]) -> list[Reading]:
        """The best reading of each stretch of the message, crossings included, none overlapping another."""
        spans: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        for hit in hits:
            spans[hit.start, hit.end].append(hit)
        readings = [self._reading(message, *span, group) for span, group in spans.items()]
        readings += self._crossings(message, spans)
        chosen: list[Reading] = []
        for reading in sorted(readings, key=lambda r: (-r.bits, r.start)):
            if reading.bits >= UNSURE and all(reading.end <= r.start or reading.start >= r.end for r in chosen):
                chosen.append(reading)
        return chosen

    def _reading(self, message: Message, start: int, end: int, group: list[Hit]) -> Reading:
        group.sort(key=lambda hit: -hit.bits)
        best = group[0].bits
        near = [self._places[hit.place] for hit in group if hit.bits > best - NEAR_TIE]
        if any(place.kind in AREAS for place in near):
            near = [place for place in near if place.kind is not Kind.STREET or len(place.neighbourhoods) >= LONG]
        return Reading(start, end, best, _distinct(near), message.around.flags(start, end))

    def _crossings(self, message: Message, spans: Mapping[tuple[int, int], list[Hit]]) -> list[Reading]:
        """Two streets that stand together and do cross."""
        streets = {
            span: found
            for span, group in spans.items()
            if (found := [hit for hit in group if self._places[hit.place].kind is Kind.STREET])
        }
        readings = []
        for first, one in streets.items():
            for second, other in streets.items():
                if first[1] <= second[0] <= first[1] + 4 and _joined(message, first[1], second[0]):
                    best = self._best_pair(one, other)
                    if best is not None:
                        end = second[1]
                        if end < len(message.said) and message.said[end].letters in STREET_KINDS:
                            end += 1
                        flags = message.around.flags(first[0], end)
                        readings.append(Reading(first[0], end, best[0] + CROSSING, (best[1],), flags))
        return readings

    def _best_pair(self, first: list[Hit], second: list[Hit]) -> tuple[float, Place] | None:
        best: tuple[float, Place] | None = None
        for one in first:
            for other in second:
                a, b = sorted((self._places[one.place].id, self._places[other.place].id))
                corner = self._corners.get((a, b))
                if corner is not None and (best is None or one.bits + other.bits > best[0]):
                    best = one.bits + other.bits, corner[0]
        return best


# --- Around a span ----------------------------------------------------------------------------------

KIND_AFTER, KIND_BEFORE, OTHER_KIND = 9.0, 5.0, -1.0
"""Bits for a street's own kind behind its name ("Woolner ave"), for a kind before it ("rue Church"), for another."""


def _kind_beside(kind: str, said: Sequence[Token], start: int, end: int) -> float:
    after = STREET_KINDS.get(said[end].letters) if end < len(said) else None
    before = STREET_KINDS.get(said[start - 1].letters) if start else None
    if after is None and before is None:
        return 0.0
    if after == kind:
        return KIND_AFTER
    return OTHER_KIND if before is None else KIND_BEFORE


def _joined(message: Message, left: int, right: int) -> bool:
    """Whether only kinds of street, directions, "and" words and signs stand between two streets.

    "Lawrence Avenue" is one street, not Lawrence at Avenue Road.
    """
    if left == right and message.said[right].letters in STREET_KINDS:
        return False
    at = message.said[left - 1].end
    for token in message.said[left:right]:
        small = token.word in _JOINING or token.word in message.around.joining
        if not (small or token.letters in STREET_KINDS or token.letters in _DIRECTIONS):
            return False
        if not _CROSSING_GAP.match(message.text, at, token.start):
            return False
        at = token.end
    return bool(_CROSSING_GAP.match(message.text, at, message.said[right].start))


# --- Comparing readings and places ------------------------------------------------------------------


def _sides(readings: list[Reading]) -> tuple[list[Reading], list[Reading]]:
    """The readings to answer for, inside the city and outside: where the person lives wins, what is denied is gone,
    and where they came from counts only when nothing else is named.
    """
    kept = [reading for reading in readings if not reading.flags & NOT]
    kept = [reading for reading in kept if not reading.flags & FROM] or kept
    here = [reading for reading in kept if reading.places[0].kind is not Kind.OUTSIDE]
    elsewhere = [reading for reading in kept if reading.places[0].kind is Kind.OUTSIDE]
    lived = [reading for reading in kept if reading.flags & LIVE]
    if lived and any(reading in here for reading in lived):
        here = [reading for reading in here if reading in lived]
    elif lived:
        here = []
    return here, elsewhere


def _bits_of(reading: Reading) -> float:
    return reading.bits


def _slice(message: Message, reading: Reading) -> str:
    """The words of a reading, with the kind of street that stands beside its name."""
    start, end, said = reading.start, reading.end, message.said
    if reading.places[0].kind is Kind.STREET:
        if end < len(said) and said[end].letters in STREET_KINDS:
            end += 1
        elif start and said[start - 1].letters in STREET_KINDS:
            start -= 1
    return message.text[said[start].start : said[end - 1].end]


def _distinct(places: Iterable[Place]) -> tuple[Place, ...]:
    """Places, less those that share ground with one before them; streets of one name stay apart."""
    kept: list[Place] = []
    for place in places:
        shares = (other for other in kept if place.kind is not Kind.STREET and other.kind is not Kind.STREET)
        if place not in kept and not any(_overlaps(place, other) for other in shares):
            kept.append(place)
    return tuple(kept)


def _overlaps(a: Place, b: Place) -> bool:
    return not set(a.neighbourhoods).isdisjoint(b.neighbourhoods)


def _same_ground(places: Sequence[Place]) -> bool:
    return all(set(place.neighbourhoods) <= set(places[0].neighbourhoods) for place in places[1:])


def _compatible(a: Reading, b: Reading) -> bool:
    return any(_overlaps(p, q) for p in a.places for q in b.places)


def _narrowed(best: Reading, others: list[Reading]) -> Reading:
    """A narrower place named beside a wide one: "Rexdale, Etobicoke"."""
    wide = {Kind.DISTRICT, Kind.LIP}
    if best.places[0].kind in wide:
        for other in others:
            if other.places[0].kind not in wide and _compatible(best, other):
                return other
    return best
