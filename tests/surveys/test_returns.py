"""A survey mail that comes back asked nobody; what a stranger makes up about it changes nothing."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from agents.models import Agent
from channels.models import InboundMessage, Mailbox
from customers.models import Address
from surveys.models import Survey, SurveyMail
from surveys.numbers import tally
from tests.channels.mailroom import make_mailbox
from tests.channels.post import take_in
from tests.surveys.desk import sent, states, switch_on
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db


def came_back(header_id: str, status: str = "5.1.1") -> InboundMessage:
    """What a mail server writes who could not deliver; the address that it names is anybody's."""
    lines = (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <{status}.{header_id[:20]}@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; other@victim.example\r\nAction: failed\r\nStatus: {status}\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{header_id}>\r\n\r\n--b--\r\n"
    )
    return take_in(lines.encode(), Mailbox.objects.get())


@pytest.fixture
def asked(ticket: Ticket, ana: Agent) -> tuple[Survey, str]:
    switch_on()
    make_mailbox()
    return sent(ticket, ana)


def test_it_leaves_from_the_mailbox_so_that_it_can_come_back(asked: tuple[Survey, str]) -> None:
    """B07: the envelope's sender is the ticket's mailbox, as with a reply: a bounce tells us that nobody was asked."""
    letter = mail.outbox[0]

    assert "support@" in letter.from_email and letter.from_email == letter.message()["From"]


def test_a_survey_that_came_back_asked_nobody_and_nothing_else_happens(
    asked: tuple[Survey, str], ticket: Ticket
) -> None:
    survey, _token = asked
    before = Change.objects.count()

    row = came_back(SurveyMail.objects.get().header_id)

    survey.refresh_from_db()
    assert (row.state, row.kind, row.ticket) == ("ignored", "bounce", ticket)
    assert (states(), survey.sent_at, survey.remind_at) == ([("suppressed", "undelivered")], None, None)
    assert [step.what for step in survey.steps.all()] == ["scheduled", "handed_over", "sent", "suppressed"]
    assert tally(Survey.objects.all()).sent == 0
    assert Address.objects.get(bounced_at__isnull=False).normalised == "kim@alpha.example"
    assert (Change.objects.count(), Ticket.objects.count()) == (before, 1)


@pytest.mark.parametrize(("status", "known"), [("4.2.2", True), ("5.1.1", False)])
def test_a_delay_and_a_made_up_bounce_change_nothing(status: str, known: bool, asked: tuple[Survey, str]) -> None:
    header_id = SurveyMail.objects.get().header_id

    came_back(header_id if known else header_id[::-1], status)

    assert states() == [("sent", "")]
    assert not Address.objects.filter(bounced_at__isnull=False).exists()


def test_what_comes_back_after_the_answer_takes_no_answer_away(asked: tuple[Survey, str], client: Client) -> None:
    survey, token = asked
    client.post(f"/feedback/{token}/", {"score": "5"})

    came_back(SurveyMail.objects.get().header_id)

    survey.refresh_from_db()
    assert (states(), survey.score) == ([("answered", "")], 5)
    assert tally(Survey.objects.all()).answered == 1
