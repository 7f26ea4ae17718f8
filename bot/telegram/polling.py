"""Long polling that loses nothing: an update is confirmed once it was handled, a bad one is dropped and counted."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.sessions import open_store
from bot.settings import InvalidSetting
from bot.telegram.door import Door, wait_of
from bot.telegram.secrets import hide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from bot.reply import Replies
    from bot.sessions import Store
    from bot.settings import Settings
    from bot.talk import Talk

log = logging.getLogger(__name__)

POLL_SECONDS = 50
"""How long Telegram holds a request when there is nothing new; its own limit."""
WANTED = ["message", "callback_query", "my_chat_member"]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
CONNECTIONS = 64
NO_ANSWER = "no answer of the Bot API"


def run(settings: Settings, talk: Talk, replies: Replies, today: Callable[[], date]) -> None:
    """Answer people until stopped.

    Raises `InvalidSetting` when Telegram refuses the token.
    """
    token = settings.token or ""
    hide(token)
    store = open_store(settings.store_url)
    try:
        asyncio.run(_run(settings, token, Poller(talk, replies, store, settings.store_key or token, today)))
    finally:
        store.close()


async def _run(settings: Settings, token: str, poller: Poller) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    bot = PollingBot(token, settings.api_url)
    try:
        if await _introduced(bot, stop):
            log.info("polling as a bot named in Telegram")
            await poller.poll(bot, stop)
    except InvalidToken:
        message = "Telegram refuses the token in TELEGRAM_BOT_TOKEN; ask BotFather for a new one."
        raise InvalidSetting(message) from None
    finally:
        await bot.shutdown()


async def _introduced(bot: PollingBot, stop: asyncio.Event) -> bool:
    """Whether Telegram has told the bot its name; it is asked until it does or it is time to stop."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            await _unless(stop, bot.initialize())
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached at TELEGRAM_API_URL (%s); trying again", type(error).__name__)
            pause = await _rest(stop, pause)
        else:
            break
    return not stop.is_set()


class PollingBot(Bot):
    """The library's bot, which can also ask for updates as they come: its own way loses a batch with one bad update."""

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=HTTPXRequest(connection_pool_size=CONNECTIONS, read_timeout=20, pool_timeout=60),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + 10),
        )

    async def raw_updates(self, offset: int, seconds: int = POLL_SECONDS) -> list[Any]:
        """What came in behind `offset`, as decoded JSON, once something has or the seconds are over."""
        wanted = {"offset": offset, "timeout": seconds, "allowed_updates": WANTED}
        try:
            raw = await self._post("getUpdates", wanted, read_timeout=seconds + 10)
        except (AttributeError, LookupError, RecursionError, TypeError) as error:
            raise TelegramError(NO_ANSWER) from error
        if not isinstance(raw, list):
            raise TelegramError(NO_ANSWER)
        return raw


class Poller:
    """The loop that asks for updates and hands them to the door."""

    def __init__(self, talk: Talk, replies: Replies, store: Store, secret: str, today: Callable[[], date]) -> None:
        self._talk, self._replies, self._store, self._secret, self._today = talk, replies, store, secret, today
        self.door: Door | None = None

    async def poll(self, bot: PollingBot, stop: asyncio.Event) -> None:
        """Ask, handle the whole batch, and only then ask from behind it; until `stop`."""
        door = self.door = Door(bot, self._talk, self._replies, self._store, self._secret, self._today)
        offset, pause = 0, FIRST_PAUSE
        while not stop.is_set():
            try:
                raw = await _unless(stop, bot.raw_updates(offset)) or []
            except Conflict:
                log.error("another program polls with the same token, or a webhook is set for it; only one can be")
                pause = await _rest(stop, LONGEST_PAUSE)
            except RetryAfter as error:
                await _rest(stop, wait_of(error))
            except TelegramError as error:
                log.warning("asking for updates failed: %s", type(error).__name__)
                pause = await _rest(stop, pause)
            else:
                behind = await self._batch(bot, door, raw, offset)
                # A batch in which nothing can be confirmed comes again at once.
                pause = await _rest(stop, pause) if raw and behind == offset else FIRST_PAUSE
                offset = behind
        if offset:
            with suppress(TelegramError):
                await bot.raw_updates(offset, seconds=0)  # confirms what was handled; what this brings comes again

    async def _batch(self, bot: Bot, door: Door, raw: Sequence[Any], offset: int) -> int:
        """Handle a batch, each chat's updates in their order; the offset behind it."""
        chats: dict[int, list[Update]] = defaultdict(list)
        for one in raw:
            if isinstance(one, dict) and isinstance(one.get("update_id"), int):
                offset = max(offset, one["update_id"] + 1)
            chat, update = _parsed(one, bot)
            if update is None:
                door.counts["malformed"] += 1
                log.warning("an update that cannot be read was dropped")
            else:
                chats[chat].append(update)
        await asyncio.gather(*(self._in_order(door, updates) for updates in chats.values()))
        return offset

    async def _in_order(self, door: Door, updates: Sequence[Update]) -> None:
        for update in updates:
            await door.handle(update)


def _parsed(raw: Any, bot: Bot) -> tuple[int, Update | None]:
    """An update and its chat, or None for one that cannot be read; the library's own parser would log its words."""
    with suppress(Exception):
        update = Update.de_json(raw, bot)
        chat = update.effective_chat or update.effective_user
        ids = update.update_id, 0 if chat is None else chat.id
        if all(isinstance(id_, int) for id_ in ids):
            return ids[1], update
    return 0, None


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
