"""Mail in the language of its reader: which language it is, over real SMTP, and that answers to it are folded."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import translation

from agents import mails as account_mails
from agents.actors import Actor
from agents.models import Agent
from channels import outbound
from channels.letter_language import spoken
from channels.models import Mailbox, OutboundEmail
from customers.models import Customer
from notifications import mails as news_mails
from notifications.models import Wishes
from tests.channels.mailroom import mail_in, make_due, make_mailbox, reply
from tests.channels.post import letter, take_in
from tests.factories import make_ticket
from tests.notifications.test_news_mails import EVERYTHING
from tests.notifications.test_news_mails import make_due as make_news_due
from tests.plugin_services import SmtpSink
from tickets import outbox
from tickets.actions import AssignTo
from tickets.models import Message, Ticket
from tickets.perform import perform

MARKERS = {
    "en": "##- Please write your answer above this line -##",
    "da": "##- Skriv dit svar over denne linje -##",
    "nb": "##- Skriv svaret ditt over denne linjen -##",
    "pl": "##- Prosimy pisać odpowiedź powyżej tej linii -##",
    "uk": "##- Будь ласка, пишіть відповідь над цим рядком -##",
}
RECEIVED = {
    "en": "We have received your message [#{}]",
    "da": "Vi har modtaget din besked [#{}]",
    "nb": "Vi har mottatt meldingen din [#{}]",
    "pl": "Otrzymaliśmy Państwa wiadomość [#{}]",
    "uk": "Ми отримали ваше повідомлення [#{}]",
}
LANGUAGES = sorted(MARKERS)


@pytest.fixture(autouse=True)
def smtp(settings: Any, smtp_sink: SmtpSink) -> SmtpSink:
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_SECURITY = smtp_sink.host, smtp_sink.port, "none"
    settings.SMTP_TIMEOUT = 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = smtp_sink.host, smtp_sink.port, 2
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return smtp_sink


def both_parts(message: Any) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return plain.get_content().replace("\r\n", "\n"), html.get_content() if html else ""


def test_every_language_of_the_interface_is_here() -> None:
    assert sorted(dict(configured.LANGUAGES)) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_carries_the_line_in_the_tickets_language_and_its_answer_is_folded_there(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, language: str
) -> None:
    """The whole way: out over SMTP, quoted below the answer without any quote sign, in again."""
    mailbox = make_mailbox(acknowledges=False)
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    reply(ticket, ana, "Have you tried **water**?")
    make_due()

    assert outbound.send_due() == 1

    (got,) = smtp.received
    plain, html = both_parts(got.message)
    assert plain.split("\n")[0] == MARKERS[language]
    assert f'<html lang="{language}">' in html
    assert MARKERS[language] in html
    owed = OutboundEmail.objects.get()
    chain = f"In-Reply-To: <{owed.header_id}>"
    took = take_in(letter(f"xyz 123\n\n{plain}", chain, to=mailbox.address, header_id="two@alpha.example"), mailbox)
    message = Message.objects.get(pk=took.message_id)
    assert (took.ticket_id, message.text) == (ticket.pk, "xyz 123")
    assert message.quoted_text.startswith(MARKERS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_html_answer_is_folded_at_the_line_of_its_language(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, language: str
) -> None:
    mailbox = make_mailbox(acknowledges=False)
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    reply(ticket, ana)
    make_due()
    outbound.send_due()
    html = both_parts(smtp.received[0].message)[1]
    chain = f"In-Reply-To: <{OutboundEmail.objects.get().header_id}>"
    raw = letter(html.replace("<body", "<body><p>xyz 123</p><i", 1), chain, header_id="two@alpha.example")

    took = take_in(raw.replace(b"text/plain", b"text/html"), mailbox)

    message = Message.objects.get(pk=took.message_id)
    assert message.text.strip() == "xyz 123"
    assert MARKERS[language] not in message.html
    assert MARKERS[language] in message.quoted_html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_speaks_the_language_of_the_ticket(db: None, smtp: SmtpSink, language: str) -> None:
    make_mailbox()
    ticket = make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    Message.objects.filter(ticket=ticket).update(sender_verified=False)
    mail_in(ticket, "one@alpha.example")
    outbox.drain()

    assert outbound.send_due() == 1

    (got,) = smtp.received
    plain, _html = both_parts(got.message)
    with translation.override(language):
        more = translation.gettext("You will hear from us. To add something, simply answer this mail.")
    assert got.message["Subject"] == RECEIVED[language].format(ticket.pk)
    assert plain.startswith(MARKERS[language])
    assert more in plain


@pytest.mark.parametrize(
    ("ticket_language", "customers", "mailboxes", "expected"),
    [
        ("da", "pl", "uk", "da"),
        ("", "pl", "uk", "pl"),
        ("", "", "uk", "uk"),
        ("de", "pl", "uk", "pl"),  # German is not spoken here
        ("de", "fr", "da", "da"),
        ("de", "fr", "", "en"),
        ("no", "pl", "uk", "nb"),
        ("da-DK", "", "en", "da"),
    ],
)
def test_the_language_is_the_tickets_then_the_customers_then_the_mailboxs(
    ticket: Ticket,
    ana: Agent,
    smtp: SmtpSink,
    ticket_language: str,
    customers: str,
    mailboxes: str,
    expected: str,
) -> None:
    make_mailbox(acknowledges=False, language=mailboxes)
    Ticket.objects.filter(pk=ticket.pk).update(language=ticket_language)
    Customer.objects.filter(pk=ticket.requester_id).update(language=customers)
    reply(ticket, ana)
    make_due()

    outbound.send_due()

    assert both_parts(smtp.received[0].message)[0].split("\n")[0] == MARKERS[expected]


@pytest.mark.parametrize(
    ("tag", "code"),
    [("nb-NO", "nb"), ("nn", "nb"), ("NO", "nb"), ("pl_PL", "pl"), ("uk", "uk"), ("ru", ""), ("", ""), ("../x", "")],
)
def test_a_language_tag_leads_to_one_of_our_catalogues_or_to_none(tag: str, code: str) -> None:
    assert spoken(tag) == code


def test_a_short_mail_of_a_known_customer_is_taken_to_be_in_that_persons_language(
    kim: Customer, smtp: SmtpSink
) -> None:
    """Two words tell no language, and what a mail program says about itself is often not its owner's."""
    Customer.objects.filter(pk=kim.pk).update(language="pl")
    mailbox = make_mailbox()

    took = take_in(letter("Xyz 123", "Content-Language: en-US"), mailbox)
    outbox.drain()
    outbound.send_due()

    assert Ticket.objects.get(pk=took.ticket_id).language == "pl"
    assert [got.message["Subject"] for got in smtp.received] == [RECEIVED["pl"].format(took.ticket_id)]


