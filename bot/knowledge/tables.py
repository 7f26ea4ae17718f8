"""The tables that are made from open data, one place a line: CSV and GeoJSON instead of YAML for their size."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from bot.knowledge.problems import Problem, did_you_mean
from bot.knowledge.yaml_files import read_text
from bot.model import Kind, Outline, Place, Point

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def read_places(path: Path, name: str, kind: Kind, known: Collection[str], problems: list[Problem]) -> list[Place]:
    """The places of one table. The first column is the id, or the code of a postal area."""
    return [
        Place(
            id=row.get("id") or row["code"].lower(),
            kind=kind,
            name=row.get("name") or row["code"],
            neighbourhoods=_ids(row["neighbourhoods"], name, line, known, problems),
            shares=tuple(float(share) for share in (row.get("shares") or "").split(";") if share),
            point=_point(row),
        )
        for line, row in _rows(path, name, problems)
        if row["neighbourhoods"]
    ]


def read_corners(
    path: Path, name: str, streets: dict[str, str], known: Collection[str], problems: list[Problem]
) -> dict[tuple[str, str], tuple[Place, ...]]:
    """Crossings keyed by their two streets; `streets` gives a street's short name by its id."""
    corners: dict[tuple[str, str], tuple[Place, ...]] = {}
    for line, row in _rows(path, name, problems):
        a, b = sorted((row["street_a"], row["street_b"]))
        for street in (a, b):
            if street not in streets:
                problems.append(Problem(name, line, "street", f'there is no street "{street}".', "See streets.csv."))
        if a not in streets or b not in streets or not row["neighbourhoods"]:
            continue
        place = Place(
            id=f"{a}+{b}",
            kind=Kind.INTERSECTION,
            name=f"{streets[a]} & {streets[b]}",
            neighbourhoods=_ids(row["neighbourhoods"], name, line, known, problems),
            point=_point(row),
        )
        corners[a, b] = (*corners.get((a, b), ()), place)
    return corners


def read_ordinary(path: Path, name: str, problems: list[Problem]) -> dict[str, int]:
    """How common ordinary words are, in bits, by their letters."""
    return {row["word"]: int(row["bits"]) for _, row in _rows(path, name, problems)}


def read_common(path: Path, name: str, problems: list[Problem]) -> dict[str, dict[str, float]]:
    """The most frequent words of each language, in bits."""
    common: dict[str, dict[str, float]] = {}
    for _, row in _rows(path, name, problems):
        common.setdefault(row["language"], {})[row["word"]] = float(row["bits"])
    return common


def read_outlines(path: Path, name: str, known: Collection[str], problems: list[Problem]) -> tuple[Outline, ...]:
    """The polygons of the neighbourhoods."""
    text = read_text(path, name, problems)
    if text is None:
        return ()
    try:
        features = json.loads(text)["features"]
        outlines = tuple(_outline(feature) for feature in features)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        problems.append(
            Problem(name, 1, "file", f"this is not GeoJSON: {error}.", "Make it anew from the City's data.")
        )
        return ()
    for id_ in sorted({outline.neighbourhood for outline in outlines} ^ set(known)):
        problems.append(Problem(name, 1, "id", f'"{id_}" has an outline or a record, but not both.'))
    return outlines


def _outline(feature: dict[str, dict[str, object]]) -> Outline:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = tuple(
        tuple((float(x), float(y)) for x, y, *_ in ring[:-1])
        for polygon in polygons  # type: ignore[attr-defined]
        for ring in polygon
    )
    return Outline(neighbourhood=str(feature["properties"]["id"]), rings=rings)


def _rows(path: Path, name: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    text = read_text(path, name, problems)
    reader = csv.DictReader((text or "").splitlines())
    for row in reader:
        if None in row or None in row.values():
            problems.append(Problem(name, reader.line_num, "row", "has another number of columns than the first line."))
            continue
        yield reader.line_num, row


def _ids(value: str, name: str, line: int, known: Collection[str], problems: list[Problem]) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(id_ for id_ in value.split(";") if id_))
    for id_ in ids:
        if id_ not in known:
            problems.append(
                Problem(name, line, "neighbourhoods", f'there is no "{id_}".', did_you_mean(id_, sorted(known)))
            )
    return tuple(id_ for id_ in ids if id_ in known)


def _point(row: dict[str, str]) -> Point | None:
    latitude, longitude = row.get("latitude"), row.get("longitude")
    return Point(float(latitude), float(longitude)) if latitude and longitude else None
