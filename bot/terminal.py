"""The same conversation in a terminal: buttons become numbers."""

from __future__ import annotations

import html
import re
import sys
from typing import TYPE_CHECKING

from bot.session import Session
from bot.talk import Choice, Command, Incoming, Talk, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from typing import TextIO

    from bot.reply import Button, Replies, Reply

_TAG = re.compile(r"</?b>")


class Terminal:
    """One conversation, line by line; the session lives here and ends with it."""

    def __init__(self, talk: Talk, replies: Replies, language: str | None, today: Callable[[], date]) -> None:
        self._talk = talk
        self._replies = replies
        self._today = today
        self._session = Session(language=language)
        self._buttons: list[Button] = []

    def answer(self, line: str) -> str:
        """The reply to one line, as plain text with numbered buttons."""
        incoming = self._incoming(line)
        if isinstance(incoming, str):
            return incoming
        before = self._session.reads
        self._session, outcome = self._talk.turn(self._session, incoming, self._today())
        return self._shown(self._replies.reply(outcome, before if self._session == Session() else self._session.reads))

    def _incoming(self, line: str) -> Incoming | str:
        """What a line means: a command, the number of a button, or words. A copy button "does" nothing but show."""
        line = line.strip()
        if line.startswith("/"):
            name, _, argument = line[1:].partition(" ")
            return Command(name.lower(), argument.strip())
        if line.isdecimal() and 1 <= int(line[:4]) <= len(self._buttons):
            pressed = self._buttons[int(line) - 1]
            return Choice(pressed.data) if pressed.data is not None else str(pressed.copy)
        return Words(line)

    def _shown(self, reply: Reply) -> str:
        self._buttons = [button for row in reply.buttons for button in row]
        numbered = [f"[{i}] {button.label}" for i, button in enumerate(self._buttons, 1)]
        return "\n".join([html.unescape(_TAG.sub("", reply.text)), "", *numbered])


def converse(terminal: Terminal, lines: Iterable[str], out: TextIO) -> None:
    """Answer each line; a blank line stands between replies."""
    for at, line in enumerate(lines):
        if at:
            print(file=out)
        print(terminal.answer(line.rstrip("\n")), file=out, flush=True)


def typed() -> Iterable[str]:
    """Lines as a person types them, until the end of input."""
    while True:
        print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line
