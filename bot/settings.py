"""The settings of `interfaces.md`, read from the environment once, at the start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).parent
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")


class InvalidSetting(Exception):
    """A setting that stops the start. The sentence names it and never holds a secret value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, checked."""

    knowledge: Path
    locales: Path
    log_level: str
    store_url: str
    api_url: str
    token: str | None
    store_key: str | None


def read(environment: Mapping[str, str]) -> Settings:
    """The settings.

    Raises `InvalidSetting` for the first one that is wrong.
    """
    level = environment.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        message = f"LOG_LEVEL is {level!r}; it should be one of {', '.join(LEVELS)}."
        raise InvalidSetting(message)
    knowledge = Path(environment["KNOWLEDGE_DIR"]) if environment.get("KNOWLEDGE_DIR") else shipped("knowledge")
    if not knowledge.is_dir():
        message = f"KNOWLEDGE_DIR is {str(knowledge)!r}; there is no such folder."
        raise InvalidSetting(message)
    return Settings(
        knowledge=knowledge,
        locales=shipped("locales"),
        log_level=level,
        store_url=_store_url(environment.get("STORE_URL")),
        api_url=_api_url(environment.get("TELEGRAM_API_URL") or "https://api.telegram.org"),
        token=_token(environment.get("TELEGRAM_BOT_TOKEN")),
        store_key=environment.get("STORE_KEY") or None,
    )


def shipped(name: str) -> Path:
    """A folder that comes with the bot: beside the package in a checkout, inside it once installed."""
    inside = PACKAGE / "data" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _store_url(value: str | None) -> str:
    if not value:
        return f"sqlite://{user_data_path('newcomer-referral-bot', appauthor=False) / 'sessions.sqlite3'}"
    if value == "memory:":
        return value
    path = value.removeprefix("sqlite://")
    if not path or path == value:
        message = "STORE_URL should be sqlite:// with a path behind it, or memory:."
        raise InvalidSetting(message)
    if Path(path).is_dir():
        message = "STORE_URL is the path of a folder; it should be the path of a file."
        raise InvalidSetting(message)
    return value


def _api_url(value: str) -> str:
    if not _is_web_address(value):
        message = "TELEGRAM_API_URL should be a web address such as https://api.telegram.org."
        raise InvalidSetting(message)
    return value.rstrip("/")


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets of an IPv6 address, or a port that is no number
        return False


def _token(value: str | None) -> str | None:
    if value and not _TOKEN.fullmatch(value.strip()):
        message = "TELEGRAM_BOT_TOKEN does not look like a token from BotFather (digits, a colon, letters)."
        raise InvalidSetting(message)
    return value.strip() if value else None
