"""The mail that asks: what it says and to whom, that it leaves once, the one reminder, and the end of waiting."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.utils import translation
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from channels.reading import read
from customers.models import Customer
from surveys import letters, mails, sweep
from surveys.answering import opt_out
from surveys.models import Survey, SurveyMail, SurveySettings, SurveyText, SurveyToken
from surveys.wording import FACES
from tests.channels.mailroom import make_mailbox
from tests.factories import make_ticket
from tests.surveys.desk import TUESDAY, do, links, run, sent, solve, states, switch_on, token_of
from tickets import outbox
from tickets.actions import AddTag, SetStatus
from tickets.merging import merge_tickets
from tickets.models import Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


def make_due() -> None:
    """As if every back-off and lease were over."""
    SurveyMail.objects.update(due_at=now() - timedelta(seconds=1), claimed_until=None)


def mail_states() -> list[str]:
    return list(SurveyMail.objects.order_by("pk").values_list("state", flat=True))


def test_the_mail_holds_five_links_to_the_configured_host_and_nothing_of_the_ticket(
    ticket: Ticket, ana: Agent, settings: Any
) -> None:
    """F02, I07: a forwarded survey tells nobody what the ticket was about."""
    switch_on()
    settings.BASE_URL = "https://help.example.com"
    _survey, token = sent(ticket, ana)

    (letter,) = mail.outbox
    html = letter.alternatives[0][0]
    base = f"https://help.example.com/feedback/{token}/"
    assert links(letter) == [f"{base}{score}/" for score in (5, 4, 3, 2, 1)] + [f"{base}stop/"]
    assert all(f'href="{base}{score}/"' in html for score in range(1, 6))
    assert letter.to == ["kim@alpha.example"]
    assert letter.subject == f"How did we do? [#{ticket.pk}]"
    shown = letter.body + html + letter.subject
    assert "Printer" not in shown and "It burns" not in shown and "Here you are" not in shown


def test_a_house_that_asks_with_stars_shows_stars_in_the_mail_and_on_the_page(
    ticket: Ticket, ana: Agent, client: Any
) -> None:
    switch_on(style="stars")
    _survey, token = sent(ticket, ana)
    SurveySettings.objects.update(style="faces")  # who was asked with stars answers with stars

    (letter,) = mail.outbox
    for shown in (letter.alternatives[0][0], client.get(f"/feedback/{token}/").content.decode()):
        stars = re.findall("[★☆]{5}", shown)
        assert stars == ["★★★★★", "★★★★☆", "★★★☆☆", "★★☆☆☆", "★☆☆☆☆"]
        assert not any(face in shown for face in FACES)


def test_the_token_is_random_and_kept_as_its_hash_only(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    """I07, F13: 256 bits, found by its hash; nothing that opens a survey can be read in the database."""
    switch_on()
    _first, one = sent(ticket, ana)
    _second, other = sent(make_ticket(kim, team=ticket.team), ana)

    assert one != other and len(one) == len(other) == 43
    kept = [str(value) for row in SurveyToken.objects.values() for value in row.values()]
    assert not [value for value in kept if one in value or other in value]
    assert {len(row.digest) for row in SurveyToken.objects.all()} == {64}


def test_the_mail_says_what_it_is_and_belongs_to_the_conversation(ticket: Ticket, ana: Agent, settings: Any) -> None:
    """B07: automatic, an id of its own on our domain, unsubscribed by one click (RFC 8058)."""
    switch_on()
    make_mailbox()
    _survey, token = sent(ticket, ana)

    headers = mail.outbox[0].message()
    kept = SurveyMail.objects.get()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["Message-ID"] == f"<{kept.header_id}>"
    assert kept.header_id.endswith(f"@ticket.{settings.MAIL_DOMAIN}")
    assert headers["List-Unsubscribe"] == f"<{settings.BASE_URL}/feedback/{token}/stop/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "support@" in headers["From"] and f"+t{ticket.pk}-" in headers["Reply-To"]


def test_our_own_survey_coming_back_is_a_loop(ticket: Ticket, ana: Agent) -> None:
    """B03: forwarded into our own mailbox by a rule, it opens no ticket and joins none."""
    make_mailbox()
    switch_on()
    sent(ticket, ana)

    letter = read(mail.outbox[0].message().as_bytes())

    assert (letter.verdict.kind, letter.decision.outcome) == ("loop", "ignore")


def test_the_house_asks_in_its_own_words_and_the_customers_language(
    ticket: Ticket, ana: Agent, kim: Customer, monkeypatch: Any
) -> None:
    switch_on()
    Customer.objects.filter(pk=kim.pk).update(language="da")
    SurveyText.objects.create(language="da", subject="Hvordan gik det?", question="Er du tilfreds?")
    spoken = []
    real = letters.render_to_string
    monkeypatch.setattr(letters, "render_to_string", lambda *a: spoken.append(translation.get_language()) or real(*a))

    survey, _token = sent(ticket, ana)

    assert (survey.language, spoken) == ("da", ["da", "da"])
    assert mail.outbox[0].subject == "Hvordan gik det?"
    assert "Er du tilfreds?" in mail.outbox[0].body
    assert translation.get_language() == "en"


def test_line_ends_in_the_houses_words_add_no_header(ticket: Ticket, ana: Agent) -> None:
    """G01."""
    switch_on()
    SurveyText.objects.create(language="en", subject="Hi\r\nBcc: mal@evil.example")

    sent(ticket, ana)

    assert mail.outbox[0].message()["Bcc"] is None
    assert mail.outbox[0].recipients() == ["kim@alpha.example"]


def test_a_server_that_is_away_is_asked_again_and_the_customer_once(
    ticket: Ticket, ana: Agent, monkeypatch: Any
) -> None:
    """Fault F15."""
    switch_on()
    solve(ticket, ana)
    real = letters.compose
    monkeypatch.setattr(letters, "compose", lambda *a: (_ for _ in ()).throw(OSError("away")))
    run()
    assert (mail_states(), states()) == (["queued"], [("scheduled", "")])
    monkeypatch.setattr(letters, "compose", real)

    assert run() == 0  # backs off
    make_due()
    run()

    assert (mail_states(), states(), len(mail.outbox)) == (["sent"], [("sent", "")], 1)


def test_a_mail_that_cannot_be_delivered_asked_nobody(ticket: Ticket, ana: Agent, monkeypatch: Any) -> None:
    """Nobody who never got the question counts as silent."""
    switch_on()
    solve(ticket, ana)
    sweep.sweep()
    SurveyMail.objects.update(created_at=now() - timedelta(hours=25))
    monkeypatch.setattr(letters, "compose", lambda *a: (_ for _ in ()).throw(OSError("away")))

    run()

    assert (mail_states(), states()) == (["failed"], [("suppressed", "undelivered")])


def test_a_worker_that_died_while_sending_costs_one_more_copy_at_most(
    ticket: Ticket, ana: Agent, monkeypatch: Any
) -> None:
    """Fault F14: killed after the server took the mail and before that was noted. Both copies have one Message-ID,
    and the links of both work."""
    switch_on()
    survey = solve(ticket, ana)
    monkeypatch.setattr(mails.MAILS, "left", lambda mail: False)
    run()
    make_due()
    assert mail_states() == ["sending"]
    monkeypatch.undo()

    run()
    make_due()
    run()

    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert token_of(first) != token_of(second)
    assert SurveyToken.objects.filter(survey=survey).count() == 2
    assert (mail_states(), states()) == (["sent"], [("sent", "")])


def test_a_mail_that_killed_its_worker_twice_is_not_tried_a_third_time(
    ticket: Ticket, ana: Agent, monkeypatch: Any
) -> None:
    switch_on()
    solve(ticket, ana)
    monkeypatch.setattr(mails.MAILS, "left", lambda mail: False)
    for _time in range(4):
        run()
        make_due()

    assert len(mail.outbox) == 2
    assert (mail_states(), states()) == (["failed"], [("suppressed", "undelivered")])


def test_a_worker_killed_between_handing_over_and_sending_loses_nothing(ticket: Ticket, ana: Agent) -> None:
    """kill -9 after the sweep committed: the mail is a row, and the next worker finds it."""
    switch_on()
    solve(ticket, ana)
    sweep.sweep()
    assert mail.outbox == []

    run()

    assert (len(mail.outbox), states()) == (1, [("sent", "")])


def test_a_worker_killed_while_it_hands_over_leaves_the_survey_due(
    ticket: Ticket, ana: Agent, monkeypatch: Any
) -> None:
    """Nothing of a half-done step stays: it is one transaction."""
    switch_on()
    solve(ticket, ana)
    monkeypatch.setattr(sweep, "note", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep()
    survey = Survey.objects.get()
    assert (survey.state, survey.handed_at, SurveyMail.objects.count()) == ("scheduled", None, 0)
    monkeypatch.undo()

    run()

    assert (len(mail.outbox), states()) == (1, [("sent", "")])


def test_who_does_not_answer_is_reminded_once_and_then_left_alone(ticket: Ticket, ana: Agent) -> None:
    switch_on(reminder_days=3, expire_days=14)
    with time_machine.travel(TUESDAY, tick=False):
        survey, _token = sent(ticket, ana)
    with time_machine.travel(TUESDAY + timedelta(days=3, seconds=-1), tick=False):
        assert run() == 0
    for days in (3, 4, 10):
        with time_machine.travel(TUESDAY + timedelta(days=days), tick=False):
            run()
    assert [letter.subject for letter in mail.outbox] == [
        f"How did we do? [#{ticket.pk}]",
        f"Reminder: How did we do? [#{ticket.pk}]",
    ]
    with time_machine.travel(TUESDAY + timedelta(days=14), tick=False):
        assert run() == 1
        assert run() == 0

    survey.refresh_from_db()
    assert survey.state == "expired"
    assert [step.what for step in survey.steps.all()] == ["scheduled", "handed_over", "sent", "reminded", "expired"]


def test_without_a_reminder_in_the_settings_nobody_is_reminded(ticket: Ticket, ana: Agent) -> None:
    switch_on(reminder_days=0)
    with time_machine.travel(TUESDAY, tick=False):
        sent(ticket, ana)
    with time_machine.travel(TUESDAY + timedelta(days=13), tick=False):
        run()

    assert len(mail.outbox) == 1


def test_a_ticket_that_is_being_worked_on_again_brings_no_reminder(ticket: Ticket, ana: Agent) -> None:
    switch_on(reminder_days=3)
    with time_machine.travel(TUESDAY, tick=False):
        sent(ticket, ana)
        do(ticket, ana, SetStatus("open"))
    with time_machine.travel(TUESDAY + timedelta(days=4), tick=False):
        run()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("fate", ["spam", "merged"])
def test_a_ticket_that_turned_out_to_be_spam_or_was_merged_brings_no_reminder(
    fate: str, ticket: Ticket, ana: Agent, kim: Customer
) -> None:
    switch_on(reminder_days=3)
    with time_machine.travel(TUESDAY, tick=False):
        sent(ticket, ana)
        if fate == "spam":
            do(ticket, ana, AddTag("spam"))
        else:
            merge_tickets(ticket.pk, make_ticket(kim, team=ticket.team).pk, by=Actor.agent(ana), via="web")
            outbox.drain()
    ticket.refresh_from_db()
    assert ticket.status in ("solved", "closed")
    with time_machine.travel(TUESDAY + timedelta(days=4), tick=False):
        run()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("what", ["switched_off", "spam", "merged"])
def test_a_question_that_waits_is_looked_at_once_more_when_it_leaves(
    what: str, ticket: Ticket, ana: Agent, kim: Customer
) -> None:
    """What was so when it was handed over need not be so when the mail server is back."""
    switch_on()
    solve(ticket, ana)
    assert sweep.sweep() == 1
    change_what(what, ticket, ana, kim)

    assert mails.send_due() == 0

    assert (mail_states(), states(), mail.outbox) == (["dropped"], [("suppressed", what)], [])


@pytest.mark.parametrize("what", ["switched_off", "spam", "merged", "opted_out", "reopened"])
def test_a_reminder_that_waits_is_looked_at_once_more_when_it_leaves(
    what: str, ticket: Ticket, ana: Agent, kim: Customer
) -> None:
    switch_on(reminder_days=3)
    with time_machine.travel(TUESDAY, tick=False):
        sent(ticket, ana)
    with time_machine.travel(TUESDAY + timedelta(days=3), tick=False):
        assert sweep.sweep() == 1
        assert mail_states() == ["sent", "queued"]
        change_what(what, ticket, ana, kim)

        assert mails.send_due() == 0

    assert (mail_states(), len(mail.outbox)) == (["sent", "dropped"], 1)
    assert states() == [("sent", "")], "who was asked may still answer"


def change_what(what: str, ticket: Ticket, ana: Agent, kim: Customer) -> None:
    """As it is before the reactions to it have run."""
    if what == "switched_off":
        SurveySettings.objects.update(enabled=False)
    elif what == "spam":
        perform(ticket.pk, AddTag("spam"), by=Actor.agent(ana), via="web")
    elif what == "merged":
        merge_tickets(ticket.pk, make_ticket(kim, team=ticket.team).pk, by=Actor.agent(ana), via="web")
    elif what == "opted_out":
        opt_out(kim, None)
    else:
        perform(ticket.pk, SetStatus("open"), by=Actor.agent(ana), via="web")


def test_a_mail_that_failed_in_the_evening_is_tried_again_in_the_morning(
    ticket: Ticket, ana: Agent, monkeypatch: Any
) -> None:
    switch_on(day_from=9, day_until=18, time_zone="UTC")
    monkeypatch.setattr(letters, "compose", lambda *a: (_ for _ in ()).throw(OSError("away")))
    with time_machine.travel(TUESDAY.replace(hour=17, minute=59, second=30), tick=False):
        solve(ticket, ana)
        run()

    assert SurveyMail.objects.get().due_at == TUESDAY + timedelta(days=1)


def test_who_answers_is_not_reminded(ticket: Ticket, ana: Agent, client: Any) -> None:
    switch_on(reminder_days=3)
    with time_machine.travel(TUESDAY, tick=False):
        _survey, token = sent(ticket, ana)
        client.post(f"/feedback/{token}/", {"score": "5"})
    with time_machine.travel(TUESDAY + timedelta(days=20), tick=False):
        run()

    assert (len(mail.outbox), states()) == (1, [("answered", "")])


@pytest.mark.django_db(transaction=True)
def test_eight_workers_ask_each_customer_once(ana: Agent) -> None:
    """Fault F30: however many sweep at once; on PostgreSQL they truly meet."""
    from tests.factories import make_customer

    switch_on()
    for number in range(6):
        solve(make_ticket(make_customer(f"C{number}", f"c{number}@x.example"), team=ana.memberships.get().team), ana)
    together = threading.Barrier(8)

    def work() -> None:
        try:
            together.wait()
            run()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run()

    assert connection.vendor in {"sqlite", "postgresql"}
    assert sorted(letter.to[0] for letter in mail.outbox) == [f"c{number}@x.example" for number in range(6)]
    assert set(states()) == {("sent", "")}


@pytest.mark.django_db(transaction=True)
def test_workers_that_meet_over_one_customer_ask_them_once(ana: Agent, kim: Customer) -> None:
    """Two tickets of one customer fall due at once: the second worker waits for the first and sees what it did."""
    switch_on(throttle_days=30)
    for _number in range(6):
        solve(make_ticket(kim, team=ana.memberships.get().team), ana)
    together = threading.Barrier(6)

    def work() -> None:
        try:
            together.wait()
            sweep.sweep()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run()

    assert sorted(states()) == [("sent", ""), *[("suppressed", "throttled")] * 5]
    assert len(mail.outbox) == 1
