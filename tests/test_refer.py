"""The rules of trust and age, on the day before and the day after each limit, and the ranking."""

from __future__ import annotations

from datetime import date

import pytest

from bot.atlas import Atlas
from bot.model import Crisis, Evidence, Trust
from bot.refer import Age, Request, age, crisis_lines, earliest_day, refer


@pytest.fixture(scope="module")
def atlas(fixed):
    """The map of the fixed knowledge."""
    return Atlas(fixed)


def evidence(as_of, trust=Trust.OFFICIAL, source="city-list-2018"):
    """A fact's evidence."""
    return Evidence(sources=(source,), as_of=as_of, trust=trust)


@pytest.mark.parametrize(
    ("as_of", "today", "expected"),
    [
        ("2025-11-24", date(2026, 11, 24), Age.FINE),
        ("2025-11-24", date(2026, 11, 25), Age.CHECK_FIRST),
        ("2021-11-24", date(2026, 11, 24), Age.CHECK_FIRST),
        ("2021-11-24", date(2026, 11, 25), Age.OLD),
        ("2026", date(2026, 12, 31), Age.FINE),
        ("2026", date(2027, 1, 1), Age.FINE),
        ("2026", date(2027, 1, 2), Age.CHECK_FIRST),
        ("2018-04", date(2026, 11, 24), Age.OLD),
        (None, date(2026, 11, 24), Age.OLD),
    ],
)
def test_age(as_of, today, expected, fixed):
    """A fact is fine for a year, shown with care for five, and old after that or without a date."""
    assert age(evidence(as_of), fixed, today) is expected


def test_an_own_page_without_a_date_is_checked_first(fixed, today):
    """What a body says of itself is not old only because its page has no date."""
    assert age(evidence(None, source="lantern-site"), fixed, today) is Age.CHECK_FIRST


def test_a_single_source_is_not_shown(fixed, today):
    """One third party alone is never enough."""
    assert age(evidence("2026-11-01", Trust.SINGLE), fixed, today) is None


@pytest.mark.parametrize(
    ("as_of", "day"), [("2026", date(2026, 1, 1)), ("2026-05", date(2026, 5, 1)), ("2026-05-12", date(2026, 5, 12))]
)
def test_a_vague_date_is_read_as_its_first_day(as_of, day):
    """How old a fact is, is reckoned carefully."""
    assert earliest_day(as_of) == day


def matches(fixed, atlas, today, place, *needs):
    """Who is found for needs at a neighbourhood."""
    found = atlas.place(place)
    return refer(Request(needs=needs, place=found, language="en", today=today), fixed, atlas)


def test_old_facts_have_no_phone_and_no_distance(fixed, atlas, today):
    """An address of 2018 is told as one of 2018, with nothing to rely on."""
    match = matches(fixed, atlas, today, "n.malvern-east", "food-bank")[0]

    assert match.organization.id == "old-food-bank"
    assert match.age is Age.OLD
    assert match.phones == ()
    assert match.metres is None


def test_rumours_are_left_out(fixed, atlas, today):
    """A service of trust single is not among the matches."""
    found = matches(fixed, atlas, today, "n.black-creek", "meals")

    assert "rumour-kitchen" not in [match.organization.id for match in found]


def test_an_exact_need_stands_before_a_related_one(fixed, atlas, today):
    """Who gives just what was asked comes first, however far."""
    found = matches(fixed, atlas, today, "n.glenfield-jane-heights", "family-doctor")

    assert found[0].organization.id == "harbour-clinic"
    assert found[0].exact


def test_distances_are_those_of_the_city(fixed, atlas, today):
    """A clinic 25 km away is said to be so."""
    match = matches(fixed, atlas, today, "n.glenfield-jane-heights", "dentist")[0]

    assert 20_000 < match.metres < 30_000


def test_crisis_lines_of_one_source_are_hidden_and_the_others_ranked(fixed):
    """Whisper Line rests on one source and is not told, though its rank is the first."""
    lines = crisis_lines(Crisis.VIOLENCE, fixed)

    assert [line.id for line in lines] == ["911", "beacon"]


@pytest.mark.parametrize("kind", list(Crisis))
def test_every_danger_has_a_line(kind, real):
    """Whatever the danger, the shipped knowledge has somebody to call."""
    assert crisis_lines(kind, real)
