"""YAML text into nodes that know their line. Every scalar is text; nothing clever is allowed in.

libyaml's composer crashes the process at some 30,000 nested brackets and takes aliases silently (design, 4), so the
events are walked first and anything deep, aliased, tagged or oversized is refused before a node is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from bot.knowledge.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # a Python without libyaml reads the same, slower
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

DEEPEST = 50
LARGEST = 16 * 1024 * 1024


def compose(path: Path, name: str, problems: list[Problem]) -> yaml.Node | None:
    """The root node of a file, or None with the reason added to `problems`. `name` is how people call the file."""
    text = read_text(path, name, problems)
    if text is None:
        return None
    try:
        refusal = _refusal(text)
        if refusal is not None:
            problems.append(Problem(name, refusal[0], "file", refusal[1], refusal[2]))
            return None
        root: yaml.Node | None = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, name))
        return None
    if root is None:
        problems.append(Problem(name, 1, "file", "the file is empty.", "Write a record, or delete the file."))
    return root


def read_text(path: Path, name: str, problems: list[Problem]) -> str | None:
    """The text of a file that is small enough and is UTF-8, or None with the reason added to `problems`."""
    if not path.exists():
        problems.append(Problem(name, 1, "file", "is missing."))
        return None
    if path.stat().st_size > LARGEST:
        problems.append(Problem(name, 1, "file", f"the file is larger than {LARGEST >> 20} MB.", "Split it."))
        return None
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(name, line, "file", "this is not UTF-8 text.", "Save the file as UTF-8."))
        return None


def line_of(node: yaml.Node) -> int:
    """The line a node starts on, counted from 1."""
    return int(node.start_mark.line) + 1


def _refusal(text: str) -> tuple[int, str, str] | None:
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        mark = event.start_mark
        line = mark.line + 1 if mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return line, "anchors and aliases (& and *) are not allowed.", "Write the value out, or quote it."
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            return line, f"tags such as {tag} are not allowed.", "Quote the value."
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return line, f"lists and maps are nested deeper than {DEEPEST}.", "Close the brackets."
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax_problem(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "the file cannot be read"
    line = mark.line + 1 if mark is not None else 1
    return Problem(name, line, "file", f"this is not YAML: {what}.", "Often a missing quote, colon or space above.")
