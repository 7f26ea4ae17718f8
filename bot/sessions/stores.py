"""Sessions in memory (tests) and in SQLite (one process), with the marks of updates that were answered."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import sqlite3
from pathlib import Path
from typing import Protocol

from bot.session import Session, dump, parse

log = logging.getLogger(__name__)

MARKS_KEPT = 20_000
"""Telegram asks again for what it sent in the last 24 hours; one process answers fewer updates than this in between
two of its restarts' worth of repeats."""


class Store(Protocol):
    """Keeps sessions by chat key. What cannot be read or written is logged and never stops an answer."""

    def load(self, chat: str) -> Session:
        """The session of a chat; a new one when there is none."""

    def save(self, chat: str, session: Session, update_id: int) -> None:
        """Keep a session and mark the update that led to it as answered, in one step."""

    def forget(self, chat: str) -> None:
        """Delete everything held of a chat."""

    def answered(self, update_id: int) -> bool:
        """Whether an update was answered before."""

    def close(self) -> None:
        """Let go of what is open."""


def chat_key(chat_id: int, secret: str) -> str:
    """The keyed hash a chat is stored under: nobody without the secret can tell which chat it is."""
    return hmac.new(derived(secret, b"chat keys"), str(chat_id).encode(), hashlib.sha256).hexdigest()[:32]


def derived(secret: str, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose, by HKDF with SHA-256 (RFC 5869)."""
    extracted = hmac.new(b"newcomer-referral-bot", secret.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, purpose + b"\x01", hashlib.sha256).digest()


def open_store(url: str) -> Store:
    """The store a STORE_URL names."""
    if url == "memory:":
        return MemoryStore()
    return SqliteStore(Path(url.removeprefix("sqlite://")))


class MemoryStore:
    """Sessions that end with the process."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        self._answered: dict[int, None] = {}

    def load(self, chat: str) -> Session:
        """The session of a chat."""
        held = self._held.get(chat)
        return Session() if held is None else parse(held)

    def save(self, chat: str, session: Session, update_id: int) -> None:
        """Keep a session and mark its update."""
        if session == Session():
            self._held.pop(chat, None)
        else:
            self._held[chat] = dump(session)
        self._answered[update_id] = None
        while len(self._answered) > MARKS_KEPT:
            del self._answered[next(iter(self._answered))]

    def forget(self, chat: str) -> None:
        """Delete a chat's session."""
        self._held.pop(chat, None)

    def answered(self, update_id: int) -> bool:
        """Whether an update was answered."""
        return update_id in self._answered

    def close(self) -> None:
        """Nothing is open."""


class SqliteStore:
    """Sessions in a file that only its owner may read.

    A file that cannot be opened or written is worked around with sessions in memory, and said in the log: people are
    answered all the same.
    """

    def __init__(self, path: Path) -> None:
        self._spare = MemoryStore()
        self._outdated: set[str] = set()
        """Chats that the file has an older session of than the spare."""
        self._db: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            path.chmod(0o600)
            self._db = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.execute("CREATE TABLE IF NOT EXISTS sessions (chat TEXT PRIMARY KEY, held TEXT NOT NULL)")
            self._db.execute("CREATE TABLE IF NOT EXISTS answered (update_id INTEGER PRIMARY KEY)")
        except (OSError, sqlite3.Error) as error:
            log.error("sessions are kept in memory only: the store cannot be opened (%s)", type(error).__name__)
            self.close()

    def load(self, chat: str) -> Session:
        """The session of a chat."""
        if chat in self._outdated:
            return self._spare.load(chat)
        row = self._rows("SELECT held FROM sessions WHERE chat = ?", chat)
        return parse(row[0][0]) if row else self._spare.load(chat)

    def save(self, chat: str, session: Session, update_id: int) -> None:
        """Keep a session and mark its update, in one transaction."""
        if self._db is not None:
            try:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    if session == Session():
                        self._db.execute("DELETE FROM sessions WHERE chat = ?", (chat,))
                    else:
                        self._db.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?)", (chat, dump(session)))
                    self._db.execute("INSERT OR IGNORE INTO answered VALUES (?)", (update_id,))
                    self._db.execute("DELETE FROM answered WHERE update_id < ?", (update_id - MARKS_KEPT,))
            except sqlite3.Error as error:
                log.error("a session could not be saved (%s)", type(error).__name__)
            else:
                self._spare.forget(chat)
                self._outdated.discard(chat)
                return
        self._spare.save(chat, session, update_id)
        self._outdated.add(chat)

    def forget(self, chat: str) -> None:
        """Delete a chat's session, also from the file's free pages and its log."""
        self._spare.forget(chat)
        self._outdated.add(chat)
        if self._db is not None:
            try:
                self._db.execute("DELETE FROM sessions WHERE chat = ?", (chat,))
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                log.error("a session could not be deleted (%s)", type(error).__name__)
            else:
                self._outdated.discard(chat)

    def answered(self, update_id: int) -> bool:
        """Whether an update was answered."""
        found = self._rows("SELECT 1 FROM answered WHERE update_id = ?", update_id)
        return bool(found) or self._spare.answered(update_id)

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _rows(self, query: str, *values: str | int) -> list[tuple[str, ...]]:
        if self._db is None:
            return []
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            log.error("the session store failed (%s)", type(error).__name__)
            return []
