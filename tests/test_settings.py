from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.settings import InvalidSetting, read

TOKEN = "7654321:planted-token-planted-token-planted"


def test_nothing_set_is_enough():
    """Every setting has a default that works, but for the token, which only Telegram needs."""
    found = read({})

    assert found.api_url == "https://api.telegram.org"
    assert found.log_level == "INFO"
    assert found.store_url.startswith("sqlite:///")
    assert found.store_url.endswith("/newcomer-referral-bot/sessions.sqlite3")
    assert (found.token, found.store_key) == (None, None)
    assert found.knowledge.is_dir()
    assert found.locales.is_dir()


def test_an_empty_setting_is_one_that_is_not_set():
    """`NAME=` in a file of settings means nothing."""
    names = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "STORE_URL", "STORE_KEY", "KNOWLEDGE_DIR")

    assert read(dict.fromkeys(names, "")) == read({})


@pytest.mark.parametrize(
    ("name", "value", "field", "read_as"),
    [
        ("TELEGRAM_BOT_TOKEN", TOKEN, "token", TOKEN),
        ("TELEGRAM_BOT_TOKEN", f" {TOKEN}\n", "token", TOKEN),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "api_url", "http://127.0.0.1:8081"),
        ("TELEGRAM_API_URL", "http://[::1]:8081", "api_url", "http://[::1]:8081"),
        ("STORE_URL", "memory:", "store_url", "memory:"),
        ("STORE_URL", "sqlite:///var/bot/s.sqlite3", "store_url", "sqlite:///var/bot/s.sqlite3"),
        ("STORE_KEY", "a key", "store_key", "a key"),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("KNOWLEDGE_DIR", "/", "knowledge", Path("/")),
    ],
)
def test_a_setting_is_read(name, value, field, read_as):
    """What the environment says is what the bot does."""
    assert getattr(read({name: value}), field) == read_as


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("KNOWLEDGE_DIR", "/no/such/folder"),
        ("KNOWLEDGE_DIR", __file__),
        ("STORE_URL", "planted-secret"),
        ("STORE_URL", "sqlite"),
        ("STORE_URL", "sqlite://"),
        ("STORE_URL", "sqlite:planted-secret"),
        ("STORE_URL", "sqlite:///"),
        ("STORE_URL", f"sqlite://{Path(__file__).parent}"),
        ("STORE_URL", "memory:planted-secret"),
        ("STORE_URL", "postgres://bot:planted-secret@host/db"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("TELEGRAM_API_URL", "https://"),
        ("TELEGRAM_API_URL", "https://:443"),
        ("TELEGRAM_API_URL", "https://[::1"),
        ("TELEGRAM_API_URL", "https://127.0.0.1:planted-secret"),
        ("TELEGRAM_API_URL", "https://127.0.0.1:99999"),
        ("TELEGRAM_API_URL", "planted-secret"),
        ("TELEGRAM_BOT_TOKEN", "planted-secret"),
        ("TELEGRAM_BOT_TOKEN", "7654321:planted"),
        ("TELEGRAM_BOT_TOKEN", f"bot{TOKEN}"),
        ("TELEGRAM_BOT_TOKEN", f"{TOKEN} {TOKEN}"),
        ("TELEGRAM_BOT_TOKEN", f"{TOKEN}/../x"),
        ("TELEGRAM_BOT_TOKEN", "٧٦٥٤٣٢١:planted-token-planted-token"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(name, value):
    """The sentence names the setting, and holds nothing that may be secret."""
    with pytest.raises(InvalidSetting) as wrong:
        read({name: value, "STORE_KEY": "planted-key"})

    said = str(wrong.value)
    assert name in said
    assert "\n" not in said
    assert said.endswith((".", ":."))
    assert "planted" not in said


def test_an_installed_bot_finds_what_it_brought(tmp_path, monkeypatch):
    """Inside a wheel the data stands in the package, in a checkout beside it."""
    (tmp_path / "bot" / "data" / "locales").mkdir(parents=True)
    monkeypatch.setattr(settings, "PACKAGE", tmp_path / "bot")

    assert settings.shipped("locales") == tmp_path / "bot" / "data" / "locales"
    assert settings.shipped("knowledge") == tmp_path / "knowledge"
