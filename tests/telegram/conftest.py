"""A bot that talks to a stand-in for Telegram, and never waits for real."""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import asynccontextmanager
from functools import cache

import pytest
from telegram import Update

from bot.sessions import MemoryStore
from bot.telegram import polling
from bot.telegram.door import Door
from tests.bot_api import TOKEN, BotApi

SECRET = "a key of the tests"


@pytest.fixture(autouse=True, scope="session")
def _certificates_read_once():
    """Every client of httpx reads all certificates; here they all share one reading."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Seconds that were asked to be waited; none of them pass."""
    asked, real = [], asyncio.sleep

    async def sleep(seconds):
        if seconds:
            asked.append(seconds)
        await real(0)

    async def rest(_stop, seconds):
        asked.append(seconds)
        await real(0)
        return seconds * 2

    monkeypatch.setattr("bot.telegram.door.asyncio.sleep", sleep)
    monkeypatch.setattr(polling, "_rest", rest)
    return asked


@pytest.fixture(autouse=True)
def _loggers_as_they_were():
    """Put back what a test did to the loggers."""
    names = ("httpx", "httpcore", "telegram")
    before = {name: logging.getLogger(name).level for name in names}
    filters = {handler: list(handler.filters) for handler in logging.getLogger().handlers}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    for handler, kept in filters.items():
        handler.filters[:] = kept


@pytest.fixture
async def api():
    """The stand-in for Telegram."""
    server = await BotApi().start()
    yield server
    await server.close()


@pytest.fixture
async def bot(api):
    """The library's bot, introduced."""
    bot = polling.PollingBot(TOKEN, api.url)
    await bot.initialize()
    api.calls.clear()
    yield bot
    await bot.shutdown()


@pytest.fixture
def store():
    """Sessions in memory."""
    return MemoryStore()


@pytest.fixture
def door(bot, talk, replies, store, today):
    """The door under test."""
    return Door(bot, talk, replies, store, SECRET, lambda: today)


@pytest.fixture
def handle(door, bot):
    """Hand raw updates to the door, one after the other."""

    async def handled(*updates):
        for update in updates:
            await door.handle(Update.de_json(update, bot))

    return handled


@pytest.fixture
def running(bot, talk, replies, store, today):
    """Run the polling loop while the block runs; gives the poller and the event that stops it."""

    @asynccontextmanager
    async def run(kept=store):
        poller, stop = polling.Poller(talk, replies, kept, SECRET, lambda: today), asyncio.Event()
        task = asyncio.create_task(poller.poll(bot, stop))
        try:
            yield poller, stop
        finally:
            stop.set()
            await task

    return run
