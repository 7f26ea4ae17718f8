"""One update through the conversation and out as Bot API calls; what to do when Telegram says no."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.outcome import Forgotten
from bot.session import Session
from bot.sessions import chat_key
from bot.telegram.updates import received

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from telegram import Bot, Update

    from bot.reply import Replies, Reply
    from bot.sessions import Store
    from bot.talk import Talk
    from bot.telegram.updates import Received

log = logging.getLogger(__name__)

TRIES = 3
LONGEST_WAIT = 60.0
"""Seconds: a chat that Telegram wants to wait longer is not answered this time."""
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
        before = self._store.load(chat)
        session = self._spoken(before, got)
        session, outcome = self._talk.turn(session, got.incoming, self._today())
        language = session.language or before.language or "en"
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
            return
        self._store.save(chat, session, got.update_id)

    def _spoken(self, session: Session, got: Received) -> Session:
        """First contact takes the language Telegram is set to, where there is a catalogue for it."""
        if session.language is None and not session.met and got.language:
            tags = {tag.lower(): tag for tag in self._talk.languages}
            tag = got.language.lower()
            known = tags.get(_SETTING.get(tag, tag)) or tags.get(_SETTING.get(tag.split("-")[0], tag.split("-")[0]))
            if known is not None:
                return Session(language=known)
        return session

    async def _send(self, got: Received, reply: Reply) -> None:
        if got.pressed is None:
            await self._send_new(got.chat_id, reply)
            return
        pressed = got.pressed
        acknowledged = asyncio.create_task(self._quietly(lambda: self._bot.answer_callback_query(pressed)))
        if got.message_id is None or not await self._edited(got.chat_id, got.message_id, reply):
            await self._send_new(got.chat_id, reply)
        await acknowledged

    async def _send_new(self, chat_id: int, reply: Reply) -> None:
        """A new message, tried again only when Telegram surely did not take it."""
        for _ in range(TRIES):
            try:
                await self._bot.send_message(
                    chat_id, reply.text, parse_mode=ParseMode.HTML, reply_markup=_keyboard(reply),
                    link_preview_options=NO_PREVIEW,
                )  # fmt: skip
            except RetryAfter as error:
                self.counts["slowed"] += 1
                await _wait(error)
            else:
                return

    async def _edited(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        """Whether the message now shows the reply; an edit does no harm twice, so it is tried again after a cut."""
        for attempt in range(TRIES):
            try:
                await self._bot.edit_message_text(
                    reply.text, chat_id=chat_id, message_id=message_id, parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(reply), link_preview_options=NO_PREVIEW,
                )  # fmt: skip
            except RetryAfter as error:
                self.counts["slowed"] += 1
                await _wait(error)
            except BadRequest as error:
                return "not modified" in error.message.lower()
            except NetworkError:
                if attempt == TRIES - 1:
                    raise
            else:
                return True
        return False

    async def _quietly(self, call: Callable[[], Awaitable[object]]) -> None:
        """Acknowledge a press; a query that is too old, or a cut, harms nobody."""
        with suppress(BadRequest, NetworkError, RetryAfter):
            await call()


_SETTING = {
    "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-hans": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant",
    "zh-mo": "zh-hant", "fil": "tl", "pt-br": "pt", "fa-af": "prs",
}  # fmt: skip
"""Our tag for the language settings that Telegram's clients send."""


async def _wait(error: RetryAfter) -> None:
    """Wait as long as Telegram asked this chat to."""
    seconds = (
        error.retry_after.total_seconds() if hasattr(error.retry_after, "total_seconds") else float(error.retry_after)
    )
    if seconds > LONGEST_WAIT:
        raise error
    await asyncio.sleep(seconds)


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
