"""The city on a map: which neighbourhood a point lies in, how far two points are, and which place a reference means."""

from __future__ import annotations

import hashlib
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from bot.model import Kind, Neighbourhood, Place, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Knowledge, Outline, Ring

_KIND_LETTERS = {
    Kind.NEIGHBOURHOOD: "n", Kind.LIP: "l", Kind.DISTRICT: "d", Kind.POSTAL_AREA: "p", Kind.INTERSECTION: "x",
    Kind.STATION: "t", Kind.LANDMARK: "m", Kind.STREET: "s", Kind.VERNACULAR: "v",
}  # fmt: skip
LONGEST_ID = 48
"""Of a place, in a reference; a longer one is shortened to a hash of it, as a button carries 64 bytes in all."""
_METRES_A_DEGREE = 111_195.0
"""Of latitude, on the mean sphere of 6,371 km."""


class Atlas:
    """Answers questions about where things are, for one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._places = {reference(place): place for place in knowledge.places if place.kind in _KIND_LETTERS}
        long = (c[0] for c in knowledge.corners.values() if len(c[0].id) > LONGEST_ID)
        self._places |= {reference(corner): corner for corner in long}
        self._boxes = [(_box(outline), outline) for outline in knowledge.outlines]

    def place(self, reference_: str) -> Place | None:
        """The place a reference stands for; None when this knowledge base has none such (an old button)."""
        a, _, b = reference_.removeprefix("x.").partition("+")
        corners = self._knowledge.corners.get((a, b)) if b else None
        return corners[0] if corners else self._places.get(reference_)

    def neighbourhood_at(self, point: Point) -> Neighbourhood | None:
        """The neighbourhood a point lies in; None in the lake and outside the city.

        Even-odd ray casting over the City's polygons, after their boxes.
        """
        x, y = point.longitude, point.latitude
        for (west, south, east, north), outline in self._boxes:
            if west <= x <= east and south <= y <= north and _inside(outline, x, y):
                return self._knowledge.neighbourhoods[outline.neighbourhood]
        return None

    def centre(self, place: Place) -> Point | None:
        """Where distances to a place are measured from: its own point, else the middle of its neighbourhoods."""
        if place.point is not None:
            return place.point
        points = [self._knowledge.neighbourhoods[id_].point for id_ in place.neighbourhoods]
        if not points:
            return None
        return Point(sum(p.latitude for p in points) / len(points), sum(p.longitude for p in points) / len(points))


def reference(place: Place) -> str:
    """A short text that names a place in a session or a button."""
    id_ = place.id
    if len(id_) > LONGEST_ID:
        id_ = f"~{hashlib.blake2b(id_.encode(), digest_size=8).hexdigest()}"
    return f"{_KIND_LETTERS[place.kind]}.{id_}"


def metres(a: Point, b: Point) -> float:
    """The distance of two points of one city, in metres; an error of less than 0.1 % at this size."""
    north = (a.latitude - b.latitude) * _METRES_A_DEGREE
    east = (a.longitude - b.longitude) * _METRES_A_DEGREE * cos(radians((a.latitude + b.latitude) / 2))
    return hypot(north, east)


def _box(outline: Outline) -> tuple[float, float, float, float]:
    xs = [x for ring in outline.rings for x, _ in ring]
    ys = [y for ring in outline.rings for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(outline: Outline, x: float, y: float) -> bool:
    return sum(_crossings(ring, x, y) for ring in outline.rings) % 2 == 1


def _crossings(ring: Ring | Sequence[tuple[float, float]], x: float, y: float) -> int:
    """How often a ray from the point to the east crosses the ring."""
    count = 0
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            count += 1
        x1, y1 = x2, y2
    return count
