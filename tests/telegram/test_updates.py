from __future__ import annotations

import pytest
from telegram import Update

from bot.model import Point
from bot.talk import Choice, Command, Position, Something, Words
from bot.telegram.updates import Received, received
from tests.bot_api import BOT_USER, NAME, PLACE, became, message, person, presses, says, update

GROUP = {"chat": -100, "kind": "supergroup"}
STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1, "is_animated": False,
           "is_video": False}  # fmt: skip
FILE = {"file_id": "f", "file_unique_id": "f"}
TO_THE_BOT = {
    "message_id": 3,
    "date": 1,
    "chat": {"id": -100, "type": "supergroup"},
    "from": BOT_USER,
    "text": "Where?",
}
TO_ANOTHER = TO_THE_BOT | {"from": {"id": 8, "is_bot": False, "first_name": "Omar", "username": "omar"}}


def read(raw):
    """What an update says."""
    return received(Update.de_json(raw, None), NAME)


@pytest.mark.parametrize(
    ("raw", "incoming"),
    [
        (says("dentist in rexdale"), Words("dentist in rexdale")),
        (says("  "), Words("  ")),
        (says("/start"), Command("start")),
        (says("/START"), Command("start")),
        (says("/start ref_12"), Command("start", "ref_12")),
        (says("/need  food  bank "), Command("need", "food  bank")),
        (says("/need\nfood bank\nplease"), Command("need", "food bank\nplease")),
        (says(f"/start@{NAME}"), Command("start")),
        (says(f"/place@{NAME.upper()} rexdale"), Command("place", "rexdale")),
        (says("/"), Command("")),
        (says("/ start"), Command("start")),
        (says("not /start"), Words("not /start")),
        (update(message=message(location=PLACE)), Position(Point(**PLACE))),
        (update(message=message(location=PLACE | {"live_period": 60})), Position(Point(**PLACE))),
        (update(message=message(venue={"location": PLACE, "title": "A", "address": "B"})), Position(Point(**PLACE))),
        (update(message=message(sticker=STICKER)), Something()),
        (update(message=message(photo=[FILE | {"width": 1, "height": 1}])), Something()),
        (update(message=message(photo=[FILE | {"width": 1, "height": 1}], caption="")), Something()),
        (update(message=message(voice=FILE | {"duration": 1})), Something()),
        (update(message=message(video_note=FILE | {"duration": 1, "length": 1})), Something()),
        (update(message=message(document=FILE)), Something()),
        (update(message=message(contact={"phone_number": "1", "first_name": "A"})), Something()),
        (update(message=message(dice={"emoji": "🎲", "value": 3})), Something()),
        (says(f"@{NAME} dentist", **GROUP), Words("dentist")),
        (says(f"dentist, @{NAME.upper()}?", **GROUP), Words("dentist, ?")),
        (says(f"İİİ @{NAME} İstanbul", **GROUP), Words("İİİ  İstanbul")),
        (says("dentist", **GROUP, reply_to_message=TO_THE_BOT), Words("dentist")),
        (says(f"/need@{NAME} dentist", **GROUP), Command("need", "dentist")),
    ],
)
def test_what_is_meant_for_the_bot_is_understood(raw, incoming):
    """Words, commands, positions and everything else, in private and when addressed in a group."""
    assert read(raw).incoming == incoming


@pytest.mark.parametrize(
    "raw",
    [
        says("dentist", **GROUP),
        says("/start", **GROUP),
        says("@omar dentist", **GROUP),
        says(f"@{NAME}2 dentist", **GROUP),
        says(f"@{NAME}", **GROUP),
        says("dentist", **GROUP, reply_to_message=TO_ANOTHER),
        says("/start@otherbot", **GROUP),
        says("/start@otherbot"),
        update(message=message(-100, kind="supergroup", sticker=STICKER)),
        update(message=message(-100, kind="supergroup", location=PLACE)),
        update(edited_message=message(7, "dentist")),
        update(edited_message=message(7, location=PLACE | {"live_period": 60})),
        update(channel_post=message(-200, "dentist", kind="channel")),
        update(edited_channel_post=message(-200, "dentist", kind="channel")),
        update(message=message(7, "dentist") | {"from": BOT_USER}),
        update(message=message(7, "dentist") | {"from": person(9) | {"is_bot": True}}),
        update(message=message(-100, kind="supergroup", new_chat_members=[person(9)])),
        update(message=message(pinned_message=message(7, "dentist"))),
        update(message=message(delete_chat_photo=True)),
        update(message=message()),
        became("member"),
        became("kicked", chat=-200, kind="channel"),
        update(),
    ],
)  # fmt: skip
def test_what_is_not_meant_for_the_bot_gets_silence(raw):
    """Edits, channels, other bots, Telegram's own notes, and groups that speak to others."""
    assert read(raw) is None


def test_a_press_says_what_to_acknowledge_and_what_to_edit():
    """The data, the press and the message below which the button stood."""
    raw = presses("1 go help", "77", message_id=41, language="fr")

    assert read(raw) == Received(
        update_id=raw["update_id"],
        chat_id=7,
        incoming=Choice("1 go help"),
        language="fr",
        pressed="77",
        message_id=41,
    )


def test_a_press_below_a_message_that_telegram_let_go_has_nothing_to_edit():
    """An inaccessible message has an id, but can no longer be edited."""
    assert read(presses("1 go help", "77")).message_id is None


def test_a_press_in_a_group_belongs_to_the_group():
    """The chat is where the button stood, not who pressed it."""
    assert read(presses("1 go help", "77", chat=-100, message_id=41)).chat_id == -100


def test_a_press_without_data_or_message_is_one_of_its_person():
    """A game button, or an inline one."""
    raw = presses("", "77")
    del raw["callback_query"]["data"], raw["callback_query"]["message"]

    assert (read(raw).incoming, read(raw).chat_id) == (Choice(""), 7)


@pytest.mark.parametrize(
    ("raw", "gone"),
    [
        (became("kicked"), True),
        (became("kicked", chat=-100, kind="supergroup"), True),
        (became("left", chat=-100, kind="group"), True),
        (says("hello"), False),
    ],
)
def test_being_thrown_out_is_seen(raw, gone):
    """Blocking in private, and removal from a group."""
    assert read(raw).gone is gone
