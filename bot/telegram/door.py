"""One update through the conversation and out as Bot API calls; what to do when Telegram says no."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.outcome import Forgotten
from bot.session import Session
from bot.sessions import chat_key
from bot.telegram.updates import received

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import date

    from telegram import Bot, Update

    from bot.model import Language
    from bot.reply import Replies, Reply
    from bot.sessions import Store
    from bot.talk import Talk
    from bot.telegram.updates import Received

log = logging.getLogger(__name__)

TRIES = 3
PAUSE = 0.5
"""Seconds before a call that was cut off is made again."""
LONGEST_WAIT = 60.0
"""Seconds: a chat that Telegram wants to wait longer is not answered this time."""
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""What httpx says when a request did not leave this machine."""
SOURCE = "en"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Door:
    """Handles updates of one bot. `counts` tells how many updates of each kind came and what became of them."""

    def __init__(
        self, bot: Bot, talk: Talk, replies: Replies, store: Store, secret: str, today: Callable[[], date]
    ) -> None:
        self._bot = bot
        self._talk = talk
        self._replies = replies
        self._store = store
        self._secret = secret
        self._today = today
        self.counts: Counter[str] = Counter()

    async def handle(self, update: Update) -> None:
        """Answer one update. Never raises: what goes wrong is counted and logged without a word of the person's."""
        try:
            got = received(update, self._bot.username)
            if got is None:
                self.counts["silent"] += 1
            elif self._store.answered(got.update_id):
                self.counts["repeated"] += 1
            else:
                await self._answer(got)
        except Exception as error:  # noqa: BLE001 - one person's bad luck must not stop the others' answers
            self.counts["failed"] += 1
            log.error("an update failed: %s in %s", type(error).__name__, _where(error))

    async def _answer(self, got: Received) -> None:
        chat = chat_key(got.chat_id, self._secret)
        if got.gone:
            self._store.forget(chat)
            self.counts["gone"] += 1
            return
        acknowledged = asyncio.create_task(self._acknowledge(got.pressed))
        try:
            await self._turn(chat, got)
        finally:
            await acknowledged

    async def _turn(self, chat: str, got: Received) -> None:
        before = self._begun(self._store.load(chat), got)
        session, outcome = self._talk.turn(before, got.incoming, self._today())
        language = before.reads if isinstance(outcome, Forgotten) else session.reads
        reply = self._replies.reply(outcome, language)
        kind = type(outcome).__name__
        self.counts[kind] += 1
        log.info("answered with %s in %s", kind, language)
        if isinstance(outcome, Forgotten):
            self._store.forget(chat)
            session = Session()
        try:
            await self._send(got, reply)
        except Forbidden:
            self._store.forget(chat)
            self.counts["gone"] += 1
        except Exception:
            # It may have arrived all the same: what the person says next must find the session it belongs to.
            self._store.save(chat, session, got.update_id)
            raise
        else:
            self._store.save(chat, session, got.update_id)

    def _begun(self, session: Session, got: Received) -> Session:
        """The session, without a language whose catalogue is gone; at first contact in the one Telegram is set to."""
        known = {None, *self._talk.languages}
        if not {session.language, session.spoken, session.offered} <= known:
            session = replace(session, language=None, spoken=None, offered=None)
        if session.language is None and not session.met and got.language:
            return replace(session, spoken=catalogue_of(got.language, self._talk.languages))
        return session

    async def _acknowledge(self, pressed: str | None) -> None:
        """Stop the button's spinning, if one was pressed; a query that is too old, or a cut, harms nobody."""
        if pressed is not None:
            with suppress(TelegramError):
                await self._bot.answer_callback_query(pressed)

    async def _send(self, got: Received, reply: Reply) -> None:
        if got.message_id is None or not await self._edited(got.chat_id, got.message_id, reply):
            await self._tried(lambda: self._new(got.chat_id, reply), harmless_twice=False)

    async def _new(self, chat_id: int, reply: Reply) -> None:
        await self._bot.send_message(
            chat_id, reply.text, parse_mode=ParseMode.HTML, reply_markup=_keyboard(reply),
            link_preview_options=NO_PREVIEW,
        )  # fmt: skip

    async def _edited(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        """Whether the message now shows the reply; not every message can still be edited."""

        async def edit() -> None:
            await self._bot.edit_message_text(
                reply.text, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(reply), link_preview_options=NO_PREVIEW,
            )  # fmt: skip

        try:
            await self._tried(edit, harmless_twice=True)
        except BadRequest as error:
            return "not modified" in error.message.lower()
        return True

    async def _tried(self, call: Callable[[], Awaitable[None]], *, harmless_twice: bool) -> None:
        """Make a call; again when Telegram asks to wait, or surely did not take it, or it does no harm twice."""
        left = TRIES
        while True:
            left -= 1
            try:
                return await call()
            except RetryAfter as error:
                self.counts["slowed"] += 1
                seconds = wait_of(error)
                if not left or seconds > LONGEST_WAIT:
                    raise
            except BadRequest:
                raise
            except NetworkError as error:
                seconds = PAUSE
                if not left or not (harmless_twice or isinstance(error.__cause__, NEVER_LEFT)):
                    raise
            await asyncio.sleep(seconds)


def wait_of(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


_SETTING = {
    "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant",
    "fil": "tl", "fa-af": "prs",
}  # fmt: skip
"""Our tag for the language settings that Telegram's clients send, where it is another."""


def catalogue_of(setting: str, languages: Iterable[Language]) -> Language | None:
    """The one of these languages that a client's setting asks for: `pt-br` is `pt` where there is no nearer one."""
    tags = {tag.lower(): tag for tag in languages}
    parts = setting.lower().split("-")
    for size in range(len(parts), 0, -1):
        tag = "-".join(parts[:size])
        found = tags.get(tag) or tags.get(_SETTING.get(tag, tag))
        if found is not None:
            return found
    return None


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [
        [
            InlineKeyboardButton(b.label, callback_data=b.data)
            if b.data is not None
            else InlineKeyboardButton(b.label, copy_text=CopyTextButton(b.copy or ""))
            for b in row
        ]
        for row in reply.buttons
        if row
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _where(error: BaseException) -> str:
    """The place in our code an error came from: no message of it, which may hold a person's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
