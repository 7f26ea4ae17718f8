from __future__ import annotations

import asyncio
import logging
from contextlib import closing
from dataclasses import replace

import pytest
from telegram import Update

from bot.outcome import Help, MyData
from bot.reply import Button, Reply
from bot.session import Session
from bot.sessions import SqliteStore, chat_key
from bot.telegram.door import LONGEST_WAIT, TRIES, Door, catalogue_of
from bot.telegram.secrets import hide
from tests.bot_api import (
    BLOCKED,
    CUT_AFTER,
    CUT_BEFORE,
    NOT_FOUND,
    NOT_MODIFIED,
    PLACE,
    SERVER_ERROR,
    TOKEN,
    TOO_OLD,
    became,
    flood,
    garbage,
    message,
    presses,
    says,
    update,
)
from tests.telegram.conftest import SECRET

KEY = chat_key(7, SECRET)
PLANTED = "my name is Zubaida Planted and he hits me"


class Sayer:
    """A conversation that says what it is told to, and remembers what it heard."""

    languages = ("en", "ar", "fr", "pt", "tl", "zh-Hans", "zh-Hant", "prs")

    def __init__(self, reply=None):
        self.said = reply or Reply("Hello")
        self.heard = []
        self.spoken = []

    def turn(self, session, incoming, _today):
        """Hear something."""
        self.heard.append(incoming)
        return replace(session, met=True), Help()

    def reply(self, _outcome, language):
        """Say it."""
        self.spoken.append(language)
        return self.said


class Breaking(Sayer):
    """A conversation that cannot go on."""

    def turn(self, _session, incoming, _today):
        """Fail, with the person's words in the error."""
        raise ValueError(incoming)


def door_to(conversation, bot, store, today):
    """A door to another conversation."""
    return Door(bot, conversation, conversation, store, SECRET, lambda: today)


# --- Conversations --------------------------------------------------------------------------------


async def test_typing_leads_to_an_answer(api, handle):
    """A need, then a place, and the third message names who helps."""
    await handle(says("/start"), says("english classes"), says("jane and finch"))

    welcome, question, answer = api.sent(7)
    assert "Where do you live?" in welcome.text
    assert "You asked for: English classes" in question.text
    assert "1. Lantern Centre" in answer.text


async def test_buttons_lead_to_an_answer(api, handle):
    """Pressing alone, from /start to who helps, in one message that changes."""
    await handle(says("/start"))
    shown = api.latest[7]
    for label in ("North York", "Black Creek", "English and French classes", "English classes"):
        last = api.sent(7)[-1]
        await handle(presses(last.data(label), api.query(), message_id=shown))

    assert "You asked for: English classes. Place: Black Creek" in api.sent(7)[-1].text
    assert {call.values["message_id"] for call in api.sent(7)[1:]} == {shown}
    assert not api.unanswered()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (says("/nosuchcommand"), "Write where you live and what you need"),
        (says("/"), "Write where you live and what you need"),
        (update(message=message(sticker={"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1,
                "height": 1, "is_animated": False, "is_video": False})), "I can read only text and locations"),
        (update(message=message(photo=[{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}], caption="")),
         "I can read only text and locations"),
        (update(message=message(voice={"file_id": "v", "file_unique_id": "v", "duration": 1})),
         "I can read only text and locations"),
        (update(message=message(location=PLACE)), "Place: Black Creek"),
        (update(message=message(location=PLACE | {"live_period": 900})), "Place: Black Creek"),
        (update(message=message(venue={"location": PLACE, "title": "Home", "address": "1 Example St"})),
         "Place: Black Creek"),
        (update(message=message(location={"latitude": 0, "longitude": 0})), "outside Toronto"),
    ],
    ids=["unknown command", "slash", "sticker", "photo", "voice", "location", "live location", "venue", "far away"],
)  # fmt: skip
async def test_whatever_a_person_sends_is_answered(api, handle, door, sent, shown):
    """One message comes back, saying what can be done with theirs."""
    await handle(sent)

    assert len(api.sent(7)) == 1
    assert shown in api.sent(7)[0].text
    assert not door.counts["failed"]


async def test_a_position_is_used_and_forgotten(handle, store):
    """The neighbourhood of a shared location is kept, the location is not."""
    await handle(update(message=message(location=PLACE)))

    assert store.load(KEY) == Session(spoken="en", place="n.black-creek", asked="need", met=True)


