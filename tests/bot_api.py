"""A Bot API server for tests: it queues updates, answers calls as Telegram does, and fails the way Telegram fails.

Every call is held against the Bot API's types (aiogram's method models) and against the limits that types do not say;
what breaks them is refused with a 400 and makes `close` fail the test.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import get_args
from urllib.parse import urlsplit

import aiogram.methods
from aiohttp import web
from pydantic import BaseModel, ValidationError

TOKEN = "7654321:planted-token-planted-token-planted"
NAME = "newcomer_test_bot"
MODELS = {
    model.__api_method__: model
    for name in aiogram.methods.__all__
    if hasattr(model := getattr(aiogram.methods, name), "__api_method__")
}


# --- Ways to fail ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """How the next call of a method goes wrong; `handled` when Telegram did what was asked all the same."""

    status: int = 200
    description: str = ""
    body: str | None = None
    retry_after: int | None = None
    cut: bool = False
    handled: bool = False

    def response(self):
        """What the caller gets."""
        if self.body is not None:
            return web.Response(status=self.status, text=self.body, content_type="text/html")
        said = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            said["parameters"] = {"retry_after": self.retry_after}
        return web.json_response(said, status=self.status)


def flood(seconds):
    """Too many requests."""
    return Failure(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def garbage(body, *, handled=True):
    """An answer that is no JSON, or not the JSON of the Bot API."""
    return Failure(body=body, handled=handled)


NOT_MODIFIED = Failure(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message",
)
TOO_OLD = Failure(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
NOT_FOUND = Failure(400, "Bad Request: message to edit not found")
BLOCKED = Failure(403, "Forbidden: bot was blocked by the user")
UNAUTHORIZED = Failure(401, "Unauthorized")
CONFLICT = Failure(409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running")
SERVER_ERROR = Failure(500, body="<html><body><h1>500 Internal Server Error</h1></body></html>")
CUT_BEFORE = Failure(cut=True)
CUT_AFTER = Failure(cut=True, handled=True)


# --- What a call may hold -------------------------------------------------------------------------


TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler", "a"}
PIECE = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-z-]+)(?P<more>(?: [a-z]+=\"[^\"<>]*\")*)>"
    r"|(?P<entity>&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)"
    r"|(?P<stray>[<>&])"
)


def plain(text):
    """The text that is left of Telegram's HTML, and what is wrong with its markup."""
    wrong, opened, out, at = [], [], [], 0
    for piece in PIECE.finditer(text):
        out.append(text[at : piece.start()])
        at = piece.end()
        if piece["stray"]:
            wrong.append(f"{piece['stray']!r} is not escaped at {piece.start()}: {text[piece.start() :][:30]!r}")
        elif piece["entity"]:
            out.append(unescape(piece["entity"]))
        elif piece["tag"] not in TAGS:
            wrong.append(f"the tag <{piece['tag']}> is not supported")
        elif not piece["end"]:
            opened.append(piece["tag"])
        elif not opened or opened.pop() != piece["tag"]:
            wrong.append(f"</{piece['tag']}> closes what is not open")
    out.append(text[at:])
    wrong += [f"<{tag}> is not closed" for tag in opened]
    return "".join(out), wrong


