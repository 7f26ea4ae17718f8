"""The commands. Reads the settings and wires things together; nothing else does."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import settings as setting
from bot.knowledge import InvalidKnowledge, load
from bot.knowledge.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.model import Knowledge
    from bot.reply import Replies
    from bot.settings import Settings
    from bot.talk import Talk
    from bot.understand import Reader

TORONTO = ZoneInfo("America/Toronto")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the input is wrong, 2 the command line is wrong."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        settings = setting.read(os.environ)
        logging.basicConfig(level=settings.log_level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
        return int(chosen.run(chosen, settings))
    except (setting.InvalidSetting, InvalidKnowledge) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    chat = commands.add_parser("chat", help="talk in the terminal")
    chat.add_argument("--language", help="BCP 47 tag to start in")
    chat.set_defaults(run=_chat)
    commands.add_parser("telegram", help="run the Telegram bot by long polling").set_defaults(run=_telegram)
    read = commands.add_parser("understand", help="read messages, one a line; print JSON, one object a line")
    read.set_defaults(run=_understand)
    check = commands.add_parser("check", help="validate a knowledge base and the catalogues")
    check.add_argument("folder", nargs="?", type=Path)
    check.set_defaults(run=_check)
    return parser


def _today() -> date:
    return datetime.now(TORONTO).date()


def _knowledge(settings: Settings) -> tuple[Knowledge, Reader]:
    """The knowledge base and what reads messages over it, from the cache where nothing changed."""
    cache = Cache(settings.knowledge)

    def make() -> tuple[Knowledge, Reader]:
        from bot.understand import Reader

        knowledge = load(settings.knowledge)
        return knowledge, Reader(knowledge, keep=cache.get)

    return cache.get("knowledge", make)


def _conversation(settings: Settings) -> tuple[Talk, Replies]:
    from bot.reply import Replies
    from bot.talk import Talk
    from bot.wording import available

    knowledge, reader = _knowledge(settings)
    talk = Talk(knowledge, reader, available(settings.locales))
    return talk, Replies(knowledge, settings.locales)


def _chat(chosen: argparse.Namespace, settings: Settings) -> int:
    from bot.terminal import Terminal, converse, typed

    talk, replies = _conversation(settings)
    if chosen.language is not None and chosen.language not in talk.languages:
        print(f"There is no catalogue for {chosen.language!r}; there is {', '.join(talk.languages)}.", file=sys.stderr)
        return 2
    terminal = Terminal(talk, replies, chosen.language, _today)
    if sys.stdin.isatty():
        print(terminal.answer("/start"))
        converse(terminal, typed(), sys.stdout)
    else:
        converse(terminal, sys.stdin, sys.stdout)
    return 0


def _telegram(_: argparse.Namespace, settings: Settings) -> int:
    from bot.telegram.polling import run

    if settings.token is None:
        print("TELEGRAM_BOT_TOKEN is not set; BotFather gives you one.", file=sys.stderr)
        return 1
    talk, replies = _conversation(settings)
    run(settings, talk, replies, _today)
    return 0


def _understand(_: argparse.Namespace, settings: Settings) -> int:
    from bot.understand.lines import answer

    knowledge, reader = _knowledge(settings)
    for line in sys.stdin:
        print(json.dumps(answer(line.rstrip("\n"), knowledge, reader), ensure_ascii=False), flush=True)
    return 0


def _check(chosen: argparse.Namespace, settings: Settings) -> int:
    folder = chosen.folder or settings.knowledge
    try:
        knowledge = load(folder)
    except InvalidKnowledge as error:
        for problem in error.problems:
            print(problem)
        print(f"\n{len(error.problems)} problems. Nothing was changed.")
        return 1
    organizations = len(knowledge.organizations)
    print(
        f"No problems in {organizations} organizations, {len(knowledge.places)} places, {len(knowledge.needs)} needs."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