async def test_an_old_message_that_cannot_be_edited_gets_a_new_one_below(api, handle):
    """Telegram has let go of the button's message: the answer comes as a new message."""
    await handle(presses("1 go help", api.query(), message_id=None))

    assert [call.method for call in api.sent(7)] == ["sendMessage"]
    assert not api.unanswered()


async def test_a_button_without_any_message_is_answered_in_the_persons_chat(api, handle):
    """An inline button of who knows what message still finds its person."""
    pressed = presses("1 go help", api.query())
    del pressed["callback_query"]["message"]

    await handle(pressed)

    assert [call.chat for call in api.sent()] == [7]
    assert not api.unanswered()


@pytest.mark.parametrize(
    "data",
    ["", "start", "0 go help", "2 go help", "1", "1 go nowhere", "1 place n.atlantis", "1 need ../../etc/passwd",
     "1 page -9", "1 page 99999999999999999999", "1 parts d.york -1", "1 lang xx", "1 lip <b>", "1 go go",
     "1 \u0000", "1 area health'; DROP TABLE sessions", "1 need " + "😀" * 30, "é" * 64],
)  # fmt: skip
async def test_old_and_forged_button_data_gets_a_kind_answer(api, handle, door, data):
    """Whatever a button is made to carry, an answer comes and nothing fails."""
    await handle(presses(data, api.query(), message_id=api.message(7)))

    assert len(api.sent(7)) == 1
    assert not api.unanswered()
    assert not door.counts["failed"]


# --- What Telegram refuses ------------------------------------------------------------------------


async def test_pressing_the_same_button_twice_changes_nothing_and_sends_nothing(api, handle, door):
    """'Message is not modified' is no failure, and no reason to send the message again."""
    shown = api.message(7)
    await handle(*(presses("1 go help", api.query(), message_id=shown) for _ in range(2)))

    assert [call.method for call in api.sent(7)] == ["editMessageText"] * 2
    assert not door.counts["failed"]
    assert not api.unanswered()


async def test_a_query_that_is_too_old_is_quiet(api, handle, door, caplog):
    """The answer is shown though the press can no longer be acknowledged."""
    api.fail("answerCallbackQuery", TOO_OLD)
    await handle(presses("1 go help", "12345", message_id=api.message(7)))

    assert len(api.sent(7)) == 1
    assert not door.counts["failed"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "failure",
    [TOO_OLD, NOT_MODIFIED, BLOCKED, SERVER_ERROR, CUT_BEFORE, CUT_AFTER, flood(3), garbage("{"), garbage("[]")],
)
async def test_no_trouble_with_acknowledging_costs_the_answer_or_the_session(api, handle, store, failure):
    """However the acknowledgement fails, what was pressed counts."""
    api.fail("answerCallbackQuery", failure)
    await handle(presses("1 need esl", api.query(), message_id=api.message(7)))

    assert len(api.sent(7)) == 1
    assert store.load(KEY).need == "esl"


async def test_a_press_is_acknowledged_even_when_its_answer_fails(api, bot, store, today):
    """No button spins for ever."""
    door = door_to(Breaking(), bot, store, today)
    await door.handle(Update.de_json(presses("1 go help", api.query(), message_id=api.message(7)), bot))

    assert not api.unanswered()
    assert door.counts["failed"] == 1


async def test_a_message_that_is_gone_is_sent_anew(api, handle):
    """The person deleted the message with the button: the answer comes as a new one."""
    api.fail("editMessageText", NOT_FOUND)
    await handle(presses("1 go help", api.query(), message_id=api.message(7)))

    assert [call.method for call in api.sent(7)] == ["editMessageText", "sendMessage"]


@pytest.mark.parametrize("failure", [CUT_BEFORE, CUT_AFTER, SERVER_ERROR])
async def test_an_edit_is_made_again_after_a_cut(api, handle, door, failure):
    """An edit does no harm twice."""
    api.fail("editMessageText", failure)
    await handle(presses("1 go help", api.query(), message_id=api.message(7)))

    assert [call.method for call in api.sent(7)] == ["editMessageText"] * 2
    assert not door.counts["failed"]