def utf16(text):
    """The length of a text as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def decoded(method, parameters):
    """Parameters as the Bot API reads them: what is no string comes as JSON."""
    fields = MODELS[method].model_fields if method in MODELS else {}
    values = {}
    for name, value in parameters.items():
        kinds = {str} if name not in fields else {fields[name].annotation, *get_args(fields[name].annotation)}
        values[name] = value
        if isinstance(value, str) and str not in kinds:
            with suppress(ValueError):
                values[name] = json.loads(value)
    if isinstance(values.get("chat_id"), str) and re.fullmatch(r"-?\d+", values["chat_id"]):
        values["chat_id"] = int(values["chat_id"])
    return values


def violations(method, values):
    """Everything about a call that the Bot API does not take, in words."""
    if method not in MODELS:
        return [f"{method}: there is no such method"]
    try:
        model = MODELS[method].model_validate(values)
    except ValidationError as error:
        return [f"{method}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    wrong = [f"unknown field {name}" for name in _unknown(model)]
    if "text" in values and method in {"sendMessage", "editMessageText"}:
        wrong += _wrong_text(values["text"], values.get("parse_mode"))
    if method == "answerCallbackQuery" and utf16(values.get("text") or "") > 200:
        wrong.append("the notification is longer than 200")
    if method == "editMessageText" and not {"chat_id", "message_id"} <= set(values):
        wrong.append("no message to edit is named")
    if method == "setMyCommands":
        wrong += [
            f"the command {one['command']!r} or its description is not allowed"
            for one in values["commands"]
            if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]) or not 1 <= utf16(one["description"]) <= 256
        ]
    rows = (values.get("reply_markup") or {}).get("inline_keyboard", [[{"text": "-", "pay": True}]])
    if not all(rows) or sum(map(len, rows)) > 100:
        wrong.append("the keyboard has an empty row, or more than 100 buttons")
    wrong += [said for row in rows for one in row for said in _wrong_button(one)]
    return [f"{method}: {said}" for said in wrong]


def _unknown(model):
    """Names that a model, or one inside it, does not have."""
    yield from model.model_extra or ()
    for name in type(model).model_fields:
        inside = [getattr(model, name)]
        while inside:
            value = inside.pop()
            if isinstance(value, list):
                inside += value
            elif isinstance(value, BaseModel):
                yield from _unknown(value)


def _wrong_text(text, mode):
    wrong = []
    if mode == "HTML":
        text, wrong = plain(text)
    elif mode is not None:
        wrong.append(f"the parse mode {mode!r} is not used here")
    if not 1 <= utf16(text.strip()) <= 4096:
        wrong.append(f"the text has {utf16(text.strip())} UTF-16 units, 1 to 4096 are allowed")
    return wrong


def _wrong_button(one):
    label, does = one.get("text", ""), set(one) - {"text", "icon_custom_emoji_id", "style"}
    if not label.strip():
        yield "a button has no text"
    if len(does) != 1:
        yield f"the button {label!r} should do one thing, not {sorted(does)}"
    if "callback_data" in one and not 1 <= len(one["callback_data"].encode()) <= 64:
        yield f"the button {label!r} carries {len(one['callback_data'].encode())} bytes, 1 to 64 are allowed"
    if "copy_text" in one and not 1 <= utf16(one["copy_text"].get("text", "")) <= 256:
        yield f"the button {label!r} copies {utf16(one['copy_text'].get('text', ''))} units, 1 to 256 are allowed"
    if "url" in one and urlsplit(one["url"]).scheme not in {"http", "https", "tg"}:
        yield f"the button {label!r} opens {one['url']!r}, which Telegram refuses"


# --- The server -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One call that came in."""

    method: str
    values: dict

    @property
    def chat(self):
        """The chat it is for."""
        return self.values.get("chat_id")

    @property
    def text(self):
        """The text a person sees."""
        return plain(self.values.get("text", ""))[0]

    @property
    def buttons(self):
        """The buttons below it, by label."""
        rows = (self.values.get("reply_markup") or {}).get("inline_keyboard", ())
        return {one["text"]: one for row in rows for one in row}

    def data(self, label):
        """The callback data of a button."""
        return self.buttons[label]["callback_data"]


