"""Telegram's updates into what the conversation understands. Everything from outside is checked here, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Point
from bot.talk import Choice, Command, Incoming, Position, Something, Words

if TYPE_CHECKING:
    from telegram import CallbackQuery, Message, Update

GONE = {"private": {"kicked"}, "group": {"kicked", "left"}, "supergroup": {"kicked", "left"}}
"""What the bot has become in a chat where it can say nothing more, by the kind of chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One thing a person did in a chat.

    `pressed` is the id of the button press to acknowledge, `message_id` the message whose button it was. `language` is
    what their Telegram is set to. `gone`: they blocked the bot, or took it out of the group.
    """

    update_id: int
    chat_id: int
    incoming: Incoming
    language: str | None = None
    pressed: str | None = None
    message_id: int | None = None
    gone: bool = False


def received(update: Update, bot_name: str) -> Received | None:
    """What an update says; None for what Telegram expects silence on: edits, channels, groups that speak to others."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    if update.my_chat_member is not None:
        member = update.my_chat_member
        if member.new_chat_member.status in GONE.get(member.chat.type, ()):
            return Received(update_id=update.update_id, chat_id=member.chat.id, incoming=Something(), gone=True)
        return None
    message = update.message
    if message is None or (message.from_user is not None and message.from_user.is_bot):
        return None
    incoming = _incoming(message, bot_name)
    if incoming is None:
        return None
    language = message.from_user.language_code if message.from_user else None
    return Received(update_id=update.update_id, chat_id=message.chat.id, incoming=incoming, language=language)


def _pressed(update_id: int, query: CallbackQuery) -> Received:
    message = query.message
    return Received(
        update_id=update_id,
        chat_id=message.chat.id if message else query.from_user.id,  # a person and the chat with them have one id
        incoming=Choice(query.data or ""),
        language=query.from_user.language_code,
        pressed=query.id,
        message_id=message.message_id if message and message.is_accessible else None,
    )


def _incoming(message: Message, bot_name: str) -> Incoming | None:
    private = message.chat.type == "private"
    text = message.text
    if text is not None and text.startswith("/"):
        return _command(text, bot_name, private=private)
    if not private:
        text = _addressed(message, bot_name)
        return Words(text) if text else None
    if text is not None:
        return Words(text)
    location = message.location or (message.venue.location if message.venue else None)
    if location is not None:
        return Position(Point(location.latitude, location.longitude))
    return None if _is_service_message(message) else Something()


def _command(text: str, bot_name: str, *, private: bool) -> Command | None:
    name, *argument = text[1:].split(maxsplit=1) or [""]
    name, _, addressee = name.partition("@")
    if addressee and addressee.lower() != bot_name.lower():
        return None
    if not private and not addressee:
        return None
    return Command(name.lower(), argument[0].strip() if argument else "")


def _addressed(message: Message, bot_name: str) -> str | None:
    """The words of a group message that are meant for the bot."""
    text = message.text or ""
    mention = re.search(rf"@{re.escape(bot_name)}(?!\w)", text, re.ASCII | re.IGNORECASE)
    if mention is not None:
        return (text[: mention.start()] + text[mention.end() :]).strip()
    replied = message.reply_to_message
    if (
        replied is not None
        and replied.from_user is not None
        and (replied.from_user.username or "").lower() == bot_name.lower()
    ):
        return text
    return None


def _is_service_message(message: Message) -> bool:
    """Whether Telegram itself wrote the message: somebody joined, a message was pinned."""
    content = (
        "photo",
        "sticker",
        "voice",
        "video",
        "video_note",
        "audio",
        "document",
        "animation",
        "contact",
        "poll",
        "dice",
        "story",
    )
    return not any(getattr(message, kind, None) for kind in content)
