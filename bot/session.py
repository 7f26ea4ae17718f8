"""What is remembered of a chat between two messages, and nothing else (design, 2). No words, no position, no name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

VERSION = 1
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One chat's memory.

    `language` is what the person chose, None before they did; `spoken` the last one they wrote in, or their Telegram is
    set to, which is answered in until they choose; `place` and `need` are references as buttons carry them
    (`n.rexdale-kipling`, `esl`; an area of need is `@health`). `asked` is the open question, `options` the references
    behind its buttons, in their order. `offered` is the language last offered, so that it is offered once.
    """

    language: str | None = None
    spoken: str | None = None
    place: str | None = None
    need: str | None = None
    page: int = 0
    asked: str | None = None
    options: tuple[str, ...] = ()
    offered: str | None = None
    met: bool = False

    @property
    def reads(self) -> str:
        """The language to answer in."""
        return self.language or self.spoken or DEFAULT_LANGUAGE


def dump(session: Session) -> str:
    """A session as text for a store; only what differs from a new one."""
    new = asdict(Session())
    return json.dumps({"v": VERSION} | {k: v for k, v in asdict(session).items() if v != new[k]}, separators=(",", ":"))


def parse(text: str) -> Session:
    """A session from a store. What cannot be read is forgotten: a new session, never an error."""
    try:
        held = json.loads(text)
        if not isinstance(held, dict) or held.pop("v", None) != VERSION:
            return Session()
        known = {field.name for field in fields(Session)}
        held = {key: value for key, value in held.items() if key in known}
        if not isinstance(held.setdefault("options", []), list):
            return Session()
        session = Session(**held | {"options": tuple(held["options"])})
    except (ValueError, TypeError, RecursionError):
        return Session()
    return session if _sound(session) else Session()


def _sound(session: Session) -> bool:
    texts = (session.language, session.spoken, session.place, session.need, session.asked, session.offered)
    return (
        all(text is None or isinstance(text, str) for text in texts)
        and all(isinstance(option, str) for option in session.options)
        and type(session.page) is int
        and session.page >= 0
        and isinstance(session.met, bool)
    )
