"""Finding places: what must hold for every name, however it is written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Kind, Status
from bot.understand.index import bare, damage, misjoined

NAMES = ["Rexdale", "Thorncliffe Park", "Malvern", "Regent Park", "Scarborough Village", "Flemingdon Park"]
DRESSES = [str.upper, str.lower, str.title, "😀 {} !!!".format, lambda s: s.replace("e", "é"), "  {}…".format]
CORNERS = [
    ("Jane", "Finch"),
    ("Kipling", "Dixon"),
    ("Lawrence", "Weston Road"),
    ("Victoria Park", "Danforth"),
    ("Keele", "Wilson"),
]
JOINED = [
    "{} and {}",
    "{} & {}",
    "{}/{}",
    "{} n {}",
    "{} + {}",
    "{} x {}",
    "{} {}",
    "{} et {}",
    "{} y {}",
    "{}夹{}",
    "{} at {}",
]


def found(reader, text):
    """The neighbourhoods of the place a message names."""
    place = reader.read(text).place
    assert place.status is Status.FOUND, (text, place)
    return set(place.candidates[0].neighbourhoods)


def test_every_official_name_finds_itself(real, reader):
    """Each of the 158 names, and each of the 140 before them, is found or asked about with itself among the buttons."""
    missed = []
    for one in real.neighbourhoods.values():
        place = reader.read(one.name).place
        reached = {id_ for candidate in place.candidates for id_ in candidate.neighbourhoods}
        if one.id not in reached:
            missed.append(one.name)

    assert missed == []


def test_every_old_name_finds_its_ground(real, reader):
    """Each name of the 140 model leads to a neighbourhood that came from it."""
    missed = []
    for name in sorted({name for one in real.neighbourhoods.values() for name in one.from_140}):
        place = reader.read(name).place
        reached = {id_ for candidate in place.candidates for id_ in candidate.neighbourhoods}
        if not any(name in real.neighbourhoods[id_].from_140 for id_ in reached):
            missed.append(name)

    assert len(missed) <= 2, missed


@pytest.mark.parametrize("corner", CORNERS, ids=" ".join)
@pytest.mark.parametrize("joined", JOINED)
def test_a_corner_however_joined(corner, joined, reader):
    """Two streets are one corner in either order, whatever joins them."""
    a, b = corner
    there = found(reader, joined.format(a, b))

    assert there & found(reader, joined.format(b, a))


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(NAMES), change=st.sampled_from(DRESSES))
def test_case_accents_and_emoji_change_nothing(name, change, reader):
    """However a name is dressed, it is the same place."""
    assert found(reader, change(name)) == found(reader, name)


@pytest.mark.parametrize("code", ["M3N 1A1", "m3n1a1", "M3N", "m3n-1a1", "M3N 1AI", "m٣n ۱a۱", "Ｍ３Ｎ １Ａ１"])
def test_postal_codes(code, reader):
    """Postal codes in any dress are their area."""
    place = reader.read(f"esl {code}").place

    assert place.candidates[0].id == "m3n"


@pytest.mark.parametrize("code", ["L5B 1M2", "K1A 0B1", "V6B 4Y8"])
def test_postal_codes_of_other_cities(code, reader):
    """A code that does not begin with M is outside."""
    assert reader.read(code).place.status is Status.OUTSIDE


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("my cousin Lawrence called", Status.NONE), ("mi hijo tiene fiebre", Status.NONE),
        ("mom said lol", Status.NONE),
        ("food bank in mississauga", Status.OUTSIDE), ("دكتور في اوتاوا", Status.OUTSIDE), ("万锦 ESL", Status.OUTSIDE),
        ("doctor in Toronto", Status.NONE), ("Scarborough", Status.UNSURE), ("Yonge", Status.UNSURE),
        ("i live in malvern, not in brampton", Status.FOUND), ("flemingdn prk", Status.FOUND),
        ("thornclif park", Status.FOUND),
        ("Rexdale'de iş", Status.FOUND), ("Рексдейле", Status.FOUND),
        ("士嘉堡", Status.UNSURE), ("ثورنكليف", Status.FOUND),
    ],
)  # fmt: skip
def test_status(text, status, reader):
    """Found, asked, outside or none, as a resident would say."""
    assert reader.read(text).place.status is status, reader.read(text).place


def test_damage_of_one_letter_is_repaired(real, reader):
    """Of well-known names with one letter wrong, nearly all still lead to their ground, and hardly one elsewhere."""
    chance = random.Random(20261124)
    known = [p for p in real.places if p.kind in {Kind.VERNACULAR, Kind.NEIGHBOURHOOD} and len(p.name) > 7]
    right = wrong = 0
    for place in known:
        at = chance.randrange(1, len(place.name) - 1)
        text = place.name[:at] + chance.choice(["", "e", "n", place.name[at] * 2]) + place.name[at + 1 :]
        read = reader.read(f"esl class near {text}").place
        reached = {id_ for candidate in read.candidates for id_ in candidate.neighbourhoods}
        right += not reached.isdisjoint(place.neighbourhoods)
        wrong += read.status is Status.FOUND and reached.isdisjoint(place.neighbourhoods)

    assert right >= 0.95 * len(known)
    assert wrong <= 0.02 * len(known)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=" .,!?;:-…()[]{}'\"/\\|*_~`@#$%^&+=<>", max_size=60))
def test_signs_alone_are_no_place(text, reader):
    """Punctuation never makes a place."""
    assert reader.read(text).place.status is Status.NONE


def test_no_name_sounds_of_danger(real, reader):
    """No place, organization or service raises an alarm by its name, in any script."""
    names = [place.name for place in real.places if place.kind is not Kind.STREET or place.id.startswith(("a", "k"))]
    names += [spelled for written in real.spellings.values() for spelled in written[:3]]
    names += [one.name for one in real.organizations.values()]
    names += [service.name for one in real.organizations.values() for service in one.services]

    assert [name for name in names if reader.read(name).crisis] == []


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Woolner Avenue", ("avenue", "Woolner")),
        ("The West Mall", ("", "The West Mall")),
        ("Avenue Road", ("road", "Avenue")),
    ],
)
def test_bare_names(name, split):
    """A street's kind is apart from its name."""
    assert bare(name) == split


def test_damage_grows_with_distance():
    """A slip costs less than two, and another word is no damage at all."""
    assert damage("rexdale", "rexdal") < damage("rexdale", "rexdalee" + "e")
    assert damage("rexdale", "scarborough") is None
    assert misjoined("jf", "jf") == 0
    assert misjoined("jf", "j") == 1
