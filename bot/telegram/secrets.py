"""Keeps the token and people's words out of the log: httpx writes whole addresses, the library whole answers."""

from __future__ import annotations

import logging


class _Hiding(logging.Filter):
    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without the secret."""
        text = record.getMessage()
        if self._secret in text:
            record.msg, record.args = text.replace(self._secret, "(token)"), ()
        if record.exc_info or record.exc_text:
            record.exc_info, record.exc_text = None, None
        return True


def hide(secret: str) -> None:
    """From here on no handler of the root logger writes the secret, nor a traceback, which may hold people's words."""
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)  # logs an answer it cannot read, messages and all
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Hiding(secret))
