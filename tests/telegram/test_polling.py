from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import pytest

from bot.sessions import SqliteStore, chat_key
from bot.settings import InvalidSetting, read
from bot.telegram import polling
from bot.telegram.secrets import hide
from tests.bot_api import (
    CONFLICT,
    CUT_AFTER,
    CUT_BEFORE,
    SERVER_ERROR,
    TOKEN,
    UNAUTHORIZED,
    Failure,
    flood,
    garbage,
    presses,
    says,
)
from tests.telegram.conftest import SECRET

PLANTED = "my name is Zubaida Planted and he hits me"


@pytest.fixture
def poller(talk, replies, store, today):
    """The loop that has not begun."""
    return polling.Poller(talk, replies, store, SECRET, lambda: today)


def settings_for(api):
    """The settings of a bot that talks to the stand-in."""
    return read({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "STORE_URL": "memory:"})


async def test_an_update_is_confirmed_only_after_it_was_handled(api, running):
    """While an answer is on its way, Telegram still holds the update."""
    gate, first = api.hold(7), says("/start")
    async with running():
        await api.add(first)
        await api.until(lambda: api.sent(7))
        asked_before = max(api.polls)
        gate.set()
        await api.confirmed(first["update_id"])

    assert asked_before <= first["update_id"]
    assert len(api.sent(7)) == 1


async def test_answers_of_one_chat_keep_their_order_and_chats_do_not_wait_for_each_other(api, running):
    """A slow chat is answered in the order of its messages; another is done long before."""
    gate = api.hold(1)
    slow = [says(text, chat=1) for text in ("/start", "/help", "/privacy")]
    async with running():
        await api.add(slow[0], says("/start", chat=2), slow[1], slow[2], says("/help", chat=2))
        await api.until(lambda: len(api.sent(2)) == 2 and api.sent(1))
        begun = len(api.sent(1))
        gate.set()
        await api.confirmed(slow[-1]["update_id"])

    texts = [call.text.splitlines()[0] for call in api.sent(1)]
    assert begun == 1
    assert [words[:9] for words in texts[:2]] == ["Hello. I ", "Write whe"]
    assert len(texts) == 3


async def test_an_update_that_telegram_sends_again_is_answered_once(api, running):
    """The same update in the next batch is known."""
    one = says("/start")
    async with running() as (poller, _):
        await api.add(one)
        await api.confirmed(one["update_id"])
        await api.add(one, says("/help"))
        await api.until(lambda: len(api.sent(7)) == 2)

    assert poller.door.counts["repeated"] == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"message": None},
        {"message": "hello"},
        {"message": []},
        {"message": {}},
        {"message": {"message_id": 1, "date": 1}},
        {"message": {"message_id": 1, "date": "yesterday", "chat": {"id": 7, "type": "private"}, "text": PLANTED}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": [7], "type": "private"}, "text": PLANTED}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": "7", "type": "private"}, "text": PLANTED}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": 5}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "location": {"latitude": "N"}}},
        {"callback_query": {"id": "1"}},
        {"callback_query": {"id": "1", "from": {"id": 7}, "message": 5, "data": PLANTED}},
        {"my_chat_member": {"chat": 7}},
        {"nonsense": 5},
        {},
    ],
)
async def test_a_malformed_update_is_dropped_counted_and_not_asked_for_again(api, running, caplog, bad):
    """What cannot be read stops nobody, is never asked for twice, and leaves no words in the log."""
    caplog.set_level(logging.DEBUG)
    hide(TOKEN)
    after = says("/start", chat=8)
    broken = {"update_id": after["update_id"] - 1} | bad
    async with running() as (poller, _):
        await api.add(broken, after)
        await api.confirmed(after["update_id"])

    counts = poller.door.counts
    assert counts["malformed"] + counts["failed"] + counts["silent"] == 1
    assert len(api.sent(8)) == 1
    assert sum(offset <= broken["update_id"] for offset in api.polls) <= 2
    assert "Zubaida" not in caplog.text


@pytest.mark.parametrize("bad", ["hello", None, 5, [], {"update_id": "x"}, {"update_id": None}])
async def test_an_update_without_a_number_makes_the_bot_pause(api, running, waits, bad):
    """Nothing can confirm it: it is asked for again, but not at full speed, and the others are answered."""
    async with running() as (poller, _):
        await api.add(bad)
        await api.until(lambda: len(api.polls) > 3)
        await api.add(says("/start"))
        await api.until(lambda: api.sent(7))

    assert waits[:2] == [0.5, 1.0]
    assert poller.door.counts["malformed"] >= 3


