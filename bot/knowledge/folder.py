"""`knowledge/` on disk into one checked value. All problems at once, or all of the knowledge; never a part of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from bot.knowledge import records, tables
from bot.knowledge.fields import ID, Fields, Known
from bot.knowledge.problems import InvalidKnowledge, Problem
from bot.knowledge.yaml_files import compose
from bot.model import Area, Kind, Knowledge, Place, Theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.model import Fact, Lip, Neighbourhood, Phrases, Source

YAML_PLACES = {
    "vernacular": Kind.VERNACULAR,
    "districts": Kind.DISTRICT,
    "landmarks": Kind.LANDMARK,
    "outside": Kind.OUTSIDE,
}
CSV_PLACES = {
    "streets": Kind.STREET,
    "stations": Kind.STATION,
    "parks": Kind.LANDMARK,
    "postal-areas": Kind.POSTAL_AREA,
}


def load(folder: Path) -> Knowledge:
    """Everything in the folder.

    Raises `InvalidKnowledge` with every problem of every file.
    """
    reader = _Reader(folder)
    knowledge = reader.everything()
    if reader.problems:
        raise InvalidKnowledge(reader.problems)
    return knowledge


def organizations_in(folder: Path, knowledge: Knowledge) -> dict[str, Any]:
    """The organizations and crisis lines of another folder that refers to this knowledge; for `dataclasses.replace`.

    Raises `InvalidKnowledge` as `load` does.
    """
    reader = _Reader(folder)
    reader.known = Known.of(knowledge)
    sources = dict(knowledge.sources) | reader.sources()
    reader.known.sources = set(sources)
    reader.known.openable = {id_ for id_, source in sources.items() if source.kind != "unidentified"}
    found = {
        "sources": sources,
        "organizations": {id_: records.read_organization(id_, fields) for id_, fields in reader.files("services")},
        "crisis_lines": tuple(records.read_crisis_line(id_, fields) for id_, fields in reader.files("crisis")),
    }
    if reader.problems:
        raise InvalidKnowledge(reader.problems)
    return found


class _Reader:
    """One pass over a folder: what was read so far, and what was wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.known = Known()
        if not folder.is_dir():
            problem = Problem(folder.name, 1, "folder", f"there is no folder {folder}.", "Set KNOWLEDGE_DIR to one.")
            raise InvalidKnowledge([problem])

    def everything(self) -> Knowledge:
        """The whole folder, in an order in which each record finds those it refers to."""
        sources = self.sources()
        themes, areas = self.themes()
        self.known.needs = {path.stem for path in self.folder.glob("needs/*.yaml")}
        needs = {id_: records.read_need(id_, fields, areas) for id_, fields in self.files("needs")}
        neighbourhoods = self.neighbourhoods()
        lips = self.lips(neighbourhoods)
        neighbourhoods = _with_lips(neighbourhoods, lips)
        places = self.places(neighbourhoods, lips)
        phrases = self.phrases()
        return Knowledge(
            sources=sources,
            themes=themes,
            areas=areas,
            needs=needs,
            neighbourhoods=neighbourhoods,
            outlines=tables.read_outlines(
                self.folder / "boundaries.geojson", self.called("boundaries.geojson"), neighbourhoods, self.problems
            ),
            lips=lips,
            facts=self.facts(),
            places=places,
            corners=self.corners(places, neighbourhoods),
            spellings=self.spellings(),
            ordinary=self.ordinary(),
            common=self.common(),
            organizations={id_: records.read_organization(id_, fields) for id_, fields in self.files("services")},
            crisis_lines=tuple(records.read_crisis_line(id_, fields) for id_, fields in self.files("crisis")),
            phrases=phrases,
            languages=tuple(dict.fromkeys(said.language for said in phrases)),
            language_names=self.language_names(),
        )

    def sources(self) -> dict[str, Source]:
        """sources.yaml"""
        found: dict[str, Source] = {}
        for path in sorted(self.folder.glob("sources.yaml")):
            root = self.root(path)
            for id_ in root.names() if root else ():
                entry = root.under(id_) if root else None
                if entry is not None:
                    found[id_] = records.read_source(id_, entry)
        self.known.sources = set(found)
        self.known.openable = {id_ for id_, source in found.items() if source.kind != "unidentified"}
        return found

    def themes(self) -> tuple[dict[str, Theme], dict[str, Area]]:
        """themes.yaml"""
        themes: dict[str, Theme] = {}
        areas: dict[str, Area] = {}
        root = self.root(self.folder / "themes.yaml")
        for fields in root.records("themes") if root else ():
            theme, name = fields.text("id"), fields.text("name")
            inside = []
            for area in fields.records("areas"):
                inside.append(area.text("id"))
                areas[inside[-1]] = Area(id=inside[-1], name=area.text("name"), theme=theme)
                area.done()
            themes[theme] = Theme(id=theme, name=name, areas=tuple(inside))
            fields.done()
        return themes, areas

    def neighbourhoods(self) -> dict[str, Neighbourhood]:
        """neighbourhoods.yaml"""
        found = {one.id: one for one in map(records.read_neighbourhood, self.list_of("neighbourhoods.yaml"))}
        self.known.neighbourhoods = set(found)
        return found

    def lips(self, neighbourhoods: dict[str, Neighbourhood]) -> dict[str, Lip]:
        """lips/ and regional-lips/, each checked against the names of the 140 model."""
        lips = {id_: records.read_lip(id_, fields, regional=False) for id_, fields in self.files("lips")}
        lips |= {id_: records.read_lip(id_, fields, regional=True) for id_, fields in self.files("regional-lips")}
        names = {name for neighbourhood in neighbourhoods.values() for name in neighbourhood.from_140}
        for lip in lips.values():
            file = self.called(f"{'regional-lips' if lip.regional else 'lips'}/{lip.id}.yaml")
            for covered in lip.covers:
                if covered.name not in names:
                    message = f'"{covered.name}" is no neighbourhood of the 140 model.'
                    self.problems.append(
                        Problem(file, 1, "neighbourhoods_140", message, "See from_140 in neighbourhoods.yaml.")
                    )
            for other in (*lip.former_lips, *([lip.successor] if lip.successor else [])):
                if other not in lips:
                    self.problems.append(Problem(file, 1, "successor", f'there is no LIP "{other}".'))
        self.known.lips = set(lips)
        return lips

    def facts(self) -> dict[str, Fact]:
        """partnerships.yaml"""
        return {fact.id: fact for fact in map(records.read_fact, self.list_of("partnerships.yaml"))}

    def places(self, neighbourhoods: dict[str, Neighbourhood], lips: dict[str, Lip]) -> tuple[Place, ...]:
        """Neighbourhoods, LIPs and everything in places/."""
        found = [
            Place(id=one.id, kind=Kind.NEIGHBOURHOOD, name=one.name, neighbourhoods=(one.id,), point=one.point)
            for one in neighbourhoods.values()
        ]
        found += [place for lip in lips.values() if (place := _lip_place(lip, neighbourhoods)).neighbourhoods]
        for stem, kind in YAML_PLACES.items():
            entries = self.list_of(f"places/{stem}.yaml")
            found += [records.read_place(fields, kind, outside=kind is Kind.OUTSIDE) for fields in entries]
        for stem, kind in CSV_PLACES.items():
            name = f"places/{stem}.csv"
            if (self.folder / name).exists():
                found += tables.read_places(self.folder / name, self.called(name), kind, neighbourhoods, self.problems)
        return (*found, *_old_places(neighbourhoods, {place.name for place in found}))

    def corners(
        self, places: tuple[Place, ...], neighbourhoods: dict[str, Neighbourhood]
    ) -> dict[tuple[str, str], tuple[Place, ...]]:
        """places/corners.csv"""
        path = self.folder / "places/corners.csv"
        if not path.exists():
            return {}
        streets = {place.id: place.name for place in places if place.kind is Kind.STREET}
        return tables.read_corners(path, self.called("places/corners.csv"), streets, neighbourhoods, self.problems)

    def spellings(self) -> dict[str, tuple[str, ...]]:
        """names/: what people write for an English name in other scripts, all languages together."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.folder.glob("names/*.yaml")):
            root = self.root(path)
            for name in root.names() if root else ():
                found.setdefault(name, []).extend(root.texts(name) if root else ())
        return {name: tuple(dict.fromkeys(spelled)) for name, spelled in found.items()}

    def language_names(self) -> dict[str, tuple[str, ...]]:
        """languages.yaml"""
        path = self.folder / "languages.yaml"
        root = self.root(path) if path.exists() else None
        return {tag: root.texts(tag) for tag in root.names()} if root else {}

    def ordinary(self) -> dict[str, int]:
        """words/ordinary.csv"""
        path = self.folder / "words/ordinary.csv"
        return tables.read_ordinary(path, self.called("words/ordinary.csv"), self.problems) if path.exists() else {}

    def common(self) -> dict[str, dict[str, float]]:
        """words/common.csv"""
        path = self.folder / "words/common.csv"
        return tables.read_common(path, self.called("words/common.csv"), self.problems) if path.exists() else {}

    def phrases(self) -> tuple[Phrases, ...]:
        """phrases/"""
        files = self.files("phrases", ids=False)
        return tuple(said for language, fields in files for said in records.read_phrases(language, fields))

    def files(self, folder: str, *, ids: bool = True) -> Iterator[tuple[str, Fields]]:
        """The id and fields of each record in a folder of one-record files."""
        for path in sorted((self.folder / folder).glob("*.yaml")):
            if ids and not ID.fullmatch(path.stem):
                message = f'"{path.stem}" cannot be an id.'
                advice = "Name the file in lower-case letters, digits and hyphens."
                self.problems.append(Problem(self.called(f"{folder}/{path.name}"), 1, "file", message, advice))
                continue
            fields = self.root(path)
            if fields is not None:
                yield path.stem, fields

    def list_of(self, name: str) -> list[Fields]:
        """The records of a file that is one list; a file that is not there has none."""
        path = self.folder / name
        if not path.exists():
            return []
        root = compose(path, self.called(name), self.problems)
        if root is None:
            return []
        if not isinstance(root, yaml.SequenceNode):
            self.problems.append(Problem(self.called(name), 1, "file", "should be a list of records."))
            return []
        return [Fields(item, self.called(name), self.problems, known=self.known) for item in root.value]

    def root(self, path: Path) -> Fields | None:
        """The fields of a file that is one map."""
        name = self.called(path.relative_to(self.folder).as_posix())
        if not path.exists():
            self.problems.append(Problem(name, 1, "file", "is missing."))
            return None
        if path.is_symlink() and not path.resolve().is_relative_to(self.folder.resolve()):
            self.problems.append(Problem(name, 1, "file", "is a link out of the folder.", "Copy the file here."))
            return None
        node = compose(path, name, self.problems)
        return None if node is None else Fields(node, name, self.problems, known=self.known)

    def called(self, name: str) -> str:
        """How a problem names a file: from the knowledge folder on."""
        return f"{self.folder.name}/{name}"


def _lip_place(lip: Lip, neighbourhoods: dict[str, Neighbourhood]) -> Place:
    """A partnership as a place: what it covers, by the first 140-model name of each neighbourhood."""
    covered = {one.name for one in lip.covers}
    inside = tuple(one.id for one in neighbourhoods.values() if one.from_140 and one.from_140[0] in covered)
    names = (lip.name, f"{lip.short_name} LIP") if lip.regional else (lip.short_name, lip.name, f"{lip.short_name} LIP")
    return Place(id=lip.id, kind=Kind.LIP, name=lip.short_name, neighbourhoods=inside, names=names)


def _old_places(neighbourhoods: dict[str, Neighbourhood], named: set[str]) -> list[Place]:
    """The names of the 140 model that nothing else is called: each is the neighbourhoods that mostly came from it."""
    inside: dict[str, list[str]] = {}
    for one in neighbourhoods.values():
        for name in one.from_140[:1]:
            inside.setdefault(name, []).append(one.id)
    slugs = {name: "-".join(re.findall("[a-z0-9]+", name.lower().replace("'", ""))) for name in inside}
    return [
        Place(id=f"old-{slugs[name]}", kind=Kind.VERNACULAR, name=name, neighbourhoods=tuple(ids))
        for name, ids in inside.items()
        if name not in named
    ]


def _with_lips(neighbourhoods: dict[str, Neighbourhood], lips: dict[str, Lip]) -> dict[str, Neighbourhood]:
    """The neighbourhoods with the partnerships that covered them, as the LIPs' records say."""
    covering: dict[str, list[str]] = {}
    regional: dict[str, str] = {}
    for lip in lips.values():
        for covered in lip.covers:
            if lip.regional:
                regional[covered.name] = lip.id
            else:
                covering.setdefault(covered.name, []).append(lip.id)
    return {
        id_: replace(
            one,
            lips=tuple(dict.fromkeys(lip for name in one.from_140 for lip in covering.get(name, ()))),
            regional_lip=next((regional[name] for name in one.from_140 if name in regional), None),
        )
        for id_, one in neighbourhoods.items()
    }
