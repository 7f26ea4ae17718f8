"""Long polling that loses nothing: an update is confirmed only once it was handled, a bad one is dropped and counted."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.sessions import open_store
from bot.telegram.door import Door
from bot.telegram.secrets import hide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from bot.reply import Replies
    from bot.settings import Settings
    from bot.talk import Talk

log = logging.getLogger(__name__)

POLL_SECONDS = 50
"""How long Telegram holds a request when there is nothing new; its own limit."""
WANTED = ["message", "callback_query", "my_chat_member"]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


def run(settings: Settings, talk: Talk, replies: Replies, today: Callable[[], date]) -> None:
    """Answer people until stopped."""
    token = settings.token or ""
    hide(token)
    store = open_store(settings.store_url)
    try:
        asyncio.run(_run(settings, token, Poller(talk, replies, store, settings.store_key or token, today)))
    finally:
        store.close()


async def _run(settings: Settings, token: str, poller: Poller) -> None:
    bot = Bot(
        token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, read_timeout=20),
        get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + 10),
    )
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with bot:
            log.info("polling as a bot named in Telegram")
            await poller.poll(bot, stop)
    except InvalidToken:
        print("Telegram refuses the token in TELEGRAM_BOT_TOKEN; ask BotFather for a new one.", file=sys.stderr)
    except NetworkError as error:
        print(f"Telegram cannot be reached at TELEGRAM_API_URL ({type(error).__name__}).", file=sys.stderr)


class Poller:
    """The loop that asks for updates and hands them to the door."""

    def __init__(self, talk: Talk, replies: Replies, store: Any, secret: str, today: Callable[[], date]) -> None:
        self._talk, self._replies, self._store, self._secret, self._today = talk, replies, store, secret, today
        self.door: Door | None = None

    async def poll(self, bot: Bot, stop: asyncio.Event) -> None:
        """Ask, handle the whole batch, and only then ask from behind it; until `stop`."""
        door = self.door = Door(bot, self._talk, self._replies, self._store, self._secret, self._today)
        offset, pause = 0, FIRST_PAUSE
        while not stop.is_set():
            try:
                raw = await _unless(stop, _ask(bot, offset))
            except Conflict:
                log.error("another program polls with the same token; stop one of the two")
                pause = await _rest(stop, LONGEST_PAUSE)
            except RetryAfter as error:
                await _rest(stop, float(getattr(error, "_retry_after", 1) or 1))
            except TelegramError as error:
                log.warning("asking for updates failed: %s", type(error).__name__)
                pause = await _rest(stop, pause)
            else:
                pause = FIRST_PAUSE
                if raw:
                    offset = await self._batch(bot, door, raw, offset)

    async def _batch(self, bot: Bot, door: Door, raw: Sequence[Any], offset: int) -> int:
        """Handle a batch, each chat's updates in their order; the offset behind it."""
        chats: dict[int, list[Update]] = defaultdict(list)
        for one in raw:
            if isinstance(one, dict) and isinstance(one.get("update_id"), int):
                offset = max(offset, one["update_id"] + 1)
            update = _parsed(one, bot)
            if update is None:
                door.counts["malformed"] += 1
                log.warning("an update that cannot be read was dropped")
                continue
            chats[update.effective_chat.id if update.effective_chat else 0].append(update)
        await asyncio.gather(*(self._in_order(door, updates) for updates in chats.values()))
        return offset

    async def _in_order(self, door: Door, updates: Sequence[Update]) -> None:
        for update in updates:
            await door.handle(update)


async def _ask(bot: Bot, offset: int) -> Any:
    return await bot.do_api_request(
        "getUpdates",
        {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": WANTED},
        read_timeout=POLL_SECONDS + 10,
    )


def _parsed(raw: Any, bot: Bot) -> Update | None:
    """An update, or None for one that cannot be read; the library's own parser would log its words."""
    if not isinstance(raw, dict):
        return None
    with suppress(Exception):
        return Update.de_json(raw, bot)
    return None


async def _unless(stop: asyncio.Event, asking: Any) -> Any:
    """The answer to a request, or None when it is time to stop first."""
    request = asyncio.ensure_future(asking)
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({request, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not request.done():
        request.cancel()
        with suppress(asyncio.CancelledError, TelegramError):
            await request
        return None
    return request.result()


async def _rest(stop: asyncio.Event, seconds: float) -> float:
    """Wait, or less when it is time to stop; the pause to take after the next failure."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return min(seconds * 2, LONGEST_PAUSE)
