"""People and machines: what opens a ticket and what does not."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import pytest

from channels.classify import LOOP_HEADER, Verdict, classify
from channels.mime import parse

OWN = frozenset({"support@helpdesk.test"})


def verdict(*headers: str, body: str = "Hello", own_ids: frozenset[str] = frozenset()) -> Verdict:
    raw = "\r\n".join(("Message-ID: <1@example.com>", *headers)) + "\r\n\r\n" + body
    return classify(parse(raw.encode()), OWN, own_ids)


def test_a_persons_mail_opens_a_ticket_and_may_be_answered() -> None:
    found = verdict("From: kim@example.com", "Subject: My invoice", "Auto-Submitted: no")

    assert (found.kind, found.may_answer, found.reasons) == ("customer", True, ())


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Auto-Submitted: auto-replied"], "auto_reply"),
        (["Auto-Submitted: auto-generated; x=y"], "automated"),
        (["Precedence: bulk"], "automated"),
        (["Precedence: junk"], "automated"),
        (["Precedence: auto_reply"], "auto_reply"),
        (["X-Autoreply: yes"], "auto_reply"),
        (["X-Auto-Response-Suppress: All", "Subject: Automatisk svar: ferie"], "auto_reply"),
        (["Subject: Out of office: back Monday"], "auto_reply"),
        (["Subject: Automatyczna odpowiedź: urlop"], "auto_reply"),
        (["Subject: Abwesenheitsnotiz"], "auto_reply"),
        (["Subject: Автовідповідь: відпустка"], "auto_reply"),
        (["Subject: Réponse automatique : absence"], "auto_reply"),
        (["List-Id: <talk.example.com>"], "mailing_list"),
        (["Precedence: list"], "mailing_list"),
        (["Content-Type: multipart/report; report-type=feedback-report; boundary=b"], "feedback_report"),
    ],
)
def test_machines_neither_open_tickets_nor_get_answers(headers: list[str], kind: str) -> None:
    """B01, B10"""
    found = verdict("From: kim@example.com", *headers)

    assert (found.kind, found.may_answer) == (kind, False)
    assert found.reasons


@pytest.mark.parametrize(
    "headers",
    [
        ["From: no-reply@example.com"],
        ["From: kim@example.com", "Return-Path: <>"],
        ["From: kim@example.com", "X-Auto-Response-Suppress: OOF"],
        ["From: postmaster@example.com"],
    ],
)
def test_some_mails_are_read_but_never_answered_by_a_machine(headers: list[str]) -> None:
    """B01"""
    found = verdict(*headers, "Subject: My invoice")

    assert (found.kind, found.may_answer) == ("customer", False)


@pytest.mark.parametrize(
    "subject", ["Question about my holiday booking", "The office chair broke", "Automatic door does not open"]
)
def test_words_about_holidays_and_offices_are_not_an_absence(subject: str) -> None:
    assert verdict("From: kim@example.com", f"Subject: {subject}").kind == "customer"


@pytest.mark.parametrize(
    "headers",
    [
        ["From: kim@example.com", f"{LOOP_HEADER}: this-house"],
        ["From: Support <Support@helpdesk.test>"],
    ],
)
def test_our_own_mail_coming_back_is_a_loop(headers: list[str]) -> None:
    """B03"""
    assert verdict(*headers, own_ids=frozenset({"this-house"})).kind == "loop"


def test_a_message_id_of_ours_is_a_loop() -> None:
    raw = b"From: kim@example.com\r\nMessage-ID: <9.abc@mail.helpdesk.test>\r\n\r\nHello"

    assert classify(parse(raw), OWN, frozenset({"mail.helpdesk.test"})).kind == "loop"


def test_a_strangers_loop_header_means_nothing() -> None:
    """A07"""
    assert (
        verdict("From: kim@example.com", f"{LOOP_HEADER}: other", own_ids=frozenset({"this-house"})).kind == "customer"
    )


_REPORT = """--b

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; fine@example.com
Action: delivered
Status: 2.0.0

Original-Recipient: rfc822;Gone@Example.com
Final-Recipient: rfc822; gone@example.com
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <7.token@mail.helpdesk.test>
To: gone@example.com

--b--
"""


def report(action: str, status: str) -> Verdict:
    return verdict(
        "From: MAILER-DAEMON@mx.example.com",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        body=_REPORT.format(action=action, status=status),
    )


def test_a_bounce_names_the_address_the_message_and_the_status() -> None:
    found = report("failed", "5.1.1")

    assert (found.kind, found.bounced_address) == ("bounce", "gone@example.com")
    assert (found.bounced_message_id, found.dsn_status) == ("7.token@mail.helpdesk.test", "5.1.1")


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0")])
def test_a_delay_or_a_receipt_is_no_bounce(action: str, status: str) -> None:
    assert report(action, status).kind == "delivery_notice"


def test_a_bounce_in_plain_words_is_understood() -> None:
    found = verdict(
        "From: MAILER-DAEMON@mx.example.com",
        "Subject: failure notice",
        body="This is the qmail-send program.\nI've given up.\n\n<gone@example.com>:\n550 5.1.1 no such user\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <7.token@mail.helpdesk.test>\nTo: gone@example.com\n",
    )

    assert (found.kind, found.bounced_address, found.dsn_status) == ("bounce", "gone@example.com", "5.1.1")
    assert found.bounced_message_id == "7.token@mail.helpdesk.test"


def test_a_person_who_writes_about_a_failed_delivery_is_a_customer() -> None:
    found = verdict("From: kim@example.com", "Subject: Delivery failed again", body="My parcel could not be delivered.")

    assert found.kind == "customer"


def test_a_read_receipt_is_no_ticket() -> None:
    found = verdict(
        "From: kim@example.com",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        body="--b\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: displayed\r\n--b--",
    )

    assert found.kind == "delivery_notice"


@pytest.mark.parametrize(
    "header", ["List-Post: <mailto:support@helpdesk.test>", "List-ID: Support <support.helpdesk.test>"]
)
def test_a_group_address_of_ours_hands_on_customers_mail(header: str) -> None:
    """A support address that is a group at a mail host puts list headers on every mail; its writers are customers."""
    assert verdict("From: kim@example.com", header, "List-Id: <support.helpdesk.test>").kind == "customer"


def test_a_plus_variant_of_our_address_is_us() -> None:
    """B03"""
    assert verdict("From: Support+t7-abc@helpdesk.test").kind == "loop"
