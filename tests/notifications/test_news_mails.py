"""News by mail: who gets which mail when, what it says, that it is sent once, and what never leaves the house."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Membership, Team
from channels.reading import read
from customers.models import Customer
from notifications import mails
from notifications.models import Notification, NotificationMail, Wishes
from notifications.reading import mark_read
from notifications.wishing import after_quiet, end_of_slot
from tests.channels.mailroom import make_mailbox
from tests.factories import make_ticket
from tests.notifications.test_telling import answer, do
from tests.plugin_services import SmtpSink
from tickets import outbox
from tickets.actions import AddNote, AssignTo, RedactMessage
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
EVERYTHING = "mention assigned reply held note reopened woke".split()


@pytest.fixture(autouse=True)
def smtp(settings: Any, smtp_sink: SmtpSink) -> SmtpSink:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = smtp_sink.host, smtp_sink.port, 2
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return smtp_sink


def wish(agent: Agent, way: str, **fields: Any) -> None:
    Wishes.objects.create(agent=agent, ways=dict.fromkeys(EVERYTHING, way), **fields)


def make_due() -> None:
    """As if every slot, back-off and lease were over."""
    past = now() - timedelta(seconds=1)
    Notification.objects.exclude(mail_at=None).update(mail_at=past)
    NotificationMail.objects.update(due_at=past, claimed_until=None)


def states() -> list[str]:
    return list(NotificationMail.objects.order_by("pk").values_list("state", flat=True))


def both_parts(message: Any) -> tuple[str, str]:
    return (
        message.get_body(preferencelist=("plain",)).get_content(),
        message.get_body(preferencelist=("html",)).get_content(),
    )


def test_a_mail_at_once_says_what_happened_and_where(
    ticket: Ticket, ana: Agent, leo: Agent, kim: Customer, smtp: SmtpSink, settings: Any
) -> None:
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    mark_read(Actor.agent(ana))
    answer(ticket, kim, "It burns *again*.")

    assert mails.send_news() == 1

    (got,) = smtp.received
    plain, html = both_parts(got.message)
    anchor = f"{settings.BASE_URL}/tickets/{ticket.pk}/#message-{ticket.messages.latest('pk').pk}"
    assert got.recipients == ["ana@desk.example"]
    assert got.message["Subject"] == f"[#{ticket.pk}] Kim Jensen replied: Printer on fire"
    for words in ("Kim Jensen replied", "Printer on fire", "It burns *again*.", anchor):
        assert words in plain and words in html


def test_headers_say_that_a_machine_wrote_and_for_whom(
    ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink, settings: Any
) -> None:
    """B07: a mail of news says what it is, and has an id of its own on our domain."""
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    mails.send_news()

    (got,) = smtp.received
    mail = NotificationMail.objects.get()
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert got.message["X-Auto-Response-Suppress"] == "All"
    assert got.message["List-Id"] == f"<notifications.{settings.MAIL_DOMAIN}>"
    assert got.message["Message-ID"] == f"<{mail.header_id}>"
    assert mail.header_id.endswith(f"@ticket.{settings.MAIL_DOMAIN}")
    assert got.message["Reply-To"] is None


def test_our_own_mail_of_news_coming_back_is_a_loop(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    """B03: forwarded into our own mailbox by a rule, it opens no ticket and joins none."""
    make_mailbox()
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    mails.send_news()

    letter = read(smtp.received[0].raw)

    assert (letter.verdict.kind, letter.decision.outcome) == ("loop", "ignore")


def test_a_digest_waits_for_the_end_of_its_slot_and_holds_everything(
    ticket: Ticket, ana: Agent, leo: Agent, kim: Customer, smtp: SmtpSink
) -> None:
    wish(ana, "digest")
    other = make_ticket(kim, team=ticket.team, subject="Second one")
    outbox.drain()
    at = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        do(ticket, leo, AssignTo(ana.pk))
        do(other, leo, AssignTo(ana.pk), AddNote("Yours."))
        do(ticket, leo, AddNote("One more."))
    with time_machine.travel(at + timedelta(minutes=11), tick=False):
        assert mails.send_news() == 0
    with time_machine.travel(at + timedelta(minutes=12), tick=False):
        assert mails.send_news() == 1
        assert mails.send_news() == 0

    (got,) = smtp.received
    plain, _html = both_parts(got.message)
    assert got.message["Subject"] == "News on 2 tickets"
    for words in (f"#{ticket.pk} Printer on fire", f"#{other.pk} Second one", "One more.", "Leo assigned this to you"):
        assert words in plain


def test_what_was_read_in_the_bell_is_not_mailed(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    wish(ana, "digest")
    do(ticket, leo, AssignTo(ana.pk))
    mark_read(Actor.agent(ana))
    make_due()

    assert mails.send_news() == 0

    assert (states(), smtp.received) == (["dropped"], [])


def test_who_wants_only_the_bell_gets_no_mail(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    wish(ana, "bell")
    do(ticket, leo, AssignTo(ana.pk))
    make_due()

    assert mails.send_news() == 0
    assert (Notification.objects.count(), states(), smtp.received) == (1, [], [])


def test_access_that_was_lost_takes_the_mail_along(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    """E11: told while one could see it, mailed when one cannot any more: no mail."""
    wish(ana, "digest")
    do(ticket, leo, AssignTo(ana.pk), AddNote("Secret plan."))
    do(ticket, leo, AssignTo(None))
    Membership.objects.filter(agent=ana).delete()
    make_due()

    assert mails.send_news() == 0
    assert (states(), smtp.received) == (["dropped"], [])


def test_a_disabled_agent_gets_no_mail(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    """E11, E12."""
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    Agent.objects.filter(pk=ana.pk).update(is_active=False)

    assert mails.send_news() == 0
    assert (states(), smtp.received) == (["dropped"], [])


@pytest.mark.parametrize("by", ["agent", "house"])
def test_without_words_a_mail_holds_no_word_of_the_ticket(
    by: str, ticket: Ticket, ana: Agent, kim: Customer, leo: Agent, smtp: SmtpSink, settings: Any
) -> None:
    settings.NOTIFICATION_MAIL_WORDS = by == "agent"
    wish(ana, "mail", with_words=by == "house")
    do(ticket, ana, AssignTo(ana.pk))
    answer(ticket, kim, "My password is hunter2.")

    mails.send_news()

    (got,) = smtp.received
    shown = got.message.as_string() + "".join(both_parts(got.message))
    assert "hunter2" not in shown and "Printer on fire" not in shown
    assert got.message["Subject"] == f"[#{ticket.pk}] Kim Jensen replied"


def test_redacted_words_do_not_leave_in_a_mail(
    ticket: Ticket, ana: Agent, leo: Agent, kim: Customer, smtp: SmtpSink
) -> None:
    """Redacted between telling and mailing."""
    wish(ana, "digest")
    do(ticket, ana, AssignTo(ana.pk))
    answer(ticket, kim, "My password is hunter2.")
    do(ticket, leo, RedactMessage(ticket.messages.latest("pk").pk))
    make_due()

    mails.send_news()

    (got,) = smtp.received
    assert "hunter2" not in "".join(both_parts(got.message))


def test_markup_of_a_customer_is_words_in_the_mail(ticket: Ticket, ana: Agent, kim: Customer, smtp: SmtpSink) -> None:
    """C01, C02, G05: neither tags nor template marks of a customer act in a mail of news."""
    wish(ana, "mail")
    do(ticket, ana, AssignTo(ana.pk))
    answer(ticket, kim, "<script>alert(1)</script> {{7*7}} {% include 'x' %}", html="<img src=x onerror=alert(1)>")

    mails.send_news()

    plain, html = both_parts(smtp.received[0].message)
    assert "<script>" not in html and "<img" not in html and "49" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in html
    assert "<script>alert(1)</script> {{7*7}} {% include 'x' %}" in plain


def test_a_subject_with_line_ends_adds_no_header(billing: Team, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    """G01, G02: header injection by a ticket's subject."""
    wish(ana, "mail")
    evil = make_ticket(team=billing, subject="Hi\r\nBcc: mal@evil.example")
    do(evil, leo, AssignTo(ana.pk))

    assert mails.send_news() == 1

    (got,) = smtp.received
    assert got.message["Bcc"] is None and got.recipients == ["ana@desk.example"]


