"""The mail console, held and outgoing mail, the local outbox: who sees what, and what the buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agents.actors import Actor
from agents.models import Agent, Team
from channels import inbound, outbound
from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail
from tests.channels.mailroom import make_due, make_mailbox, reply
from tests.factories import make_ticket
from tickets import outbox
from tickets.actions import RedactMessage
from tickets.models import Ticket
from tickets.perform import perform


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return make_mailbox(acknowledges=False)


def take(raw: str, mailbox: Mailbox | None = None) -> InboundMessage:
    """A mail that has come in and was read."""
    row = inbound.receive(raw.replace("\n", "\r\n").encode(), mailbox, transport="imap")
    inbound.process(row.pk)
    row.refresh_from_db()
    return row


def letter(sender: str = "kim@alpha.example", subject: str = "Printer on fire", more: str = "", to: str = "") -> str:
    return (
        f"From: {sender}\nTo: {to or 'support@desk.example'}\nSubject: {subject}\n"
        f"Message-ID: <{abs(hash((sender, subject, more)))}@alpha.example>\n{more}\nHello <script>alert(1)</script>\n"
    )


def held(ticket: Ticket, ana: Agent) -> InboundMessage:
    """A stranger answers a mail of ours."""
    reply(ticket, ana)
    ours = OutboundEmail.objects.filter(ticket=ticket).latest("pk").header_id
    row = take(letter("stranger@evil.example", "Re: Printer on fire", f"In-Reply-To: <{ours}>\n"))
    assert (row.state, row.ticket) == ("held", ticket)
    return row


def url(name: str, *args: Any) -> str:
    return reverse(f"channels:{name}", args=args)


# ---------------------------------------------------------------- the console


def test_the_console_lists_mails_with_their_state(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    came = take(letter())
    take(letter("robot@x.example", "News", "Auto-Submitted: auto-generated\n"))
    client.force_login(otto)

    everything = client.get(url("console")).content.decode()
    done = client.get(url("console"), {"state": "done"}).content.decode()

    assert "Printer on fire" in everything
    assert "News" in everything
    assert f'href="{reverse("tickets:detail", args=[came.ticket_id])}"' in done
    assert "News" not in done


def test_the_console_turns_pages(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    rows = [InboundMessage(transport="imap", size=1, sha256=str(n), subject=f"mail-{n:03}") for n in range(60)]
    InboundMessage.objects.bulk_create(rows)
    client.force_login(otto)

    first = client.get(url("console"))
    second = client.get(url("console") + first.context["older"])

    assert (len(first.context["mails"]), len(second.context["mails"])) == (50, 10)
    assert second.context["older"] == ""
    assert len(client.get(url("console") + second.context["newer"]).context["mails"]) == 50
    assert client.get(url("console"), {"older": "nonsense"}).status_code == 422


def test_a_mail_is_shown_with_its_source_escaped_and_can_be_downloaded(
    client: Client, otto: Agent, mailbox: Mailbox
) -> None:
    came = take(letter())
    client.force_login(otto)

    page = client.get(url("letter", came.pk)).content.decode()
    download = client.get(url("source", came.pk))

    assert "Hello &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert download.content == bytes(came.raw.data)
    assert download["Content-Disposition"] == f'attachment; filename="mail-{came.pk}.eml"'
    assert (download["X-Content-Type-Options"], download["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert "sandbox" in download["Content-Security-Policy"]


def test_the_source_of_redacted_words_is_not_shown(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    came = take(letter())
    perform(came.ticket_id or 0, RedactMessage(came.message_id or 0), by=Actor.agent(otto), via="web")
    client.force_login(otto)

    page = client.get(url("letter", came.pk)).content.decode()

    assert "Hello" not in page
    assert client.get(url("source", came.pk)).status_code == 404


def test_a_held_mail_shows_its_candidate_and_is_put_on_the_ticket(
    client: Client, leo: Agent, ana: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    client.force_login(leo)
    page = client.get(url("letter", waiting.pk)).content.decode()

    answered = client.post(url("append", waiting.pk), {"ticket": f"#{ticket.pk}"})

    waiting.refresh_from_db()
    assert "Message-ID that we signed" in page
    assert answered.status_code == 302
    assert (waiting.state, waiting.ticket) == ("done", ticket)
    assert ticket.messages.filter(from_address="stranger@evil.example").count() == 1


def test_a_mail_becomes_a_new_ticket_or_spam_or_is_read_again(
    client: Client, leo: Agent, ana: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    client.force_login(leo)

    client.post(url("spam", waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "spam"
    client.post(url("replay", waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "held"
    client.post(url("open_from", waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "done"
    assert waiting.ticket_id not in (None, ticket.pk)


def test_a_mail_that_is_decided_is_not_decided_again(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    came = take(letter())
    client.force_login(otto)

    page = client.post(url("open_from", came.pk), follow=True).content.decode()

    assert "Somebody has decided about this mail already." in page
    assert Ticket.objects.count() == 1


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    client.force_login(otto)

    page = client.post(url("dry_run"), {"source": letter(subject="Broken <b>")})

    assert page.status_code == 200
    assert "Opens a ticket" in page.content.decode()
    assert "Broken &lt;b&gt;" in page.content.decode()
    assert (InboundMessage.objects.count(), Ticket.objects.count()) == (0, 0)


def test_a_dry_run_of_nothing_says_so(client: Client, otto: Agent, mailbox: Mailbox) -> None:
    client.force_login(otto)

    assert client.post(url("dry_run"), {"source": " \n\n"}).status_code == 422


# ---------------------------------------------------------------- who sees what


def everything_about(mail: InboundMessage) -> list[tuple[str, str]]:
    gestures = [("post", url(name, mail.pk)) for name in ("append", "open_from", "spam", "replay")]
    return [("get", url("letter", mail.pk)), ("get", url("source", mail.pk)), *gestures]


def test_a_supervisor_sees_the_mails_of_their_teams_and_of_none(
    client: Client, leo: Agent, billing: Team, technical: Team, mailbox: Mailbox
) -> None:
    """E: a mail on a ticket or mailbox of another team is 404 at every door, and nothing happens to it."""
    ours = take(letter(subject="ours"), make_mailbox("billing@desk.example", "Billing", team=billing))
    nobodys = take(letter(subject="nobodys"), mailbox)
    tech = make_mailbox("tech@desk.example", "Tech", team=technical)
    theirs = take(letter(subject="theirs"), tech)
    aside = take(letter("robot@x.example", "aside", "Auto-Submitted: auto-generated\n", "tech@desk.example"), tech)
    client.force_login(leo)

    page = client.get(url("console"))

    assert {mail.pk for mail in page.context["mails"]} == {ours.pk, nobodys.pk}
    assert [tab["count"] for tab in page.context["tabs"]][:3] == ["", "0", "2"]
    for hidden in (theirs, aside):
        before = InboundMessage.objects.filter(pk=hidden.pk).values().get()
        for method, address in everything_about(hidden):
            assert getattr(client, method)(address, {"ticket": str(ours.ticket_id)}).status_code == 404
        assert InboundMessage.objects.filter(pk=hidden.pk).values().get() == before


def test_a_mail_is_not_put_on_a_ticket_that_one_may_not_see(
    client: Client, leo: Agent, ana: Agent, ticket: Ticket, technical: Team, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    hidden = make_ticket(team=technical)
    client.force_login(leo)

    answered = client.post(url("append", waiting.pk), {"ticket": str(hidden.pk)})

    waiting.refresh_from_db()
    assert answered.status_code == 404
    assert waiting.state == "held"
    assert hidden.messages.count() == 1


def test_a_candidate_on_a_hidden_ticket_gives_nothing_away(
    client: Client, leo: Agent, mailbox: Mailbox, technical: Team
) -> None:
    hidden = make_ticket(team=technical, subject="canary-subject")
    client.force_login(leo)

    page = client.post(url("dry_run"), {"source": letter(subject=f"About [#{hidden.pk}]")}).content.decode()

    assert "A ticket that you may not see" in page
    assert "canary-subject" not in page


@pytest.mark.parametrize("who", ["ana", "mia", "lou"])
def test_agents_without_the_permission_are_refused(
    client: Client, request: Any, who: str, ana: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    mail = OutboundEmail.objects.get()
    client.force_login(request.getfixturevalue(who))
    doors = [("get", url("console")), ("get", url("outgoing")), ("get", url("dry_run")), ("post", url("dry_run")),
             ("post", url("send_again", mail.pk)), *everything_about(waiting)]  # fmt: skip

    answers = {getattr(client, method)(address).status_code for method, address in doors}

    waiting.refresh_from_db()
    assert answers == {403}
    assert waiting.state == "held"


def test_strangers_are_led_to_the_sign_in(client: Client, mailbox: Mailbox) -> None:
    for name in ("console", "outgoing", "dry_run", "mailboxes", "new_mailbox", "outbox", "outbox_write"):
        answered = client.get(url(name))
        assert answered.status_code == 302, name
        assert answered["Location"].startswith("/accounts/login/"), name


# ---------------------------------------------------------------- held at the ticket


def test_an_agent_confirms_a_held_message_on_the_ticket(
    client: Client, ana: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    client.force_login(ana)
    panel = client.get(url("held_panel", ticket.pk)).content.decode()

    answered = client.post(url("held_confirm", ticket.pk, waiting.pk), headers={"HX-Request": "true"})

    waiting.refresh_from_db()
    assert "stranger@evil.example" in panel
    assert "Hello &lt;script&gt;" in panel
    assert answered.status_code == 200
    assert "stranger@evil.example" not in answered.content.decode()
    assert waiting.state == "done"
    assert ticket.messages.filter(from_address="stranger@evil.example").count() == 1


def test_the_stranger_receives_nothing_until_confirmed(ana: Agent, ticket: Ticket, mailbox: Mailbox) -> None:
    """A06, B03."""
    held(ticket, ana)
    reply(ticket, ana, "Second answer")
    make_due()
    outbound.send_due()

    assert set(OutboundEmail.objects.values_list("recipient", flat=True)) == {"kim@alpha.example"}


def test_answers_go_to_the_sender_although_reply_to_names_somebody_else(
    client: Client, ana: Agent, mailbox: Mailbox
) -> None:
    """A12: the divergence is kept as a warning on the message, for the page to show."""
    came = take(letter(more="Reply-To: x@evil.test\n"))
    assert came.ticket is not None

    reply(came.ticket, ana)

    assert OutboundEmail.objects.get().recipient == "kim@alpha.example"
    assert came.ticket.messages.get(author_kind="customer").warnings == ["reply_to_differs"]


def test_two_robots_without_headers_end_in_silence(mailbox: Mailbox) -> None:
    """B02: the other side answers each of our mails at once, with a fresh Message-ID and no reference to ours."""
    Mailbox.objects.update(acknowledges=True)
    take(letter(subject="Round 0"))
    sent = 0
    for number in range(1, 10):
        outbox.drain()
        make_due()
        sent += outbound.send_due()
        take(letter(subject=f"Round {number}"))

    assert sent == 3
    assert LocalMail.objects.count() == 3


def test_a_held_message_becomes_its_own_ticket(client: Client, ana: Agent, ticket: Ticket, mailbox: Mailbox) -> None:
    waiting = held(ticket, ana)
    client.force_login(ana)

    client.post(url("held_open", ticket.pk, waiting.pk))

    waiting.refresh_from_db()
    assert waiting.state == "done"
    assert waiting.ticket_id != ticket.pk
    assert ticket.messages.filter(author_kind="customer").count() == 1


def test_the_panel_is_empty_when_nothing_waits(client: Client, ana: Agent, ticket: Ticket) -> None:
    client.force_login(ana)

    assert client.get(url("held_panel", ticket.pk)).content.decode().strip() == '<div id="held"></div>'


def test_held_messages_are_decided_by_those_only_who_see_the_ticket_and_may(
    client: Client, ana: Agent, mia: Agent, lou: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    waiting = held(ticket, ana)
    other = make_ticket(subject="Another matter")
    names = ("held_confirm", "held_open", "held_spam")

    client.force_login(mia)
    outsider = [client.post(url(name, ticket.pk, waiting.pk)).status_code for name in names[:2]]
    outsider.append(client.get(url("held_panel", ticket.pk)).status_code)
    client.force_login(lou)
    light = [client.post(url(name, ticket.pk, waiting.pk)).status_code for name in names]
    client.force_login(ana)
    wrong_ticket = [client.post(url(name, other.pk, waiting.pk)).status_code for name in names[:2]]

    waiting.refresh_from_db()
    assert outsider == [404, 404, 404]
    assert light == [403, 403, 403]
    assert wrong_ticket == [404, 404]
    assert waiting.state == "held"


# ---------------------------------------------------------------- outgoing


def test_a_failed_mail_is_listed_with_its_reason_and_tried_again(
    client: Client, leo: Agent, ana: Agent, ticket: Ticket, mailbox: Mailbox
) -> None:
    reply(ticket, ana)
    OutboundEmail.objects.update(state="failed", last_error="550 No such user <b>", attempts=3)
    mail = OutboundEmail.objects.get()
    client.force_login(leo)
    page = client.get(url("outgoing"), {"state": "failed"}).content.decode()

    answered = client.post(url("send_again", mail.pk))
    again = client.post(url("send_again", mail.pk))

    mail.refresh_from_db()
    assert "550 No such user &lt;b&gt;" in page
    assert (answered.status_code, again.status_code) == (302, 422)
    assert mail.state == "queued"


def test_outgoing_mail_of_other_teams_does_not_exist(
    client: Client, leo: Agent, mia: Agent, technical: Team, mailbox: Mailbox
) -> None:
    reply(make_ticket(team=technical), mia)
    OutboundEmail.objects.update(state="failed")
    mail = OutboundEmail.objects.get()
    client.force_login(leo)

    assert client.get(url("outgoing")).context["mails"] == []
    assert client.post(url("send_again", mail.pk)).status_code == 404
    assert OutboundEmail.objects.get().state == "failed"


# ---------------------------------------------------------------- the local outbox


@pytest.fixture
def sent(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> LocalMail:
    reply(ticket, ana, "Try <b>water</b> & **wait**.")
    make_due()
    outbound.send_due()
    return LocalMail.objects.get()


def test_the_outbox_lists_and_shows_a_mail(client: Client, ana: Agent, sent: LocalMail) -> None:
    client.force_login(ana)

    listed = client.get(url("outbox")).content.decode()
    page = client.get(url("outbox_mail", sent.pk)).content.decode()
    frame = client.get(url("outbox_frame", sent.pk))

    assert "Printer on fire" in listed
    assert "Answer as kim@alpha.example" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<strong>wait</strong>" in frame.content.decode()
    assert "&lt;b&gt;water" in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    assert client.get(url("outbox_source", sent.pk)).content == bytes(sent.raw)


def test_an_answer_from_the_outbox_comes_back_onto_its_ticket(
    client: Client, ana: Agent, ticket: Ticket, sent: LocalMail
) -> None:
    client.force_login(ana)

    answered = client.post(url("outbox_answer", sent.pk), {"body": "It works now, thanks a lot for the idea!"})

    inbound.process_waiting()
    came = InboundMessage.objects.get()
    message = ticket.messages.latest("pk")
    assert answered.status_code == 302
    assert (came.state, came.ticket, came.transport) == ("done", ticket, "local")
    assert (message.text, message.from_address) == ("It works now, thanks a lot for the idea!", "kim@alpha.example")
    assert "Try" in message.quoted_text


def test_a_letter_from_a_new_customer_opens_a_ticket(client: Client, ana: Agent, mailbox: Mailbox) -> None:
    client.force_login(ana)
    fields = {"sender": "new@b.example", "name": "Nina", "mailbox": mailbox.pk, "subject": "Hi", "body": "Help me."}

    client.post(url("outbox_write"), fields)
    inbound.process_waiting()

    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester.email, ticket.requester.name) == ("Hi", "new@b.example", "Nina")


def test_another_teams_mails_and_account_mails_are_hidden_in_the_outbox(
    client: Client, mia: Agent, root: Agent, sent: LocalMail
) -> None:
    """Account mails hold links that sign in: only admins read them."""
    from django.core.mail import EmailMessage

    from channels.transports.local import LocalBackend

    LocalBackend().send_messages([EmailMessage("Reset", "https://desk.example/reset/canary", to=["root@desk.example"])])
    account = LocalMail.objects.get(outbound=None)
    doors = ("outbox_mail", "outbox_frame", "outbox_source")

    client.force_login(mia)
    hidden = [client.get(url(name, mail.pk)).status_code for mail in (sent, account) for name in doors]
    hidden.append(client.post(url("outbox_answer", sent.pk), {"body": "x"}).status_code)
    listed = client.get(url("outbox")).context["mails"]
    client.force_login(root)

    assert set(hidden) == {404}
    assert listed == []
    assert "canary" in client.get(url("outbox_mail", account.pk)).content.decode()
    assert client.post(url("outbox_answer", account.pk), {"body": "x"}).status_code == 404


def test_in_production_the_outbox_is_for_admins_and_nobody_plays_a_customer(
    client: Client, ana: Agent, root: Agent, sent: LocalMail, settings: Any
) -> None:
    settings.EMBEDDED = False
    client.force_login(ana)
    agents = [client.get(url("outbox")).status_code, client.get(url("outbox_mail", sent.pk)).status_code]
    client.force_login(root)

    assert agents == [404, 404]
    assert client.get(url("outbox")).status_code == 200
    assert client.get(url("outbox_write")).status_code == 404
    assert client.post(url("outbox_answer", sent.pk), {"body": "x"}).status_code == 404
    assert InboundMessage.objects.count() == 0


def test_the_reactions_leave_nothing_owed(sent: LocalMail) -> None:
    assert outbox.drain() == 0


def test_the_rail_leads_to_the_outbox_while_no_server_carries_mail_away(
    client: Client, ana: Agent, settings: Any
) -> None:
    client.force_login(ana)
    link = f'href="{url("outbox")}"'

    without = client.get(url("outbox")).content.decode()
    settings.SMTP_HOST = "smtp.desk.example"
    with_server = client.get(url("outbox")).content.decode()

    assert link in without
    assert link not in with_server
