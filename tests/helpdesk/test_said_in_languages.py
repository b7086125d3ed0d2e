"""What a reader of each language sees: days, lengths of time, counts, sentences, and the language before sign-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import get_format
from django.utils.translation import ngettext

from agents.models import Agent
from helpdesk.lib.moments import day_and_time, near_day_and_time
from helpdesk.templatetags import ui
from tickets.models import Event
from tickets.wording import phrase

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LANGUAGES = [code for code, _name in configured.LANGUAGES]

DAYS = {
    "en": ("Sun 22 November 2026, 09:05 CET", "22 Nov 2026, 09:05", "Sun 22 Nov, 09:05", "3 Mar, 09:05", "3 Mar 2025"),
    "da": ("søn 22. november 2026, 09:05 CET", "22. nov. 2026, 09:05", "søn 22. nov., 09:05", "3. marts, 09:05",
           "3. marts 2025"),
    "nb": ("søn 22. november 2026, 09:05 CET", "22. nov. 2026, 09:05", "søn 22. nov., 09:05", "3. mar., 09:05",
           "3. mar. 2025"),
    "pl": ("Nd 22 listopada 2026, 09:05 CET", "22 lis 2026, 09:05", "Nd 22 lis, 09:05", "3 mar, 09:05", "3 mar 2025"),
    "uk": ("Нд 22 листопада 2026, 09:05 CET", "22 лис 2026, 09:05", "Нд 22 лис, 09:05", "3 бер, 09:05", "3 бер 2025"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_written_as_the_language_writes_them(language: str) -> None:
    moment = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)
    with time_machine.travel(NOW, tick=False), translation.override(language), timezone.override("Europe/Warsaw"):
        local = timezone.localtime(moment)
        said = (
            ui.exactly(local),
            day_and_time(moment),
            near_day_and_time(moment),
            ui.short(local.replace(month=3, day=3)),
            ui.ago(local.replace(year=2025, month=3, day=3)),
        )

    assert said == DAYS[language]


AGES = {
    "en": ("now", "5 min", "3 h", "Fri", "45 min", "1 h 12", "2 d 4 h"),
    "da": ("nu", "5 min", "3 t", "fre", "45 min", "1 t 12", "2 d 4 t"),
    "nb": ("nå", "5 min", "3 t", "fre", "45 min", "1 t 12", "2 d 4 t"),
    "pl": ("teraz", "5 min", "3 godz.", "Pt", "45 min", "1 godz. 12", "2 d 4 godz."),
    "uk": ("зараз", "5 хв", "3 год", "Пт", "45 хв", "1 год 12", "2 д 4 год"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_ages_and_lengths_of_time_are_said_in_the_language(language: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override(language):
        ages = [timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=3), timedelta(days=2)]
        said = [ui.ago(NOW - age) for age in ages]
        lengths = [timedelta(minutes=45), timedelta(minutes=72), timedelta(hours=52)]
        said += [ui.duration(length) for length in lengths]

    assert tuple(said) == AGES[language]


@pytest.mark.parametrize(("language", "comma"), [("en", "."), ("da", ","), ("nb", ","), ("pl", ","), ("uk", ",")])
def test_a_week_begins_on_monday_and_decimals_have_their_sign(language: str, comma: str) -> None:
    with translation.override(language):
        assert (get_format("FIRST_DAY_OF_WEEK"), get_format("DECIMAL_SEPARATOR")) == (1, comma)


MESSAGES = {
    "en": ("1 message", "2 messages", "5 messages", "21 messages", "22 messages"),
    "da": ("1 besked", "2 beskeder", "5 beskeder", "21 beskeder", "22 beskeder"),
    "nb": ("1 melding", "2 meldinger", "5 meldinger", "21 meldinger", "22 meldinger"),
    "pl": ("1 wiadomość", "2 wiadomości", "5 wiadomości", "21 wiadomości", "22 wiadomości"),
    "uk": ("1 повідомлення", "2 повідомлення", "5 повідомлень", "21 повідомлення", "22 повідомлення"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_take_the_plural_of_their_number(language: str) -> None:
    with translation.override(language):
        said = [ngettext("%(n)d message", "%(n)d messages", n) % {"n": n} for n in (1, 2, 5, 21, 22)]

    assert tuple(said) == MESSAGES[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["related", "parent", "duplicate", "follow_up"])
@pytest.mark.parametrize("far", [False, True])
def test_a_link_of_each_kind_is_a_sentence_of_its_own(language: str, kind: str, far: bool) -> None:
    event = Event(kind="link_added", data={"ticket": 7, "kind": kind, "from_far_side": far})

    english = phrase(event)
    with translation.override(language):
        said = phrase(event)

    assert "#7" in said
    assert (said == english) is (language == "en")


def test_a_server_says_why_in_its_own_words_and_we_in_the_readers() -> None:
    ours = Event(kind="delivery_failed", data={"address": "kim@a.example", "reason": "no_mailbox"})
    theirs = Event(kind="delivery_failed", data={"address": "kim@a.example", "reason": "550 No such user"})

    assert phrase(ours).endswith("kim@a.example: No mailbox is set up to send from.")
    assert phrase(theirs).endswith("kim@a.example: 550 No such user")
    with translation.override("da"):
        assert "No mailbox" not in phrase(ours)
        assert phrase(theirs).endswith("kim@a.example: 550 No such user")


SIGN_IN = {"en": "Sign in", "da": "Log ind", "nb": "Logg inn", "pl": "Zaloguj się", "uk": "Увійти"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_says_the_language_before_sign_in(client: Client, db: None, language: str) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": f"xx, {language};q=0.8, en;q=0.5"})

    body = page.content.decode()
    assert f'<html lang="{language}"' in body
    assert SIGN_IN[language] in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agents_choice_beats_the_browsers(client: Client, ana: Agent, language: str, settings: Any) -> None:
    Agent.objects.filter(pk=ana.pk).update(language=language)
    client.force_login(ana)
    other = "en" if language != "en" else "pl"

    page = client.get("/settings/profile/", headers={"accept-language": other}, follow=True)

    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in page.content.decode()