class BotApi:
    """The server, on a port of its own.

    `calls` is everything but getUpdates, `polls` the offsets asked for, `latest` each chat's last message id.
    """

    def __init__(self):
        self.calls = []
        self.polls = []
        self.wrong = []
        self.latest = {}
        self.url = ""
        self._updates = {}
        self._failures = defaultdict(deque)
        self._gates = {}
        self._messages = {}
        self._queries = set()
        self._ids = count(1000)
        self._changed = asyncio.Condition()
        self._asking = 0
        self._closed = False
        self._runner = None

    async def start(self):
        """Listen."""
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def close(self):
        """Stop listening; fails when a call broke the Bot API's rules."""
        self._closed = True
        for gate in self._gates.values():
            gate.set()
        await self._tell()
        await self._runner.cleanup()
        assert not self.wrong, "calls that Telegram would refuse:\n" + "\n".join(self.wrong)

    def fail(self, method, *failures):
        """Let the next calls of a method go wrong, one after the other."""
        self._failures[method].extend(failures)

    def hold(self, chat):
        """Let calls for a chat wait until the returned event is set."""
        self._gates[chat] = asyncio.Event()
        return self._gates[chat]

    def message(self, chat, text="An earlier message"):
        """The id of a message that the bot sent before."""
        id_ = next(self._ids)
        self._messages[chat, id_] = (text, None)
        return id_

    def query(self):
        """The id of a button press that is waiting for its answer."""
        id_ = str(next(self._ids))
        self._queries.add(id_)
        return id_

    def unanswered(self):
        """Button presses that still spin."""
        return self._queries

    async def add(self, *updates):
        """Queue updates; whoever is asking for them gets them now."""
        for update in updates:
            self._updates[update.get("update_id") if isinstance(update, dict) else None] = update
        await self._tell()

    def sent(self, chat=None):
        """What people were shown: messages and edits, in order; of one chat or all."""
        shown = [call for call in self.calls if call.method in {"sendMessage", "editMessageText"}]
        return [call for call in shown if chat is None or call.chat == chat]

    async def until(self, true):
        """Wait until something is so, looking at every call that comes in."""
        async with self._changed:
            await self._changed.wait_for(true)

    async def confirmed(self, update_id):
        """Wait until the bot has asked for what is behind an update."""
        await self.until(lambda: any(offset > update_id for offset in self.polls))

    async def _tell(self):
        async with self._changed:
            self._changed.notify_all()

    async def _serve(self, request):
        token, _, method = request.path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            return UNAUTHORIZED.response()
        values = decoded(method, dict(await request.post()) | dict(request.query))
        wrong = violations(method, values)
        self.wrong += wrong
        if method == "getUpdates":
            self.polls.append(values.get("offset", 0))
        else:
            self.calls.append(Call(method, values))
        await self._tell()
        if wrong:
            return Failure(400, f"Bad Request: {wrong[0]}").response()
        if values.get("chat_id") in self._gates:
            await self._gates[values["chat_id"]].wait()
        failure = self._failures[method].popleft() if self._failures[method] else None
        if failure is not None and not failure.handled:
            return self._failed(request, failure)
        answer = getattr(self, f"_{method}", None)
        result = True if answer is None else answer(values)
        if asyncio.iscoroutine(result):
            result = await result
        if failure is not None:
            return self._failed(request, failure)
        return result.response() if isinstance(result, Failure) else web.json_response({"ok": True, "result": result})

    def _failed(self, request, failure):
        if failure.cut:
            request.transport.abort()
        return failure.response()

    def _getMe(self, _):  # noqa: N802 - the Bot API's name
        return {"id": 7654321, "is_bot": True, "first_name": "Newcomer", "username": NAME}

    async def _getUpdates(self, values):  # noqa: N802
        self._asking += 1
        mine, offset = self._asking, values.get("offset", 0)
        for id_ in [id_ for id_ in self._updates if isinstance(id_, int) and id_ < offset]:
            del self._updates[id_]
        await self._tell()
        if not self._updates and values.get("timeout"):
            with suppress(TimeoutError):
                async with asyncio.timeout(values["timeout"]):
                    await self.until(lambda: self._updates or self._asking != mine or self._closed)
        return CONFLICT if self._asking != mine else list(self._updates.values())[: values.get("limit", 100)]

    def _sendMessage(self, values):  # noqa: N802
        id_ = next(self._ids)
        return self._shown(id_, values)

    def _editMessageText(self, values):  # noqa: N802
        now = values["text"], values.get("reply_markup")
        before = self._messages.get((values["chat_id"], values["message_id"]))
        if before is None:
            return NOT_FOUND
        return NOT_MODIFIED if now == before else self._shown(values["message_id"], values)

    def _answerCallbackQuery(self, values):  # noqa: N802
        if values["callback_query_id"] not in self._queries:
            return TOO_OLD
        self._queries.remove(values["callback_query_id"])
        return True

    def _shown(self, id_, values):
        self._messages[values["chat_id"], id_] = (values["text"], values.get("reply_markup"))
        self.latest[values["chat_id"]] = id_
        return {
            "message_id": id_,
            "date": 1_790_000_000,
            "from": self._getMe(values),
            "chat": {"id": values["chat_id"], "type": "private", "first_name": "Amina"},
            "text": plain(values["text"])[0],
        }


# --- What people do -------------------------------------------------------------------------------

_update_ids = count(500_001)
BOT_USER = {"id": 7654321, "is_bot": True, "first_name": "Newcomer", "username": NAME}
PLACE = {"latitude": 43.7573, "longitude": -79.5178}


def person(chat=7, language="en"):
    """Somebody's account."""
    return {"id": abs(chat), "is_bot": False, "first_name": "Amina", "language_code": language}


def update(**what):
    """An update with the next id."""
    return {"update_id": next(_update_ids), **what}


def message(chat=7, text=None, *, kind="private", language="en", **more):
    """A message somebody sent, as it stands in an update."""
    said = {} if text is None else {"text": text}
    return {
        "message_id": 40,
        "date": 1_790_000_000,
        "chat": {"id": chat, "type": kind, "first_name": "Amina"},
        "from": person(chat, language),
        **said,
        **more,
    }


def says(text, chat=7, **more):
    """The update of a text message."""
    return update(message=message(chat, text, **more))


def presses(data, query, chat=7, message_id=None, language="en"):
    """The update of a pressed button; without a message id Telegram has let go of its message."""
    below = {"chat": {"id": chat, "type": "private", "first_name": "Amina"}, "message_id": message_id or 12, "date": 0}
    if message_id is not None:
        below |= {"date": 1_790_000_000, "from": BOT_USER, "text": "An earlier message"}
    return update(
        callback_query={
            "id": query,
            "from": person(chat, language),
            "chat_instance": "1",
            "data": data,
            "message": below,
        }
    )


def became(status, chat=7, kind="private"):
    """The update of the bot's own standing in a chat: `kicked` is how blocking it looks."""
    member = {"user": BOT_USER, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return update(
        my_chat_member={
            "chat": {"id": chat, "type": kind, "title": "A chat"},
            "from": person(chat),
            "date": 1_790_000_000,
            "old_chat_member": {"user": BOT_USER, "status": "member"},
            "new_chat_member": member,
        }
    )
