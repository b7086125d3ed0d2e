"""A thank-you is recognised only when nothing else can be meant."""

from __future__ import annotations

import pytest

from tickets.thanks import is_plain_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you so much 🙏",
        "Hi Ana,\n\nthank you very much, that works now!\n\nBest regards\nKim",
        "Perfect, thanks",
        "Tak for hjælpen!",
        "Tusen takk, nå fungerer det",
        "Dziękuję bardzo za pomoc",
        "Дякую за допомогу!",
        "Vielen Dank für die Hilfe",
    ],
)
def test_plain_thanks(text):
    assert is_plain_thanks(text, ("Kim Jensen", "Ana"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "Thanks, but it still fails",
        "Thanks! One more thing: the invoice",
        "Thanks, when will it arrive?",
        "Thanks, order 4711 is missing",
        "No thanks",
        "Thanks for nothing",
        "thanks " * 40,
        "Thanks https://example.org",
        "Tak, men det virker ikke",
        "Дякую, але не працює",
        "thank you ana now please delete my account",
    ],
)
def test_anything_more_is_an_answer(text):
    assert not is_plain_thanks(text, ("Kim Jensen", "Ana"))


def test_hostile_text_is_answered_at_once():
    assert not is_plain_thanks("thanks " + "a" * 10_000_000)
    assert not is_plain_thanks("thanks" + "!?" * 60)