async def test_an_edit_is_given_up_after_a_few_cuts(api, handle, door):
    """Nobody is asked for ever."""
    api.fail("editMessageText", *[CUT_BEFORE] * TRIES)
    await handle(presses("1 go help", api.query(), message_id=api.message(7)))

    assert len(api.sent(7)) == TRIES
    assert door.counts["failed"] == 1


@pytest.mark.parametrize("failure", [CUT_BEFORE, CUT_AFTER, SERVER_ERROR, garbage("{"), garbage("[]"), garbage("{}")])
async def test_a_message_that_may_have_arrived_is_not_sent_twice_and_its_session_is_kept(
    api, handle, door, store, failure
):
    """What the person says next finds the session of the message that they may have seen."""
    api.fail("sendMessage", failure)
    await handle(says("english classes"), says("jane and finch"))

    assert len(api.sent(7)) == 2
    assert "1. Lantern Centre" in api.sent(7)[1].text
    assert door.counts["failed"] == 1
    assert store.load(KEY).need == "esl"


async def test_a_message_that_never_left_is_sent_again(api, handle, bot, door, waits, monkeypatch):
    """Nobody listened at first: surely nothing arrived, so the message is sent once more."""
    address = bot._base_url
    monkeypatch.setattr(bot, "_base_url", f"http://127.0.0.1:1/bot{TOKEN}")
    real = asyncio.sleep

    async def listening_again(seconds):
        waits.append(seconds)
        bot._base_url = address
        await real(0)

    monkeypatch.setattr("bot.telegram.door.asyncio.sleep", listening_again)
    await handle(says("/start"))

    assert len(api.sent(7)) == 1
    assert len(waits) == 1
    assert not door.counts["failed"]


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_flood_is_waited_out_and_the_answer_sent_again(api, handle, door, waits, method):
    """Telegram asks to wait: exactly so long, then the answer comes."""
    api.fail(method, flood(3), flood(5))
    pressed = presses("1 go help", api.query(), message_id=api.message(7))
    await handle(says("/start") if method == "sendMessage" else pressed)

    assert waits == [3, 5]
    assert [call.method for call in api.sent(7)] == [method] * 3
    assert door.counts["slowed"] == 2
    assert not door.counts["failed"]


@pytest.mark.parametrize("failures", [[flood(1)] * TRIES, [flood(int(LONGEST_WAIT) + 1)]])
async def test_flood_without_end_is_a_failure_that_is_counted(api, handle, door, failures):
    """An answer that never got out is not counted as given; a new message is no way around an edit's flood."""
    api.fail("editMessageText", *failures)
    await handle(presses("1 go help", api.query(), message_id=api.message(7)))

    assert [call.method for call in api.sent(7)] == ["editMessageText"] * len(failures)
    assert door.counts["failed"] == 1


async def test_a_chat_that_waits_keeps_no_other_waiting(api, handle, monkeypatch):
    """Telegram slows one chat; another is answered meanwhile."""
    waiting, over = asyncio.Event(), asyncio.Event()

    async def wait(_seconds):
        waiting.set()
        await over.wait()

    api.fail("sendMessage", flood(30))
    monkeypatch.setattr("bot.telegram.door.asyncio.sleep", wait)
    slowed = asyncio.create_task(handle(says("/start", chat=1)))
    await waiting.wait()
    await handle(says("/start", chat=2))
    answered_meanwhile = len(api.sent(2)), len(api.sent(1)), slowed.done()
    over.set()
    await slowed

    assert answered_meanwhile == (1, 1, False)
    assert len(api.sent(1)) == 2


@pytest.mark.parametrize("pressing", [False, True])
async def test_a_person_who_blocked_the_bot_is_forgotten(api, handle, door, store, pressing):
    """403 deletes what was kept, and is no failure."""
    store.save(KEY, Session(language="fr", need="esl"), 1)
    method = "editMessageText" if pressing else "sendMessage"
    api.fail(method, BLOCKED)
    await handle(presses("1 go help", api.query(), message_id=api.message(7)) if pressing else says("/help"))

    assert store.load(KEY) == Session()
    assert door.counts["gone"] == 1
    assert not door.counts["failed"]


