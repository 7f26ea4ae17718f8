from __future__ import annotations

import logging
import sqlite3
import stat
from contextlib import closing

import pytest

from bot.session import Session, dump
from bot.sessions import MemoryStore, SqliteStore, chat_key, open_store
from bot.sessions import stores as module
from bot.sessions.stores import derived

CHAT = chat_key(987654321, "a secret of the tests")
OTHER = chat_key(123456789, "a secret of the tests")
MARKED = Session(language="fr", place="n.planted-place", need="planted-need", options=("planted-option",), met=True)


@pytest.fixture
def path(tmp_path):
    """Where the file will be, in a folder that is not there yet."""
    return tmp_path / "folder" / "sessions.sqlite3"


@pytest.fixture(params=["memory", "sqlite"])
def store(request, path):
    """Each kind of store."""
    store = open_store("memory:" if request.param == "memory" else f"sqlite://{path}")
    yield store
    store.close()


@pytest.fixture
def file(path):
    """The store in a file."""
    with closing(SqliteStore(path)) as store:
        yield store


def everything_in(folder):
    """All bytes of a folder's files."""
    return b"".join(found.read_bytes() for found in sorted(folder.iterdir()))


def rows(path):
    """The rows of sessions, as another program would see them."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM sessions").fetchall()


# --- Every store ----------------------------------------------------------------------------------


def test_a_session_is_kept_by_chat(store):
    """Each chat has its own; one that never wrote has a new one."""
    store.save(CHAT, MARKED, 1)

    assert store.load(CHAT) == MARKED
    assert store.load(OTHER) == Session()


def test_the_last_session_counts(store):
    """Saving replaces, and saving a new session deletes."""
    store.save(CHAT, MARKED, 1)
    store.save(CHAT, Session(need="esl"), 2)
    replaced = store.load(CHAT)
    store.save(CHAT, Session(), 3)

    assert replaced == Session(need="esl")
    assert store.load(CHAT) == Session()


def test_forgetting_is_of_one_chat(store):
    """What is forgotten is gone, and may be forgotten again; others stay."""
    store.save(CHAT, MARKED, 1)
    store.save(OTHER, MARKED, 2)
    store.forget(CHAT)
    store.forget(CHAT)

    assert store.load(CHAT) == Session()
    assert store.load(OTHER) == MARKED


def test_updates_are_marked_with_the_session(store):
    """What was answered is known; the rest is not."""
    store.save(CHAT, MARKED, 41)
    store.save(CHAT, MARKED, 41)

    assert store.answered(41)
    assert not store.answered(42)


def test_old_marks_go(store, monkeypatch):
    """Marks are kept for as many updates as Telegram may repeat, not for ever."""
    monkeypatch.setattr(module, "MARKS_KEPT", 10)
    for update_id in range(100, 130):
        store.save(CHAT, MARKED, update_id)

    assert [id_ for id_ in range(90, 140) if store.answered(id_)][-10:] == [*range(120, 130)]
    assert not store.answered(105)


def test_a_store_can_be_closed_twice(store):
    """Closing is harmless, and a closed store still says that it knows nothing."""
    store.close()
    store.close()

    assert store.load(OTHER) == Session()


# --- Chat keys ------------------------------------------------------------------------------------


def test_a_chat_key_says_nothing_of_the_chat():
    """Same chat and secret, same key; nothing of the number shows, and another secret gives another."""
    assert chat_key(987654321, "a secret of the tests") == CHAT
    assert len({CHAT, OTHER, chat_key(987654321, "another secret"), chat_key(-987654321, "a secret of the tests")}) == 4
    assert "987654321" not in CHAT
    assert len(CHAT) == 32


def test_keys_of_different_purposes_differ():
    """A key for one purpose opens nothing of another; this is what OpenSSL's HKDF gives."""
    assert derived("secret", b"chat keys") != derived("secret", b"follow-ups")
    assert derived("secret", b"chat keys").hex() == "616d184e1aab53ae56efe2783703b078c47f6801b4e38af687b158a2c33b724f"


# --- The file -------------------------------------------------------------------------------------


def test_sessions_and_marks_survive_the_process(path):
    """A new process finds what the old one kept."""
    with closing(SqliteStore(path)) as before:
        before.save(CHAT, MARKED, 41)
    with closing(SqliteStore(path)) as after:
        found = after.load(CHAT), after.answered(41), after.answered(42)

    assert found == (MARKED, True, False)


def test_what_a_killed_process_saved_is_found(path):
    """The file was never closed: what was saved is there all the same."""
    killed = SqliteStore(path)
    killed.save(CHAT, MARKED, 41)
    with closing(SqliteStore(path)) as after:
        found = after.load(CHAT), after.answered(41)
    killed.close()

    assert found == (MARKED, True)


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_only_the_owner_may_read_the_file(path, before):
    """Mode 600 for the database and what SQLite puts beside it, whatever it was before; the new folder is 700."""
    if before is not None:
        path.parent.mkdir(mode=0o755)
        path.touch()
        path.chmod(before)
    with closing(SqliteStore(path)) as store:
        store.save(CHAT, MARKED, 1)
        modes = {stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}

    assert modes == {0o600}
    assert before is not None or stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_chat_number_is_in_the_file(path, file):
    """Only its keyed hash."""
    file.save(CHAT, MARKED, 1)
    held = everything_in(path.parent)

    assert CHAT.encode() in held
    assert b"987654321" not in held
    assert (987654321).to_bytes(4, "big") not in held


