"""What is wrong with a knowledge base, told to the person who edits it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where it stands, what is wrong, and what to do."""

    file: str
    line: int
    field: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """`file:line: field: what is wrong`, and the advice on a line of its own."""
        head = f"{self.file}:{self.line}: {self.field}: {self.message}"
        return f"{head}\n    {self.advice}" if self.advice else head


class InvalidKnowledge(Exception):
    """Raised once, after everything was read, with every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(value: str, known: Sequence[str], listed_in: str = "") -> str:
    """Advice that names the nearest known value, or where the known ones stand."""
    near = get_close_matches(value, known, n=1, cutoff=0.6)
    hint = f'Did you mean "{near[0]}"?' if near else ""
    if listed_in:
        where = f"Known ones are in {listed_in}."
    elif len(known) <= 12:
        where = f"Known ones: {', '.join(known)}."
    else:
        where = ""
    return " ".join(part for part in (hint, where) if part)
