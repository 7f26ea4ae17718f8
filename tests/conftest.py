"""What many tests need: the real places and phrases, with services that no correction of a phone number can break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import load
from bot.knowledge.folder import organizations_in
from bot.reply import Replies
from bot.talk import Talk
from bot.understand import Reader
from bot.wording import available

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
LOCALES = ROOT / "locales"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def real():
    """The shipped knowledge base, read and checked."""
    return load(KNOWLEDGE)


@pytest.fixture(scope="session")
def reader(real):
    """What reads messages over the shipped knowledge base."""
    return Reader(real)


@pytest.fixture(scope="session")
def fixed(real):
    """The shipped places, needs and phrases, with the few organizations of tests/knowledge/services."""
    return replace(real, **organizations_in(Path(__file__).parent / "knowledge", real))


@pytest.fixture(scope="session")
def talk(fixed, reader):
    """A conversation over the fixed services."""
    return Talk(fixed, reader, available(LOCALES))


@pytest.fixture(scope="session")
def replies(fixed):
    """Words for the fixed services."""
    return Replies(fixed, LOCALES)


@pytest.fixture(scope="session")
def today():
    """The day the tests live on."""
    return TODAY
