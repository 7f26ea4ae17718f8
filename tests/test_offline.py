"""The bot needs no network but Telegram's."""

from __future__ import annotations

import socket

import pytest

from bot.session import Session
from bot.talk import Words


def test_a_referral_opens_no_socket(talk, replies, today, monkeypatch):
    """A whole answer is made with every socket shut."""

    def refuse(*_, **__):
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    session, outcome = talk.turn(Session(), Words("english classes near jane and finch"), today)

    assert "Lantern Centre" in replies.reply(outcome, session.reads).text
