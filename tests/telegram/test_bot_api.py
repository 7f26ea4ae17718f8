from __future__ import annotations

import pytest

from tests.bot_api import BotApi, plain, violations


def call(text="Hello", **more):
    """A call to sendMessage."""
    return "sendMessage", {"chat_id": 7, "text": text, "parse_mode": "HTML", **more}


def keyboard(*buttons):
    """A call to sendMessage with one row of buttons."""
    return call(reply_markup={"inline_keyboard": [list(buttons)]})


@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMesage", {}, "there is no such method"),
        ("sendMessage", {"text": "Hello"}, "chat_id: Field required"),
        (*call(txet="Hello"), "unknown field txet"),
        (*call(link_preview_options={"disabled": True}), "unknown field disabled"),
        (*call(""), "0 UTF-16 units"),
        (*call("<b> </b>"), "0 UTF-16 units"),
        (*call("😀" * 2049), "4098 UTF-16 units"),
        (*call("<b>Hello"), "<b> is not closed"),
        (*call("<b>Hel<i>lo</b></i>"), "closes what is not open"),
        (*call("a < b"), "not escaped"),
        (*call("you & me"), "not escaped"),
        (*call("one<br>two"), "<br> is not supported"),
        (*call(parse_mode="Markdown"), "parse mode"),
        (*keyboard({"text": "", "callback_data": "1"}), "has no text"),
        (*keyboard({"text": "Help", "callback_data": "é" * 33}), "66 bytes"),
        (*keyboard({"text": "Help", "callback_data": ""}), "0 bytes"),
        (*keyboard({"text": "Call", "copy_text": {"text": "1" * 257}}), "copies 257"),
        (*keyboard({"text": "Call", "url": "tel:+14165550100"}), "Telegram refuses"),
        (*keyboard({"text": "Call", "url": "sms:211"}), "Telegram refuses"),
        (*keyboard({"text": "Help"}), "should do one thing"),
        (*keyboard({"text": "Help", "callback_data": "1", "url": "https://example.org"}), "should do one thing"),
        (*keyboard({"text": "Help", "callback": "1"}), "unknown field callback"),
        (*keyboard(), "empty row"),
        ("editMessageText", {"text": "Hello"}, "no message to edit"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, "longer than 200"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "-"}]}, "is not allowed"),
    ],
)
def test_a_call_that_telegram_would_refuse_is_told(method, values, words):
    """The stand-in is no more patient than Telegram."""
    assert any(words in said for said in violations(method, values))


@pytest.mark.parametrize(
    ("method", "values"),
    [
        call("<b>Hello</b> &lt;you&gt; &amp; me"),
        call("😀" * 2048),
        call("<b></b>" * 1000 + "Hello"),
        keyboard({"text": "211", "copy_text": {"text": "211"}}, {"text": "Help", "callback_data": "é" * 32}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "Begin"}]}),
        ("getUpdates", {"offset": 1, "timeout": 50, "allowed_updates": ["message"]}),
    ],
)
def test_a_call_that_telegram_takes_is_taken(method, values):
    """Nothing allowed is refused."""
    assert not violations(method, values)


def test_markup_is_taken_out():
    """What is counted and compared is the text that a person sees."""
    assert plain("<b>R&amp;D</b> &lt;3")[0] == "R&D <3"


async def test_a_wrong_call_fails_the_test(bot, api):
    """Whoever breaks the rules is told by name when the server closes, if not before."""
    with pytest.raises(Exception, match="64 are allowed"):
        await bot.send_message(
            7, "Hello", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b" * 65}]]}
        )
    wrong, api.wrong = api.wrong, []

    assert wrong == ["sendMessage: the button 'a' carries 65 bytes, 1 to 64 are allowed"]

    other = await BotApi().start()
    other.wrong = wrong
    with pytest.raises(AssertionError, match="65 bytes"):
        await other.close()


async def test_updates_come_until_they_are_confirmed(bot, api):
    """As Telegram does it: an offset confirms what is before it, and only that."""
    await api.add({"update_id": 5}, {"update_id": 6})

    assert [len(await bot.raw_updates(offset, seconds=0)) for offset in (0, 0, 6, 7, 0)] == [2, 2, 1, 0, 0]
