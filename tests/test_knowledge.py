"""A broken knowledge base is refused with every problem at once, in words that its keeper understands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import InvalidKnowledge, load
from bot.knowledge.cache import Cache, fingerprint
from bot.knowledge.folder import organizations_in
from bot.knowledge.problems import Problem, did_you_mean
from bot.knowledge.yaml_files import compose

HERE = Path(__file__).parent / "knowledge"
MISTAKES = sorted((HERE / "invalid").glob("*.yaml"))
assert MISTAKES, "no mistakes found: has the folder moved?"


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistakes_are_told(path, real, tmp_path):
    """Each mistake is told with file, line, field, value and advice, as the file beside it has it."""
    (tmp_path / "services").mkdir()
    shutil.copy(path, tmp_path / "services" / path.name)
    shutil.copy(HERE / "sources.yaml", tmp_path / "sources.yaml")

    with pytest.raises(InvalidKnowledge) as raised:
        organizations_in(tmp_path, real)

    assert str(raised.value).replace(tmp_path.name, "knowledge") == path.with_suffix(".txt").read_text("utf-8").strip()


def test_the_shipped_knowledge_has_no_problems(real):
    """What we ship loads, and is as large as we say."""
    assert len(real.neighbourhoods) == 158
    assert sum(not lip.regional for lip in real.lips.values()) == 15
    assert sum(lip.regional for lip in real.lips.values()) == 4
    assert len(real.themes) == 6
    assert len(real.areas) == 12
    assert len(real.organizations) >= 200
    assert len(real.organizations["toronto-public-library"].locations) == 100


def test_every_neighbourhood_knows_its_past(real):
    """Each of the 158 comes from one or more of the 140, and has a partnership of today."""
    names = {name for one in real.neighbourhoods.values() for name in one.from_140}

    assert len(names) == 140
    assert all(one.regional_lip for one in real.neighbourhoods.values())


def test_every_area_has_a_need_and_every_language_its_areas(real):
    """No area is empty, and each main language has phrases for all twelve."""
    main = "en fr es pt ar fa prs ps ur hi pa bn gu ta zh-Hans zh-Hant ko vi tl ru uk tr so am ti".split()
    spoken = {said.language: said for said in real.phrases if not said.romanised}

    assert {need.area for need in real.needs.values()} == set(real.areas)
    assert set(main) <= set(spoken)
    for tag in main:
        assert {real.needs[need].area for need in spoken[tag].needs} == set(real.areas), tag


def test_a_missing_folder_is_said():
    """KNOWLEDGE_DIR may be wrong."""
    with pytest.raises(InvalidKnowledge, match="there is no folder"):
        load(Path("no-such-folder"))


def test_an_empty_folder_tells_every_missing_file(tmp_path):
    """All that is missing is told at once."""
    with pytest.raises(InvalidKnowledge) as raised:
        load(tmp_path)

    assert {problem.message for problem in raised.value.problems} == {"is missing."}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_breaks_the_reader(tmp_path, content):
    """Whatever bytes a file holds, it is read or refused; nothing is raised."""
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    problems: list[Problem] = []

    assert (compose(path, "any.yaml", problems) is None) == bool(problems)


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_before_it_crashes(bracket, tmp_path):
    """Libyaml's composer dies at some 30,000 brackets; it never sees them."""
    path = tmp_path / "deep.yaml"
    path.write_text(bracket * 100_000)
    problems: list[Problem] = []

    assert compose(path, "deep.yaml", problems) is None
    assert problems


def test_a_link_out_of_the_folder_is_refused(tmp_path, real):
    """A record may not be somewhere else on the machine."""
    (tmp_path / "kb" / "services").mkdir(parents=True)
    (tmp_path / "elsewhere.yaml").write_text("name: x")
    (tmp_path / "kb" / "services" / "x.yaml").symlink_to(tmp_path / "elsewhere.yaml")

    with pytest.raises(InvalidKnowledge, match="link out of the folder"):
        organizations_in(tmp_path / "kb", real)


@pytest.mark.parametrize(
    ("value", "known", "expected"),
    [
        ("dentst", ["dentist", "esl"], 'Did you mean "dentist"? Known ones: dentist, esl.'),
        ("zzz", [str(n) for n in range(20)], ""),
    ],
)
def test_advice(value, known, expected):
    """The nearest known value is named, and the known ones where they are few."""
    assert did_you_mean(value, known) == expected


def test_what_was_made_once_is_kept(tmp_path, monkeypatch):
    """The second time nothing is made; a changed file, or a broken cache, makes it anew."""
    monkeypatch.setattr("bot.knowledge.cache.user_cache_path", lambda *_, **__: tmp_path / "cache")
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "a.yaml").write_text("a")
    made = []

    def make():
        made.append(1)
        return {"n": len(made)}

    assert [Cache(folder).get("t", make), Cache(folder).get("t", make)] == [{"n": 1}, {"n": 1}]
    before = fingerprint(folder)
    (folder / "a.yaml").write_text("b")
    assert fingerprint(folder) != before
    assert Cache(folder).get("t", make) == {"n": 2}
    next((tmp_path / "cache").glob(f"t-{fingerprint(folder)}.pickle")).write_bytes(b"broken")
    assert Cache(folder).get("t", make) == {"n": 3}
