"""What was read and checked once is kept, keyed by the content of every file it was made from.

The cache lies in the user's own cache folder, readable by that user alone; it is never taken from anywhere else.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")
log = logging.getLogger(__name__)


class Cache:
    """What was made of one folder, by name; nothing of it outlives a change of the folder or of this program."""

    def __init__(self, folder: Path) -> None:
        self._place = user_cache_path("newcomer-referral-bot", appauthor=False)
        self._made_of = fingerprint(folder)

    def get(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` makes, from the cache where it is there."""
        path = self._place / f"{name}-{self._made_of}.pickle"
        held: tuple[Made] | None = _read(path)
        if held is not None:
            return held[0]
        made = make()
        _write(path, made, name)
        return made


def fingerprint(folder: Path) -> str:
    """A hash of every file in the folder and of the program's own modules."""
    digest = hashlib.blake2b(digest_size=16)
    program = Path(__file__).parent.parent
    for root, pattern in ((folder, "*"), (program, "*.py")):
        for path in sorted(root.rglob(pattern)):
            if path.is_file() and (pattern != "*" or not path.name.startswith(".")):
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.blake2b(path.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


def _read(path: Path) -> tuple[Any] | None:
    try:
        if path.stat().st_uid != os.getuid():
            return None
        gc.disable()
        return (pickle.loads(path.read_bytes()),)  # noqa: S301 - our own file, see the module's words
    except FileNotFoundError:
        return None
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the source is still there
        log.warning("the cache %s cannot be read and is made anew", path.name)
        return None
    finally:
        gc.enable()


def _write(path: Path, made: object, name: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        fresh.replace(path)
        kept = sorted(path.parent.glob(f"{name}-*.pickle"), key=lambda old: old.stat().st_mtime)
        for old in kept[:-3]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("no cache is kept: %s", error.strerror)