@pytest.mark.parametrize("others", [0, 1, 400])
@pytest.mark.parametrize("reopened", [False, True])
def test_forgetting_leaves_no_row_and_no_byte(path, file, others, reopened):
    """Free pages, free space within pages and the write-ahead log: nothing of the chat is left in any file."""
    for n in range(others):
        file.save(chat_key(n, "others"), Session(need=f"other-{n}", options=("x" * 100,)), n)
    for turn in range(5):
        file.save(CHAT, Session(need="planted-need", options=("planted-option",) * (turn + 1)), 1000 + turn)
    file.save(CHAT, MARKED, 1010)
    assert b"planted" in everything_in(path.parent)
    if reopened:
        file.close()
        file = SqliteStore(path)

    file.forget(CHAT)
    file.save(CHAT, Session(), 1011)
    held = everything_in(path.parent)
    file.close()

    for trace in (b"planted", CHAT.encode(), CHAT[:12].encode()):
        assert trace not in held
        assert trace not in everything_in(path.parent)
    assert len(rows(path)) == others


def test_a_new_session_takes_no_row(path, file):
    """Whoever chose nothing is not in the file."""
    file.save(CHAT, Session(), 1)

    assert rows(path) == []


# --- A file that fails ----------------------------------------------------------------------------


def warned(caplog):
    """Whether the operator was told, and nothing of a session was."""
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert not any("planted" in words or CHAT in words for words in told)
    return bool(told)


def no_database(path):
    """Something else stands in the file."""
    path.parent.mkdir()
    path.write_bytes(b"this is no database, " * 1000)


def another_form(path):
    """A database of another program."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE sessions (something TEXT)")


def a_folder(path):
    """A folder has the file's name."""
    path.mkdir(parents=True)


def below_a_file(path):
    """A file has the folder's name."""
    path.parent.write_text("a file where a folder should be")


def damaged(path):
    """A database whose pages were overwritten."""
    with closing(SqliteStore(path)) as store:
        for n in range(200):
            store.save(chat_key(n, "others"), Session(options=("x" * 500,)), n)
    held = bytearray(path.read_bytes())
    held[4096:] = b"\xaa" * (len(held) - 4096)
    path.write_bytes(held)


@pytest.mark.parametrize("broken", [no_database, another_form, a_folder, below_a_file, damaged])
def test_people_are_answered_without_the_file(path, caplog, broken):
    """A file that is no database, is damaged or cannot be: sessions live in memory, and the log says so."""
    broken(path)
    with closing(SqliteStore(path)) as store:
        store.save(CHAT, MARKED, 41)
        found = store.load(CHAT), store.answered(41), store.load(OTHER), store.answered(42)
        store.forget(CHAT)
        after = store.load(CHAT)

    assert found == (MARKED, True, Session(), False)
    assert after == Session()
    assert warned(caplog)


def test_a_folder_in_the_files_place_is_left_as_it_is(tmp_path):
    """A setting that names a folder must not lock anybody out of it."""
    before = tmp_path.stat().st_mode
    SqliteStore(tmp_path).close()

    assert tmp_path.stat().st_mode == before


def test_a_file_that_turns_read_only_loses_nothing_that_follows(file, caplog):
    """What the file holds is read, what it will not take is kept in memory and wins over it."""
    file.save(CHAT, Session(need="old"), 1)
    file.save(OTHER, MARKED, 2)
    file._db.execute("PRAGMA query_only=ON")
    file.save(CHAT, MARKED, 3)
    found = file.load(CHAT), file.load(OTHER), file.answered(1), file.answered(3)
    file.forget(OTHER)
    forgotten = file.load(OTHER)

    assert found == (MARKED, MARKED, True, True)
    assert forgotten == Session()
    assert warned(caplog)


def test_a_file_that_can_be_written_again_is(path, file):
    """When the trouble is over the file has the last word."""
    file.save(CHAT, Session(need="old"), 1)
    file._db.execute("PRAGMA query_only=ON")
    file.save(CHAT, Session(need="newer"), 2)
    file._db.execute("PRAGMA query_only=OFF")
    file.save(CHAT, MARKED, 3)

    assert file.load(CHAT) == MARKED
    assert rows(path) == [(CHAT, dump(MARKED))]


def test_a_file_that_another_program_holds_is_worked_around(path, file, caplog):
    """A lock that does not go away costs nobody their answer."""
    file._db.execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        file.save(CHAT, MARKED, 1)
        found = file.load(CHAT), file.answered(1)

    assert found == (MARKED, True)
    assert warned(caplog)


@pytest.mark.parametrize("held", ["{", "", '{"v":9}', b"\xff\xfe", 5])
def test_a_row_that_cannot_be_read_is_a_new_session(path, file, held):
    """Somebody else wrote into the file."""
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO sessions VALUES (?, ?)", (CHAT, held))

    assert file.load(CHAT) == Session()


def test_a_file_without_permission_is_worked_around(path, caplog, monkeypatch):
    """The file is somebody else's: memory serves."""

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(module.os, "open", refuse)
    with closing(SqliteStore(path)) as store:
        store.save(CHAT, MARKED, 1)
        found = store.load(CHAT)

    assert found == MARKED
    assert warned(caplog)


@pytest.mark.parametrize("url", ["sqlite://{}", "memory:"])
def test_a_store_is_opened_by_its_address(path, url):
    """The two kinds there are."""
    with closing(open_store(url.format(path))) as store:
        assert isinstance(store, SqliteStore if url.startswith("sqlite") else MemoryStore)
        assert path.exists() is url.startswith("sqlite")