@pytest.mark.parametrize(
    ("status", "kind", "forgotten"),
    [("kicked", "private", True), ("member", "private", False), ("kicked", "supergroup", True), ("left", "group", True),
     ("member", "group", False), ("kicked", "channel", False)],
)  # fmt: skip
async def test_a_chat_that_threw_the_bot_out_is_forgotten(api, handle, store, status, kind, forgotten):
    """Blocking deletes what was kept, without a word; unblocking says nothing either."""
    store.save(KEY, Session(language="fr"), 1)
    await handle(became(status, kind=kind))

    assert (store.load(KEY) == Session()) is forgotten
    assert not api.calls


# --- Failures, logs, repeats ----------------------------------------------------------------------


async def test_a_failed_handler_is_counted_and_the_next_is_answered(api, handle, door, monkeypatch):
    """One person's bad luck stops nobody."""
    with monkeypatch.context() as broken:
        broken.setattr(door, "_talk", Breaking())
        await handle(says(PLANTED, chat=987654321))
    await handle(says("/start"))

    assert door.counts["failed"] == 1
    assert len(api.sent(7)) == 1


async def test_no_log_line_holds_the_token_or_a_persons_words_or_chat(api, handle, door, caplog, monkeypatch):
    """Whatever goes wrong, at DEBUG, not a word, a chat's number or the token is written."""
    caplog.set_level(logging.DEBUG)
    hide(TOKEN)
    failures = [SERVER_ERROR, CUT_BEFORE, CUT_AFTER, BLOCKED, flood(999), garbage(f'{{"ok": {PLANTED}'), garbage("[]")]
    api.fail("sendMessage", *failures)
    for _ in failures:
        await handle(says(PLANTED, chat=987654321))
    await handle(presses(PLANTED, "12345", chat=987654321, message_id=5))
    monkeypatch.setattr(door, "_talk", Breaking())
    await handle(says(PLANTED, chat=987654321))
    logging.getLogger("somebody").error("calling https://example.org/bot%s/getMe", TOKEN)

    written = "\n".join(f"{r.name} {r.getMessage()} {r.exc_info} {r.exc_text} {r.args}" for r in caplog.records)
    assert "an update failed: ValueError in turn:" in written
    assert "bot(token)/getMe" in written
    for secret in (TOKEN, "planted-token", "Zubaida", "hits me", "987654321", SECRET):
        assert secret not in written


async def test_a_traceback_with_words_in_it_is_left_out_of_the_log(caplog):
    """An exception's own text stays out, whoever logs it."""
    hide(TOKEN)
    try:
        int(PLANTED)
    except ValueError:
        logging.getLogger("somebody").exception("it failed")

    assert "it failed" in caplog.text
    assert "Zubaida" not in caplog.text


async def test_a_repeated_update_is_answered_once(api, handle, door):
    """Telegram sends an update again: nothing happens."""
    one = says("/start")
    await handle(one, one)

    assert len(api.sent(7)) == 1
    assert door.counts["repeated"] == 1


async def test_copy_buttons_and_empty_rows(api, bot, store, today):
    """A number to copy is a button of its own kind; a row without buttons is left out."""
    said = Reply("Call <b>2-1-1</b> &amp; ask", ((), (Button("2-1-1", copy="211"), Button("Help", data="1 go help"))))
    await door_to(Sayer(said), bot, store, today).handle(Update.de_json(says("hello"), bot))

    assert api.sent(7)[0].buttons == {
        "2-1-1": {"text": "2-1-1", "copy_text": {"text": "211"}},
        "Help": {"text": "Help", "callback_data": "1 go help"},
    }
    assert api.sent(7)[0].text == "Call 2-1-1 & ask"
    assert api.sent(7)[0].values["link_preview_options"] == {"is_disabled": True}


async def test_a_reply_without_buttons(api, bot, store, today):
    """No keyboard is sent where there is none."""
    await door_to(Sayer(Reply("Hello", ((),))), bot, store, today).handle(Update.de_json(says("hello"), bot))

    assert "reply_markup" not in api.sent(7)[0].values


@pytest.mark.parametrize("trouble", ["no database", "read-only"])
async def test_a_store_that_fails_costs_nobody_their_answer(api, handle, door, tmp_path, caplog, trouble):
    """Damaged or read-only, the conversation goes on, and the operator is told."""
    path = tmp_path / "sessions.sqlite3"
    if trouble == "no database":
        path.write_bytes(b"this is no database, " * 1000)
    with closing(SqliteStore(path)) as store:
        if trouble == "read-only":
            store._db.execute("PRAGMA query_only=ON")
        door._store = store
        await handle(says("english classes"), says("jane and finch"))

    assert "1. Lantern Centre" in api.sent(7)[1].text
    assert not door.counts["failed"]
    assert [record for record in caplog.records if record.name.startswith("bot.sessions")]


