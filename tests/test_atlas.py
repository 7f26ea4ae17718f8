"""Points in polygons: every neighbourhood, edges, the lake and the world outside."""

from __future__ import annotations

import pytest

from bot.atlas import Atlas, metres, reference
from bot.model import Point


@pytest.fixture(scope="module")
def atlas(real):
    """The map of the shipped knowledge."""
    return Atlas(real)


def test_every_neighbourhood_holds_its_inner_point(atlas, real):
    """The point in each record lies in its own polygon."""
    missed = [
        one.id
        for one in real.neighbourhoods.values()
        if (at := atlas.neighbourhood_at(one.point)) is None or at.id != one.id
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("where", "point"),
    [
        ("the lake", Point(43.55, -79.35)),
        ("Mississauga", Point(43.589, -79.644)),
        ("Markham", Point(43.876, -79.263)),
        ("null island", Point(0, 0)),
    ],
)
def test_outside_is_nowhere(where, point, atlas):
    """A point in the lake or another city has no neighbourhood: never the nearest."""
    assert atlas.neighbourhood_at(point) is None, where


@pytest.mark.parametrize(
    ("point", "id_"),
    [
        (Point(43.62, -79.378), "st-lawrence-east-bayfront-the-islands"),
        (Point(43.7500, -79.5150), "glenfield-jane-heights"),
        (Point(43.6596, -79.3655), "regent-park"),
    ],
)
def test_known_points(point, id_, atlas):
    """Known points lie where they should; the islands belong to a neighbourhood of the shore."""
    assert atlas.neighbourhood_at(point).id == id_


def test_a_point_on_a_shared_border_lies_in_one(atlas, real):
    """Corners of polygons belong to at most one neighbourhood, and asking does not fail."""
    outline = real.outlines[0]
    for x, y in outline.rings[0][:50]:
        assert (
            atlas.neighbourhood_at(Point(y, x)) is None or atlas.neighbourhood_at(Point(y, x)).id in real.neighbourhoods
        )


def test_every_place_can_be_referred_to(atlas, real):
    """A button's reference leads back to its place."""
    wrong = [place.id for place in real.places if place.kind != "outside" and atlas.place(reference(place)) is None]

    assert wrong == []


def test_references_fit_a_button(real):
    """No reference is longer than callback data allows with its verb."""
    longest = max(len(f"1 parts {reference(place)} 99".encode()) for place in real.places if place.kind != "outside")

    assert longest <= 64


def test_corners_are_found_again(atlas, real):
    """A corner's reference leads back to it, too."""
    corner = next(iter(real.corners.values()))[0]

    assert atlas.place(reference(corner)) == corner


def test_distance():
    """The two ends of Yonge Street inside the city are some 17 km apart."""
    assert metres(Point(43.6417, -79.3755), Point(43.7985, -79.4199)) == pytest.approx(17_800, rel=0.02)
