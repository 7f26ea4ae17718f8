"""The commands of interfaces.md: what they print, and their exit codes."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path_factory):
    """Nothing of the tester's own environment; one cache for all of these tests."""
    for name in ("KNOWLEDGE_DIR", "TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "STORE_URL", "LOG_LEVEL", "STORE_KEY"):
        monkeypatch.delenv(name, raising=False)
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr("bot.knowledge.cache.user_cache_path", lambda *_, **__: cache)


def run(monkeypatch, capsys, *arguments, typed=""):
    """Exit code, standard output and standard error of a command."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    try:
        code = main(arguments)
    except SystemExit as left:
        code = left.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_chat(monkeypatch, capsys):
    """Lines in, replies out, and an end."""
    code, out, _ = run(monkeypatch, capsys, "chat", typed="english classes near jane and finch\n")

    assert code == 0
    assert "English classes" in out
    assert "2-1-1" in out


def test_chat_gives_the_same_twice(monkeypatch, capsys):
    """The session lives in memory: two runs give the same text."""
    runs = [run(monkeypatch, capsys, "chat", "--language", "fr", typed="dentiste\nMalvern\n") for _ in range(2)]

    assert runs[0] == runs[1]
    assert "Malvern" in runs[0][1]


def test_chat_in_a_language_there_is_none_of(monkeypatch, capsys):
    """A language without a catalogue is said, with those there are."""
    code, _, err = run(monkeypatch, capsys, "chat", "--language", "xx")

    assert code == 2
    assert "zh-Hans" in err


def test_understand(monkeypatch, capsys):
    """One object a line, in order, ids given back."""
    code, out, _ = run(monkeypatch, capsys, "understand", typed='{"id": "a", "text": "dentist in malvern"}\nhello\n\n')
    rows = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert [row["id"] for row in rows] == ["a", None, None]
    assert rows[0]["need"]["needs"][0] == "dentist"


def test_check_passes_on_what_is_shipped(monkeypatch, capsys):
    """The shipped knowledge has no problems."""
    code, out, _ = run(monkeypatch, capsys, "check")

    assert code == 0
    assert out.startswith("No problems")


def test_check_lists_every_problem(monkeypatch, capsys, tmp_path):
    """Two mistakes in two files are told at once, with file and line."""
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", folder)
    (folder / "needs" / "esl.yaml").write_text("name: English\narea: langage\nincludes: x\nrelated: [lnc]\n")
    (folder / "crisis" / "911.yaml").write_text('name: x\nnumber: "12"\nkinds: [fire]\nsource: [nobody]\n')
    (folder / "places" / "corners.csv").write_text(
        "street_a,street_b,latitude,longitude,neighbourhoods\nx,y,1,2\na,b,43,-79,z\n"
    )
    (folder / "phrases" / "sw.yaml").write_text("needs: {esll: [x]}\ncrisis: {fir: [y]}\nwords: {nea: [z]}\n")
    (folder / "boundaries.geojson").write_text("{")
    (folder / "lips" / "don-valley.yaml").write_text(
        "name: x\nshort_name: y\nsuccessor: nowhere\nsource: [city-2011]\n"
    )
    (folder / "needs" / "Bad Name.yaml").write_text("name: x\n")
    code, out, _ = run(monkeypatch, capsys, "check", str(folder))

    assert code == 1
    for told in (
        r"needs/esl\.yaml:2: area: there is no \"langage\"",
        r"needs/esl\.yaml:4: related: there is no \"lnc\"",
        r"crisis/911\.yaml:2: number: \"12\"",
        r"crisis/911\.yaml:3: kinds: \"fire\"",
        r"crisis/911\.yaml:4: source: there is no \"nobody\"",
        r"corners\.csv:2: row: ",
        r"corners\.csv:3: street: ",
        r"sw\.yaml:1: needs\.esll: ",
        r"sw\.yaml:1: crisis\.fir: ",
        r"sw\.yaml:1: words\.nea: ",
        r"boundaries\.geojson:1: file: this is not GeoJSON",
        r"don-valley\.yaml:1: successor: there is no LIP",
        r"Bad Name\.yaml:1: file: ",
        r"\d+ problems\. Nothing was changed\.",
    ):
        assert re.search(told, out), told


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
        ("KNOWLEDGE_DIR", "nowhere", "KNOWLEDGE_DIR"),
        ("STORE_URL", "floppy:", "STORE_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start(name, value, words, monkeypatch, capsys):
    """One sentence that names the setting, and exit code 1."""
    monkeypatch.setenv(name, value)
    code, _, err = run(monkeypatch, capsys, "chat")

    assert code == 1
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_broken_record_stops_the_start(monkeypatch, capsys, tmp_path):
    """A chat over a broken knowledge base does not begin."""
    (tmp_path / "kb").mkdir()
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "kb"))
    code, out, err = run(monkeypatch, capsys, "chat", typed="hello\n")

    assert code == 1
    assert out == ""
    assert "is missing" in err


def test_telegram_without_a_token(monkeypatch, capsys):
    """Who has no token is told where one comes from."""
    code, _, err = run(monkeypatch, capsys, "telegram")

    assert code == 1
    assert "BotFather" in err


def test_no_command(monkeypatch, capsys):
    """A command line without a command is wrong."""
    assert run(monkeypatch, capsys)[0] == 2


def test_the_readme_names_every_command_and_setting():
    """README and code agree."""
    readme = (ROOT / "README.md").read_text("utf-8")
    main_code = (ROOT / "bot" / "__main__.py").read_text("utf-8")
    settings = (ROOT / "bot" / "settings.py").read_text("utf-8")

    for command in re.findall(r'add_parser\(\s*"(\w+)"', main_code):
        assert f"python -m bot {command}" in readme, command
    for setting in set(re.findall(r'"([A-Z]{3,}_[A-Z_]+)"', settings)):
        assert f"`{setting}`" in readme, setting
