from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.session import VERSION, Session, dump, parse

TEXTS = st.none() | st.text(max_size=20)
SESSIONS = st.builds(
    Session,
    language=TEXTS,
    spoken=TEXTS,
    place=TEXTS,
    need=TEXTS,
    page=st.integers(min_value=0, max_value=10**6),
    asked=TEXTS,
    options=st.lists(st.text(max_size=20), max_size=4).map(tuple),
    offered=TEXTS,
    met=st.booleans(),
)
NAMES = st.text() | st.sampled_from([*Session.__dataclass_fields__])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(NAMES, inside),
    max_leaves=10,
)  # fmt: skip


@given(SESSIONS)
def test_what_is_dumped_is_parsed_back(session):
    """A store gives back what it was given."""
    assert parse(dump(session)) == session


def test_every_field_survives():
    """A field of a session that dump or parse forgets would make the bot forgetful."""
    full = Session(
        language="zh-Hans", spoken="ar", place="n.rexdale-kipling", need="@health", page=2, asked="which-place",
        options=("n.a", "n.b"), offered="fr", met=True,
    )  # fmt: skip

    assert parse(dump(full)) == full
    assert all(getattr(full, name) != getattr(Session(), name) for name in Session.__dataclass_fields__)


def test_only_what_differs_from_a_new_session_is_written():
    """A short text, with the version of its form."""
    assert dump(Session(need="esl")) == '{"v":1,"need":"esl"}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"hello"',
        "5",
        "{}",
        '{"v": 0, "need": "esl"}',
        '{"v": 2, "need": "esl"}',
        '{"v": "1", "need": "esl"}',
        '{"need": "esl"}',
        '{"v": 1, "need": 5}',
        '{"v": 1, "need": ["esl"]}',
        '{"v": 1, "language": {}}',
        '{"v": 1, "page": "2"}',
        '{"v": 1, "page": 1.5}',
        '{"v": 1, "page": 1e999}',
        '{"v": 1, "page": NaN}',
        '{"v": 1, "page": -3}',
        '{"v": 1, "page": true}',
        '{"v": 1, "page": null}',
        '{"v": 1, "page": ' + "9" * 5000 + "}",
        '{"v": 1, "options": 5}',
        '{"v": 1, "options": null}',
        '{"v": 1, "options": "esl"}',
        '{"v": 1, "options": {"esl": 1}}',
        '{"v": 1, "options": [null]}',
        '{"v": 1, "options": [["esl"]]}',
        '{"v": 1, "met": "yes"}',
        '{"v": 1, "met": 1}',
        "[" * 100_000,
        '{"v": 1, "x": ' + '{"x": ' * 100_000,
        "\x00",
        None,
        5,
    ],
    ids=lambda text: str(text)[:24],
)
def test_what_cannot_be_read_is_a_new_session(text):
    """A store that was damaged or meddled with costs a person their place in the conversation, nothing else."""
    assert parse(text) == Session()


def test_a_field_that_is_no_longer_known_is_left_out():
    """A session written by a later or earlier bot keeps what both know."""
    assert parse('{"v": 1, "need": "esl", "shoe_size": 43}') == Session(need="esl")


@given(st.text() | st.binary())
def test_parsing_never_fails(text):
    """Whatever stands there, a session comes out."""
    assert isinstance(parse(text), Session)


@given(JSON, st.booleans())
def test_no_json_makes_a_session_of_wrong_types(held, versioned):
    """What was parsed can be dumped, and is what it says."""
    if versioned and isinstance(held, dict):
        held |= {"v": VERSION}
    session = parse(json.dumps(held))

    assert parse(dump(session)) == session
    assert isinstance(hash(session), int)
