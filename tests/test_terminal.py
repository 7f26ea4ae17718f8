"""The terminal door: the same conversation, with numbers for buttons."""

from __future__ import annotations

import io

import pytest

from bot.terminal import Terminal, converse, typed


@pytest.fixture
def terminal(talk, replies, today):
    """A fresh conversation."""
    return Terminal(talk, replies, None, lambda: today)


def test_a_number_presses_a_button(terminal):
    """The button numbered so is pressed; a copy button shows what it copies."""
    first = terminal.answer("english classes near jane and finch")

    assert "[1] 1. +1 416-555-0100" in first
    assert terminal.answer("1") == "+1 416-555-0100"
    assert "Where do you live?" in terminal.answer("2")


def test_commands(terminal):
    """A slash starts a command, with what follows it."""
    assert "Dentist" in terminal.answer("/need dentist")
    assert "Malvern" in terminal.answer("/place malvern")


def test_text_has_no_markup(terminal):
    """What is bold in Telegram is plain here, and signs are themselves."""
    reply = terminal.answer("who coordinates agencies in jane & finch")

    assert "<b>" not in reply
    assert "&amp;" not in reply


def test_a_blank_line_stands_between_replies(terminal):
    """A script can tell where a reply ends; two runs give the same text."""
    out = io.StringIO()
    converse(terminal, ["hello\n", "malvern\n"], out)

    assert "\n\nPlace: Malvern." in out.getvalue()


def test_forgetting_answers_in_the_language_spoken_before(terminal):
    """After /forget the words are still those of the person's language."""
    terminal.answer("français")

    assert "effacé" in terminal.answer("/forget")


def test_typing_ends_with_the_input(monkeypatch, capsys):
    """The end of input ends the conversation; the prompt is on standard error."""
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))

    assert list(typed()) == ["hello\n"]
    assert capsys.readouterr().err == "> > "
