"""Reads the fields of one record, collecting every problem instead of stopping at the first."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import yaml

from bot.knowledge.problems import Problem, did_you_mean
from bot.knowledge.yaml_files import line_of
from bot.model import Evidence, Point, Trust

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from enum import StrEnum

    from bot.model import Knowledge

Choice = TypeVar("Choice", bound="StrEnum")

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TORONTO = (43.55, 43.90, -79.70, -79.05)
"""South, north, west and east of the City's polygons, with a margin."""


class Fields:
    """The fields of one YAML map. A field that was never asked for is reported by `done`."""

    def __init__(self, node: yaml.Node, file: str, problems: list[Problem], *, known: Known | None = None) -> None:
        self.file = file
        self.line = line_of(node)
        self.known = known
        self._problems = problems
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: set[str] = set()
        self._broken = not isinstance(node, yaml.MappingNode)
        if not isinstance(node, yaml.MappingNode):
            self.wrong("record", "this should be `field: value` lines.", line=self.line)
            return
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in self._nodes:
                self.wrong(
                    name, f"the field stands twice (first on line {self._lines[name]}).", "Delete one.", line_of(key)
                )
            self._nodes[name] = value
            self._lines[name] = line_of(key)

    def wrong(self, field: str, message: str, advice: str = "", line: int | None = None) -> None:
        """Note a problem of a field."""
        at = line if line is not None else self._lines.get(field, self.line)
        self._problems.append(Problem(self.file, at, field, message, advice))

    def has(self, field: str) -> bool:
        """Whether the record holds the field."""
        return field in self._nodes

    def text(self, field: str) -> str:
        """A text that must be there; "" after noting that it is not."""
        value = self.maybe(field)
        if value is None and field not in self._nodes and not self._broken:
            self.wrong(field, "is missing.", "Every record of this kind needs it.")
        return value or ""

    def maybe(self, field: str) -> str | None:
        """A text, or None where the field is left out."""
        node = self._take(field)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(field, "should be one text, not a list or map.")
            return None
        value: str = " ".join(node.value.split())
        if not value:
            self.wrong(field, "is empty.", "Leave the field out when the value is unknown.")
            return None
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one, a field left out as none."""
        return tuple(value for value, _ in self.lines(field))

    def lines(self, field: str) -> list[tuple[str, int]]:
        """A list of texts with the line each stands on."""
        node = self._take(field)
        if node is None:
            return []
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = []
        for item in items:
            if isinstance(item, yaml.ScalarNode) and item.value.strip():
                found.append((" ".join(item.value.split()), line_of(item)))
            elif isinstance(item, yaml.ScalarNode) and not item.value.strip() and isinstance(node, yaml.SequenceNode):
                self.wrong(field, "the list has an empty entry.", line=line_of(item))
            else:
                self.wrong(field, "should be a list of texts.", line=line_of(item))
        return found

    def id(self, field: str, among: Collection[str], listed_in: str, *, required: bool = False) -> str | None:
        """The id of another record."""
        value = self.text(field) if required else self.maybe(field)
        if value and value not in among:
            self.wrong(field, f'there is no "{value}".', did_you_mean(value, sorted(among), listed_in))
            return None
        return value or None

    def ids(self, field: str, among: Collection[str], listed_in: str) -> tuple[str, ...]:
        """Ids of other records; unknown ones are noted and left out."""
        good = []
        for value, line in self.lines(field):
            if value in among:
                good.append(value)
            else:
                self.wrong(field, f'there is no "{value}".', did_you_mean(value, sorted(among), listed_in), line)
        return tuple(good)

    def choice(self, field: str, options: type[Choice], default: Choice) -> Choice:
        """One of a closed list."""
        value = self.maybe(field)
        if value is None:
            return default
        if value in list(options):
            return options(value)
        self.wrong(field, f'"{value}" is not one of the known words.', did_you_mean(value, [str(o) for o in options]))
        return default

    def choices(self, field: str, options: type[Choice]) -> tuple[Choice, ...]:
        """Some of a closed list."""
        good = []
        for value, line in self.lines(field):
            if value in list(options):
                good.append(options(value))
            else:
                advice = did_you_mean(value, [str(o) for o in options])
                self.wrong(field, f'"{value}" is not one of the known words.', advice, line)
        return tuple(good)

    def yes(self, field: str, *, default: bool = False) -> bool:
        """`yes` or `no`."""
        value = self.maybe(field)
        if value is None:
            return default
        if value not in {"yes", "no", "true", "false"}:
            self.wrong(field, f'"{value}" is neither yes nor no.')
        return value in {"yes", "true"}

    def number(self, field: str) -> float | None:
        """A decimal number."""
        value = self.maybe(field)
        if value is None:
            return None
        try:
            return float(value)
        except ValueError:
            self.wrong(field, f'"{value}" is not a number.')
            return None

    def point(self) -> Point | None:
        """`latitude` and `longitude`, inside Toronto."""
        latitude, longitude = self.number("latitude"), self.number("longitude")
        if latitude is None and longitude is None:
            return None
        if latitude is None or longitude is None:
            self.wrong("latitude", "latitude and longitude go together.", "Give both, or neither.")
            return None
        south, north, west, east = TORONTO
        if not (south <= latitude <= north and west <= longitude <= east):
            self.wrong("latitude", f"{latitude}, {longitude} is not in Toronto.", "Are the two swapped?")
            return None
        return Point(latitude, longitude)

    def day(self, field: str) -> str | None:
        """A year, a month or a day: `2023`, `2023-05`, `2023-05-12`."""
        value = self.maybe(field)
        if value is None:
            return None
        parts = value.split("-")
        try:
            year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
            date(year, month, day)
        except ValueError:
            self.wrong(field, f'"{value}" is not a date.', "Write 2026-03-21, 2026-03 or 2026.")
            return None
        return value

    def evidence(self, above: Evidence | None = None) -> Evidence:
        """`source`, `as_of` and `trust`; what is left out is as in the record above."""
        sources = (
            self.ids("source", self.known.sources, "knowledge/sources.yaml") if self.known else self.texts("source")
        )
        as_of = self.day("as_of")
        trust = self.choice("trust", Trust, above.trust if above else Trust.SINGLE)
        if trust is not Trust.SINGLE and sources and self.known and not set(sources) & self.known.openable:
            self.wrong(
                "trust", f'"{trust}" needs a source that a reader can open.', "Name one with a url, or write single."
            )
        if above is None:
            if not self.has("source") and not self._broken:
                self.wrong("source", "every record needs a source.", "Name its id in knowledge/sources.yaml.")
            return Evidence(sources=sources, as_of=as_of, trust=trust)
        own = self.has("source")
        return Evidence(
            sources=sources if own else above.sources, as_of=as_of if own or as_of else above.as_of, trust=trust
        )

    def records(self, field: str) -> Iterator[Fields]:
        """A list of records inside this one."""
        node = self._take(field)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(field, "should be a list of records, each starting with a dash.")
            return
        for item in node.value:
            yield Fields(item, self.file, self._problems, known=self.known)

    def under(self, field: str) -> Fields | None:
        """A map inside this record."""
        node = self._take(field)
        return None if node is None else Fields(node, self.file, self._problems, known=self.known)

    def names(self) -> list[str]:
        """The fields that are there, in their order."""
        return list(self._nodes)

    def done(self) -> None:
        """Report each field nobody asked for: it is misspelt, or does not belong here."""
        for field in self._nodes.keys() - self._asked:
            self.wrong(field, "there is no such field here.", did_you_mean(field, sorted(self._asked)))

    def _take(self, field: str) -> yaml.Node | None:
        self._asked.add(field)
        return self._nodes.get(field)


class Known:
    """The ids that records may refer to, filled in the order the files are read."""

    def __init__(self) -> None:
        self.sources: set[str] = set()
        self.openable: set[str] = set()
        self.needs: set[str] = set()
        self.neighbourhoods: set[str] = set()
        self.lips: set[str] = set()

    @classmethod
    def of(cls, knowledge: Knowledge) -> Known:
        """The ids of a whole knowledge base."""
        known = cls()
        known.needs = set(knowledge.needs)
        known.neighbourhoods = set(knowledge.neighbourhoods)
        known.lips = set(knowledge.lips)
        return known
