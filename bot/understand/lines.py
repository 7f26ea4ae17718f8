"""`understand`: one line in, one JSON object out, as `interfaces.md` has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.model import Knowledge, Place, Understanding
    from bot.understand.reader import Reader


def answer(line: str, knowledge: Knowledge, reader: Reader) -> dict[str, Any]:
    """What a line says. A line that starts with a brace and is not JSON counts as text."""
    id_, text = _parsed(line)
    return {"id": id_, **_told(reader.read(text), knowledge)}


def _parsed(line: str) -> tuple[Any, str]:
    if line.lstrip().startswith("{"):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            return None, line
        if isinstance(row, dict) and isinstance(row.get("text"), str):
            return row.get("id"), row["text"]
    return None, line


def _told(said: Understanding, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "language": said.language,
        "place": {
            "status": said.place.status,
            "span": said.place.span,
            "candidates": [_candidate(place, knowledge) for place in said.place.candidates],
        },
        "need": {"status": said.need.status, "areas": said.need.areas, "needs": said.need.needs},
        "crisis": said.crisis,
        "asks": said.asks,
    }


def _candidate(place: Place, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "id": place.id,
        "kind": place.kind,
        "name": place.name,
        "neighbourhoods": place.neighbourhoods,
        "neighbourhoods_140": knowledge.from_140(place.neighbourhoods),
        "lips": knowledge.lips_of(place.neighbourhoods),
    }
