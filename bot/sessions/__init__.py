"""Where sessions live between two messages, behind one small interface. Chats are known here by a keyed hash alone."""

from bot.sessions.stores import MemoryStore, SqliteStore, Store, chat_key, open_store

__all__ = ["MemoryStore", "SqliteStore", "Store", "chat_key", "open_store"]