def test_a_mail_speaks_its_readers_language(ticket: Ticket, ana: Agent, leo: Agent, monkeypatch: Any) -> None:
    from django.utils import translation

    Agent.objects.filter(pk=ana.pk).update(language="da", time_zone="Europe/Copenhagen")
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    spoken = []
    real = mails.letters.render_to_string
    monkeypatch.setattr(
        mails.letters, "render_to_string", lambda *a: spoken.append(translation.get_language()) or real(*a)
    )

    mails.send_news()

    assert spoken == ["da", "da"]
    assert translation.get_language() == "en"


def test_a_server_that_is_away_is_asked_again_and_told_once(
    ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink
) -> None:
    """Fault F15."""
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    smtp.answer = lambda envelope: "451 4.7.1 Greylisted"
    assert mails.send_news() == 0
    mail = NotificationMail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "Greylisted" in mail.last_error
    assert mails.send_news() == 0

    smtp.answer = None
    make_due()
    assert mails.send_news() == 1
    assert mails.send_news() == 0

    assert (states(), len(smtp.received)) == (["sent"], 1)
    assert smtp.received[0].message["Message-ID"] == f"<{mail.header_id}>"


def test_a_mail_that_is_refused_for_a_day_is_given_up(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    smtp.answer = lambda envelope: "550 No"
    mails.send_news()
    NotificationMail.objects.update(created_at=now() - timedelta(hours=24))
    make_due()

    mails.send_news()
    make_due()

    assert mails.send_news() == 0
    assert states() == ["failed"]


def test_a_worker_that_died_while_sending_costs_one_more_copy_at_most(
    ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink
) -> None:
    """Fault F14: both copies carry one Message-ID."""
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    mails.gather()
    (mail,) = NotificationMail.objects.all()
    assert mails.MAILS.take(mail)
    make_due()
    (mail,) = NotificationMail.objects.due()
    assert mails.MAILS.take(mail)
    make_due()

    assert mails.send_news() == 0

    assert (states(), smtp.received) == (["failed"], [])


def test_a_worker_that_wakes_up_late_does_not_overwrite_what_another_did(
    ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink, monkeypatch: Any
) -> None:
    """Fault F06."""
    wish(ana, "mail")
    do(ticket, leo, AssignTo(ana.pk))
    smtp.answer = lambda envelope: "550 Too late"
    real = mails.MAILS.take

    def taken_and_overtaken(mail: NotificationMail) -> bool:
        won = real(mail)
        NotificationMail.objects.update(state="sent", attempts=2)
        return won

    monkeypatch.setattr(mails.MAILS, "take", taken_and_overtaken)

    assert mails.send_news() == 0

    assert states() == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_mail(ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink) -> None:
    """Beat ran twice, or two beats run: the news is gathered once and the mail leaves once."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    wish(ana, "digest")
    do(ticket, leo, AssignTo(ana.pk))
    for number in range(5):
        do(ticket, leo, AddNote(f"Note {number}"))
    make_due()
    together = threading.Barrier(4)
    sent: list[int] = []

    def work() -> None:
        together.wait()
        try:
            sent.append(mails.send_news())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sum(sent), states(), len(smtp.received)) == (1, ["sent"], 1)
    assert Notification.objects.filter(mail=None).count() == 0


def test_slots_are_the_same_for_everybody(settings: Any) -> None:
    settings.NOTIFICATION_DIGEST_MINUTES = 15

    for minute, ends in ((0, 15), (14, 15), (15, 30), (59, 60)):
        begin = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        assert end_of_slot(begin + timedelta(minutes=minute)) == begin + timedelta(minutes=ends)


@pytest.mark.parametrize(
    ("clock", "ends"),
    [
        ("2026-11-22T18:59:59+00:00", "2026-11-22T18:59:59+00:00"),
        ("2026-11-22T19:00:00+00:00", "2026-11-23T06:00:00+00:00"),
        ("2026-11-23T02:00:00+00:00", "2026-11-23T06:00:00+00:00"),
        ("2026-11-23T06:00:00+00:00", "2026-11-23T06:00:00+00:00"),
        ("2026-03-28T20:00:00+00:00", "2026-03-29T05:00:00+00:00"),  # the clocks go forward in that night
    ],
)
def test_quiet_hours_are_read_on_the_agents_own_clock(ana: Agent, clock: str, ends: str) -> None:
    wishes = Wishes(agent=ana, quiet_from=datetime(1, 1, 1, 20).time(), quiet_until=datetime(1, 1, 1, 7).time())

    assert after_quiet(wishes, "Europe/Copenhagen", datetime.fromisoformat(clock)) == datetime.fromisoformat(ends)


def test_quiet_hours_within_a_day_end_on_that_day(ana: Agent) -> None:
    wishes = Wishes(agent=ana, quiet_from=datetime(1, 1, 1, 12).time(), quiet_until=datetime(1, 1, 1, 13).time())
    noon = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)

    assert after_quiet(wishes, "UTC", noon) == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert after_quiet(wishes, "UTC", noon + timedelta(hours=1)) == noon + timedelta(hours=1)


def test_a_mail_at_once_waits_until_the_quiet_hours_are_over(
    ticket: Ticket, ana: Agent, leo: Agent, smtp: SmtpSink
) -> None:
    wish(ana, "mail", quiet_from=datetime(1, 1, 1, 20).time(), quiet_until=datetime(1, 1, 1, 7).time())
    with time_machine.travel("2026-11-22T23:00:00Z", tick=False):
        do(ticket, leo, AssignTo(ana.pk))
        assert mails.send_news() == 0
        assert Notification.objects.unread().count() == 1
    with time_machine.travel("2026-11-23T07:00:00Z", tick=False):
        assert mails.send_news() == 1