def test_what_a_mail_says_about_its_language_counts_for_a_stranger(db: None) -> None:
    took = take_in(letter("Xyz 123", "Content-Language: da-DK"), make_mailbox(language="uk"))

    assert Ticket.objects.get(pk=took.ticket_id).language == "da"


SUBJECTS = {
    "en": "Choose a new password",
    "da": "Vælg en ny adgangskode",
    "nb": "Velg et nytt passord",
    "pl": "Wybierz nowe hasło",
    "uk": "Виберіть новий пароль",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_account_mails_come_in_the_agents_language(ana: Agent, smtp: SmtpSink, language: str) -> None:
    Agent.objects.filter(pk=ana.pk).update(language=language)
    account_mails.owe_mail("reset", Agent.objects.get(pk=ana.pk))

    assert account_mails.send_owed() == 1

    (got,) = smtp.received
    plain, _html = both_parts(got.message)
    with translation.override(language):
        hello = translation.gettext("Hello %(name)s,") % {"name": "Ana"}
    assert (got.message["Subject"], plain.split("\n")[0]) == (SUBJECTS[language], hello)


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_come_in_the_agents_language(ana: Agent, leo: Agent, smtp: SmtpSink, settings: Any, language: str) -> None:
    settings.AGENTS_ANSWER_BY_MAIL = "reply"
    make_mailbox()
    Agent.objects.filter(pk=ana.pk).update(language=language)
    Wishes.objects.create(agent=ana, ways=dict.fromkeys(EVERYTHING, "mail"))
    ticket = make_ticket(team=ana.teams.get())
    perform(ticket.pk, AssignTo(ana.pk), by=Actor.agent(leo), via="web")
    outbox.drain()
    make_news_due()

    assert news_mails.send_news() == 1

    (got,) = smtp.received
    plain, html = both_parts(got.message)
    with translation.override(language):
        closing = translation.gettext("What you are told, and how:")
    assert MARKERS[language] in plain
    assert closing in plain
    assert f'<html lang="{language}">' in html


def test_the_mailbox_of_a_new_install_speaks_the_source_language(db: None) -> None:
    assert Mailbox().language == "en"