# --- Languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "tag"),
    [("zh-hans", "zh-Hans"), ("zh-cn", "zh-Hans"), ("zh", "zh-Hans"), ("zh-tw", "zh-Hant"), ("zh-hk", "zh-Hant"),
     ("zh-hant", "zh-Hant"), ("zh-hant-tw", "zh-Hant"), ("zh-Hans-CN", "zh-Hans"), ("fil", "tl"), ("fil-ph", "tl"),
     ("tl", "tl"), ("pt-br", "pt"), ("pt", "pt"), ("fr-ca", "fr"), ("AR", "ar"), ("fa-af", "prs"), ("en", "en"),
     ("en-us", "en"), ("xx", None), ("x", None), ("-", None), ("", None)],
)  # fmt: skip
async def test_telegrams_language_setting_finds_its_catalogue(bot, store, today, setting, tag):
    """At first contact the setting of a person's Telegram says which language to speak, or else it is English."""
    conversation = Sayer()
    await door_to(conversation, bot, store, today).handle(Update.de_json(says("hi", language=setting), bot))

    assert catalogue_of(setting, Sayer.languages) == tag
    assert conversation.spoken == [tag or "en"]


async def test_a_person_without_a_language_setting_is_answered_in_english(api, handle):
    """The setting is optional, and so is the sender."""
    bare = says("/start")
    del bare["message"]["from"]["language_code"]
    unsigned = says("/start")
    del unsigned["message"]["from"]
    await handle(bare, unsigned)

    assert all("Where do you live?" in call.text for call in api.sent(7))


async def test_a_chosen_language_outlives_telegrams_setting(api, handle, store):
    """Whoever chose French gets French, whatever their telephone is set to."""
    store.save(KEY, Session(language="fr", met=True), 1)
    await handle(says("/start", language="ar"))

    assert store.load(KEY).language == "fr"
    assert "Toronto" in api.sent(7)[0].text


@pytest.mark.parametrize("field", ["language", "spoken", "offered"])
@pytest.mark.parametrize("held", ["tlh", "../../etc", "x", ""])
async def test_a_language_whose_catalogue_is_gone_is_forgotten_not_fatal(api, handle, door, store, field, held):
    """A session from before a catalogue was taken away still gets its answer."""
    store.save(KEY, Session(met=True, **{field: held}), 1)
    await handle(says("/mydata"))

    assert "Language: not chosen." in api.sent(7)[0].text
    assert not door.counts["failed"]


# --- What is held of a person ---------------------------------------------------------------------


HELD = {
    "language": (Session(language="en"), Session(language="fr")),
    "spoken": (Session(language="en"), Session(language="en", spoken="fr")),
    "place": (Session(language="en"), Session(language="en", place="v.jane-and-finch")),
    "need": (Session(language="en"), Session(language="en", need="esl")),
    "page": (Session(language="en"), Session(language="en", page=3)),
    "asked": (Session(language="en"), Session(language="en", asked="place")),
    "options": (
        Session(language="en", asked="which-need"),
        Session(language="en", asked="which-need", options=("esl",)),
    ),
    "offered": (Session(language="en"), Session(language="en", offered="fr")),
    "met": (Session(language="en"), Session(language="en", met=True)),
}
"""For each field of a session, two that differ in it alone."""


@pytest.mark.parametrize("field", Session.__dataclass_fields__)
def test_mydata_shows_every_field_of_the_session(talk, replies, field):
    """Whatever is held of a chat is told; a field that is new here has to be told too."""
    assert field in HELD, f"show {field!r} in /mydata, then add it here"

    shown = [replies.reply(MyData(session=one, understood=talk._understood(one)), "en").text for one in HELD[field]]

    assert shown[0] != shown[1]


async def test_forget_leaves_a_new_chat(api, handle, store):
    """/forget deletes, says so in the person's language, and the next message is a first one."""
    await handle(says("/start"), says("english classes"), says("/forget"))

    assert store.load(KEY) == Session()
    assert "deleted" in api.sent(7)[-1].text

    await handle(says("/mydata"))

    assert "Need: none." in api.sent(7)[-1].text
