"""Words into meaning: place, need, danger and language of one message."""

from bot.understand.reader import Reader

__all__ = ["Reader"]