@pytest.mark.parametrize(
    "failure",
    [
        SERVER_ERROR,
        CUT_BEFORE,
        CUT_AFTER,
        CONFLICT,
        UNAUTHORIZED,
        Failure(502, body="Bad Gateway"),
        flood(4),
        *map(garbage, ["{", "", "[]", "{}", "null", '"hello"', "[" * 20_000]),
        *(garbage(f'{{"ok": true, "result": {result}}}') for result in ("true", "{}", "null", '"hello"')),
    ],
    ids=lambda failure: failure.description or (failure.body or "cut")[:30],
)
async def test_a_failed_request_for_updates_is_made_again_after_a_pause(api, running, waits, caplog, failure):
    """Nothing is lost, and Telegram is not asked at full speed."""
    api.fail("getUpdates", failure)
    one = says("/start")
    async with running():
        await api.add(one)
        await api.confirmed(one["update_id"])

    assert len(waits) == 1
    assert len(api.sent(7)) == 1
    assert failure.retry_after or [record for record in caplog.records if record.name == "bot.telegram.polling"]


async def test_pauses_grow_and_begin_anew(api, running, waits):
    """Each failure in a row doubles the pause; an answer ends the row."""
    api.fail("getUpdates", *[SERVER_ERROR] * 3)
    one, two = says("/start"), says("/help")
    async with running():
        await api.add(one)
        await api.confirmed(one["update_id"])
        api.fail("getUpdates", SERVER_ERROR)
        await api.add(two)
        await api.until(lambda: len(waits) == 4)

    assert waits == [0.5, 1.0, 2.0, 0.5]


async def test_words_in_an_answer_that_cannot_be_read_stay_out_of_the_log(api, running, caplog):
    """The library would log the whole answer, with everybody's messages."""
    caplog.set_level(logging.DEBUG)
    hide(TOKEN)
    api.fail("getUpdates", garbage(f'{{"ok": true, "result": [{{"text": "{PLANTED}"'), Failure(500, body=PLANTED))
    async with running():
        await api.add(says("/start"))
        await api.until(lambda: api.sent(7))

    assert "asking for updates failed" in caplog.text
    assert "Zubaida" not in caplog.text
    assert TOKEN not in caplog.text


async def test_stopping_finishes_what_began_and_confirms_it(api, running):
    """The answers of a batch all get out, Telegram is told, and nothing new is begun."""
    gate = api.hold(7)
    batch = [says("/start"), says("/help")]
    async with running() as (_, stop):
        await api.add(*batch)
        await api.until(lambda: api.sent(7))
        stop.set()
        later = says("/start", chat=8)
        await api.add(later)
        gate.set()

    assert len(api.sent(7)) == 2
    assert not api.sent(8)
    assert max(api.polls) == later["update_id"]


async def test_stopping_while_nothing_happens_is_at_once(api, running):
    """A held request for updates is let go, and no update is confirmed that nobody handled."""
    async with running():
        await api.until(lambda: api.polls)

    assert api.polls == [0]


REST = polling._rest


@pytest.mark.parametrize(("seconds", "later"), [(0.0, 0.0), (4.0, 8.0), (30.0, 30.0)])
async def test_a_pause_ends_when_it_is_time_to_stop(seconds, later):
    """Nobody waits for a pause to be over; the next one is longer, but half a minute at most."""
    stop = asyncio.Event()
    if seconds:
        stop.set()

    assert await REST(stop, seconds) == later


class Watched(SqliteStore):
    """A store that tells when it has saved."""

    def __init__(self, path):
        super().__init__(path)
        self.saved = asyncio.Event()

    def save(self, *what):
        """Save, and tell."""
        super().save(*what)
        self.saved.set()


