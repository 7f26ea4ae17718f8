"""The architecture of design.md, section 3, as a rule: who may import whom, and where each library lives."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
FLOORS = {
    "bot.model": set(),
    "bot.session": set(),
    "bot.knowledge": {"bot.model", "bot.knowledge"},
    "bot.understand": {"bot.model", "bot.understand"},
    "bot.atlas": {"bot.model"},
    "bot.refer": {"bot.model", "bot.atlas"},
    "bot.outcome": {"bot.model", "bot.refer", "bot.session"},
    "bot.talk": {"bot.model", "bot.atlas", "bot.refer", "bot.outcome", "bot.session"},
    "bot.wording": {"bot.model"},
    "bot.reply": {"bot.model", "bot.atlas", "bot.refer", "bot.outcome", "bot.session", "bot.talk", "bot.wording"},
    "bot.sessions": {"bot.session", "bot.sessions"},
    "bot.settings": set(),
    "bot.terminal": {"bot.session", "bot.talk", "bot.reply"},
    "bot.telegram": {
        "bot.model",
        "bot.session",
        "bot.sessions",
        "bot.talk",
        "bot.reply",
        "bot.outcome",
        "bot.settings",
        "bot.telegram",
    },
}
OWNERS = {
    "yaml": {"bot.knowledge"},
    "rapidfuzz": {"bot.understand"},
    "anyascii": {"bot.understand"},
    "babel": {"bot.wording", "bot.reply"},
    "telegram": {"bot.telegram"},
    "sqlite3": {"bot.sessions"},
}


def modules():
    """Each module with the names of what it imports."""
    for path in sorted(BOT.rglob("*.py")):
        name = ".".join(path.relative_to(BOT.parent).with_suffix("").parts).removesuffix(".__init__")
        imported = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        yield name, imported


MODULES = dict(modules())


def floor_of(module):
    """The floor a module or name belongs to."""
    return next((floor for floor in FLOORS if module == floor or module.startswith(floor + ".")), None)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_module_imports_only_what_is_below_it(module):
    """A floor knows only the floors that design.md puts under it."""
    floor = floor_of(module)
    if floor is None:
        assert module in {"bot", "bot.__main__"}, f"{module} stands on no floor"
        return
    above = {floor_of(name) for name in MODULES[module] if name.startswith("bot")} - {None, floor} - FLOORS[floor]

    assert not above


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_each_library_lives_on_its_floor(library, owners):
    """YAML, rapidfuzz, Babel and Telegram are each known to one floor."""
    users = {floor_of(name) for name, imported in MODULES.items() if any(i.split(".")[0] == library for i in imported)}

    assert users == owners
