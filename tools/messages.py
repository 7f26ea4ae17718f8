"""Keeps the catalogues in step with the code and the knowledge base.

python -m tools.messages            extract, then update every catalogue, then tell what is missing
python -m tools.messages new pl     start a catalogue
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from bot.knowledge import load
from bot.wording import CLDR

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
TEMPLATE = LOCALES / "messages.pot"
KEYWORDS = {"say": None, "say_many": (1, 2)}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""A fixed date in the headers, so that extracting twice changes nothing."""


def extract() -> Catalog:
    """Every message of the code and every name of the knowledge base that is translated."""
    template = Catalog(
        project="Newcomer Referral Bot", version="1", copyright_holder="the Newcomer Referral Bot contributors",
        msgid_bugs_address="the project's issue tracker", creation_date=EPOCH, revision_date=EPOCH, charset="utf-8",
    )  # fmt: skip
    for path in sorted((ROOT / "bot").rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        for line, message, comments, context in extract_from_file(
            "python", path, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        ):
            template.add(message, None, [(where, line)], auto_comments=comments, context=context)
    knowledge = load(ROOT / "knowledge")
    for need in knowledge.needs.values():
        template.add(
            need.name, None, [(f"knowledge/needs/{need.id}.yaml", 1)], auto_comments=[f"A need: {need.includes}"]
        )
    for area in knowledge.areas.values():
        template.add(area.name, None, [("knowledge/themes.yaml", 1)], auto_comments=["An area of need, on a button"])
    for theme in knowledge.themes.values():
        template.add(theme.name, None, [("knowledge/themes.yaml", 1)], auto_comments=["A theme of the partnerships"])
    for fact in knowledge.facts.values():
        template.add(fact.text, None, [("knowledge/partnerships.yaml", 1)])
    return template


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue in one stable order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_by_file=True, omit_header=False, ignore_obsolete=True)


def update(path: Path, template: Catalog) -> tuple[int, int]:
    """Bring one catalogue in step; how many of its messages are translated, of how many."""
    tag = path.parent.parent.name
    with path.open("rb") as file:
        catalogue = read_po(file, locale=CLDR.get(tag, tag.replace("-", "_")))
    catalogue.update(template, no_fuzzy_matching=True)
    write(catalogue, path)
    messages = [message for message in catalogue if message.id]
    return sum(1 for message in messages if message.string and any(message.string)), len(messages)


def main() -> int:
    """Run the command line above."""
    template = extract()
    write(template, TEMPLATE)
    if sys.argv[1:2] == ["new"]:
        tag = sys.argv[2]
        started = Catalog(locale=CLDR.get(tag, tag.replace("-", "_")), creation_date=EPOCH, revision_date=EPOCH)
        write(started, LOCALES / tag / "LC_MESSAGES" / "messages.po")
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        done, count = update(path, template)
        print(f"{path.parent.parent.name}: {done} of {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