async def test_after_a_kill_nobody_is_left_out_or_answered_twice(api, bot, talk, replies, today, tmp_path):
    """One of two was answered when the process died: the next process answers the other alone."""
    path = tmp_path / "sessions.sqlite3"
    gate, batch = api.hold(2), [says("english classes", chat=1), says("/start", chat=2)]
    store = Watched(path)
    first = polling.Poller(talk, replies, store, SECRET, lambda: today)
    task = asyncio.create_task(first.poll(bot, asyncio.Event()))
    await api.add(*batch)
    await store.saved.wait()
    await api.until(lambda: api.sent(2))
    task.cancel()
    await asyncio.wait([task])
    store.close()
    gate.set()

    store, stop = SqliteStore(path), asyncio.Event()
    second = polling.Poller(talk, replies, store, SECRET, lambda: today)
    task = asyncio.create_task(second.poll(bot, stop))
    await api.confirmed(batch[-1]["update_id"])
    stop.set()
    await task
    kept = store.load(chat_key(1, SECRET))
    store.close()

    assert second.door.counts["repeated"] == 1
    assert len(api.sent(1)) == 1
    assert len(api.sent(2)) == 2  # the killed process had begun to send; no answer came back before it died
    assert kept.need == "esl"


# --- The whole process ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_bot(api, poller, name):
    """Control-C and `kill` end it after the answers that began."""
    task = asyncio.create_task(polling._run(settings_for(api), TOKEN, poller))
    await api.add(says("/start"))
    await api.until(lambda: api.sent(7))
    os.kill(os.getpid(), name)
    await task

    assert len(api.sent(7)) == 1


@pytest.mark.parametrize("failure", [SERVER_ERROR, CUT_BEFORE, CUT_AFTER, flood(2), garbage("{")])
async def test_the_start_waits_for_telegram(api, poller, caplog, waits, failure):
    """A bot that starts before its network does keeps trying, and says so."""
    api.fail("getMe", failure, failure)
    task = asyncio.create_task(polling._run(settings_for(api), TOKEN, poller))
    await api.add(says("/start"))
    await api.until(lambda: api.sent(7))
    os.kill(os.getpid(), signal.SIGTERM)
    await task

    assert waits == [0.5, 1.0]
    assert "TELEGRAM_API_URL" in caplog.text


async def test_a_stop_before_telegram_was_reached_is_heeded(api, poller, monkeypatch):
    """Nobody has to wait for a network to stop the bot."""

    async def rest(stop, _seconds):
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()
        return 1.0

    monkeypatch.setattr(polling, "_rest", rest)
    api.fail("getMe", SERVER_ERROR)
    await polling._run(settings_for(api), TOKEN, poller)

    assert not api.polls


@pytest.mark.parametrize("where", ["start", "later"])
async def test_a_refused_token_is_said_without_the_token(api, poller, where):
    """One sentence that names the setting."""
    token = TOKEN + "x" if where == "start" else TOKEN
    if where == "later":
        api.fail("getMe", SERVER_ERROR, UNAUTHORIZED)
    with pytest.raises(InvalidSetting) as refused:
        await polling._run(settings_for(api), token, poller)

    assert "TELEGRAM_BOT_TOKEN" in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_the_command_answers_and_stops(api, tmp_path):
    """`python -m bot telegram`, from its start to a signal, at DEBUG: nothing secret is written, the store stays."""
    path = tmp_path / "sessions.sqlite3"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "telegram", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "STORE_URL": f"sqlite://{path}",
                          "LOG_LEVEL": "DEBUG"},
    )  # fmt: skip
    last = presses("1 go mydata", api.query(), message_id=api.message(7))
    await api.add(says("english classes"), last)
    await api.confirmed(last["update_id"])
    process.send_signal(signal.SIGTERM)
    written, _ = await process.communicate()

    assert process.returncode == 0
    assert "Need: English classes." in api.sent(7)[-1].text
    assert b"answered with MyData" in written
    assert TOKEN.encode() not in written
    assert b"english classes" not in written
    assert SqliteStore(path).load(chat_key(7, TOKEN)).need == "esl"


async def test_the_command_says_that_a_token_is_refused(api):
    """Exit code 1, and one sentence on standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "telegram", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"TELEGRAM_BOT_TOKEN": "1" + TOKEN, "TELEGRAM_API_URL": api.url, "STORE_URL": "memory:"},
    )  # fmt: skip
    out, said = await process.communicate()

    assert (process.returncode, out) == (1, b"")
    assert said.decode().splitlines()[-1].startswith("Telegram refuses the token in TELEGRAM_BOT_TOKEN")
    assert TOKEN.encode() not in said
