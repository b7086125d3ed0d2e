"""Customers' words by the API: filed once, in the customer's name, like a mail, and never without saying who filed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from agents.actors import Actor
from agents.integrations import edit_service, make_service, make_service_token
from agents.models import AccountMail
from agents.permissions import Role
from customers.merging import merge_customers
from customers.models import Customer, CustomerChange
from reports.answers import answers, opened_by_agent
from reports.past import pasts
from tests.api.conftest import Program, program
from tests.factories import make_agent, make_customer, make_ticket
from tickets.actions import AddReply, AssignTo, SetStatus
from tickets.merging import merge_tickets
from tickets.models import Change, Event, Message, Ticket, TicketLink
from tickets.outbox import drain
from tickets.perform import perform
from tickets.timeline import timeline
from webhooks.models import Webhook
from webhooks.switching import switch_off

pytestmark = pytest.mark.django_db
URL = "/api/v1/customer-messages/"
NEW: dict[str, Any] = {
    "external_message_id": "form-1",
    "customer": {"email": "Kim@alpha.example", "name": "Kim Jensen"},
    "subject": "Invoice 4711 was paid twice",
    "body": "My card was charged twice.",
}


def service_of(root, **given):
    wanted = {"name": "Contact form", "role": "light_agent", "teams": [], "files_for_customers": True} | given
    return make_service(Actor.agent(root), **wanted)


def program_of(service, root, scope="file") -> Program:
    return Program(make_service_token(service.pk, Actor.agent(root), scope=scope)[1])


@pytest.fixture
def service(root, settings):
    settings.AGENTS_SEE_ALL = False
    return service_of(root)


@pytest.fixture
def form(service, root) -> Program:
    return program_of(service, root)


def after(ticket_id: int, **more: Any) -> dict[str, Any]:
    """The next words of Kim on that ticket."""
    return {
        "external_message_id": "form-2",
        "customer": NEW["customer"],
        "ticket_id": ticket_id,
        "body": "Well?",
    } | more


def test_a_contact_form_opens_a_ticket_as_the_customer(form, service, root, billing, mailoutbox):
    answer = form.send(URL, NEW | {"team_id": billing.pk, "language": "da"})

    assert answer.status_code == 201
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert answer.json() == {"ticket_id": ticket.pk, "message_id": message.pk, "outcome": "opened"}
    assert (ticket.channel, ticket.language, ticket.team, ticket.status) == ("api", "da", billing, "new")
    assert (ticket.requester.email, ticket.waiting_since) == ("Kim@alpha.example", ticket.created_at)
    assert (message.author_kind, message.customer, message.public) == ("customer", ticket.requester, True)
    assert (message.filed_by, message.filed_by_name, message.external_id) == (
        service.account,
        "Contact form",
        "form-1",
    )
    change = Change.objects.get()
    assert (change.actor_kind, change.actor_id, change.actor_name, change.via) == (
        "customer",
        ticket.requester_id,
        "Kim Jensen",
        "api",
    )
    told = Event.objects.get(kind="message_added").data
    assert told["filed_by"] == {"id": service.account.pk, "name": "Contact form"}
    assert told["author"] == "customer"
    assert CustomerChange.objects.get().actor_kind == "service"
    (past,) = pasts([ticket.pk])
    assert not opened_by_agent(past)
    drain()
    assert mailoutbox == []

    # Sent again: answered with the same, whoever of the machines sends it, and with another key.
    again = form.send(URL, NEW | {"team_id": billing.pk, "language": "da"}, **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (200, answer.json() | {"outcome": "repeated"})
    other = form.send(URL, NEW | {"body": "Something else."})
    assert (other.status_code, other.json()["code"]) == (422, "already_filed")
    stranger = form.send(URL, NEW | {"customer": {"email": "bo@beta.example"}})
    assert (stranger.status_code, stranger.json()["code"]) == (422, "already_filed")
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (1, 1, 1)
    # Another integration has ids of its own.
    second = program_of(service_of(root, name="App"), root)
    assert second.send(URL, NEW).json()["outcome"] == "opened"


def test_words_that_are_added_count_like_a_mail(form, ana, billing, client, root):
    """A solved ticket reopens, thanks leave it solved, a closed one gets a follow-up; answers are measured."""
    number = form.send(URL, NEW | {"team_id": billing.pk}).json()["ticket_id"]
    by = Actor.agent(ana)
    perform(number, AddReply("It is on its way."), SetStatus("solved"), AssignTo(ana.pk), by=by, via="web")

    thanks = form.send(URL, after(number, external_message_id="t", body="Thank you!"))
    assert (thanks.status_code, Ticket.objects.get().status) == (201, "solved")
    added = form.send(URL, after(number, body="It has not come."))

    assert (added.status_code, added.json()["outcome"]) == (201, "added")
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since is not None) == ("open", True)
    kinds = [(event.change.actor_kind, event.kind) for event in Event.objects.filter(change__ticket=ticket)]
    assert kinds[-2:] == [("customer", "message_added"), ("customer", "status_changed")]
    perform(number, AddReply("Now it has."), by=by, via="web")
    (past,) = pasts([number])
    assert [(one.author, one.first) for one in answers(past, frozenset())] == [(ana.pk, True), (ana.pk, False)]
    perform(number, SetStatus("solved"), SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    follow_up = form.send(URL, after(number, external_message_id="form-3", body="Once more.")).json()
    assert (follow_up["outcome"], follow_up["ticket_id"]) == ("follow_up", number + 1)
    link = TicketLink.objects.get()
    assert (link.source_id, link.target_id, link.kind) == (number + 1, number, "follow_up")
    assert Ticket.objects.get(pk=number + 1).subject == NEW["subject"]
    client.force_login(root)
    page = client.get(f"/tickets/{number}/").content.decode()
    assert page.count("filed by Contact form (API)") == 3
    assert {entry.author for entry in timeline(ticket, by).entries} == {
        "Kim Jensen",
        "Ana",
        "Automatic closing",
        "Filing",
    }


def test_nobody_speaks_for_a_customer_without_that_permission_or_for_one_who_is_not_on_the_ticket(
    form, service, root, leo, otto, billing, kim, settings
):
    """A01, E01: neither an agent, nor an integration without it, nor in the name of somebody else."""
    ticket = make_ticket(kim, team=billing)
    before = (Message.objects.count(), Customer.objects.count())
    plain = program_of(service_of(root, name="Billing system", role="admin", files_for_customers=False), root, "admin")
    for one in (program(leo), program(otto), plain):
        for body in (NEW, after(ticket.pk)):
            answer = one.send(URL, body)
            assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    reading = program_of(service, root, "read")
    assert reading.send(URL, NEW).json()["code"] == "scope"
    # A ticket that it neither sees nor filed on is absent; on one that it sees the customer must take part.
    assert form.send(URL, after(ticket.pk)).status_code == 404
    edit_service(service.pk, Actor.agent(root), role="light_agent", teams=[billing], files_for_customers=True)
    bo = form.send(URL, after(ticket.pk, customer={"email": "bo@beta.example"}))
    assert (bo.status_code, bo.json()["code"]) == (422, "customer_not_on_ticket")
    assert (Message.objects.count(), Customer.objects.count()) == before
    # A token of the scope file opens nothing else: what it filed itself it cannot read.
    assert form.send(URL, after(ticket.pk)).status_code == 201
    for url in (f"/api/v1/tickets/{ticket.pk}/", "/api/v1/tickets/", "/api/v1/customers/", "/api/v1/me/"):
        assert (form.get(url).status_code, form.get(url).json()["code"]) == (403, "scope"), url
    assert form.send(f"/api/v1/tickets/{ticket.pk}/messages/", {"body": "x", "public": False}).status_code == 403
    edit_service(service.pk, Actor.agent(root), role="light_agent", teams=[], files_for_customers=False)
    assert form.send(URL, after(ticket.pk, external_message_id="late")).status_code == 403


def test_somebody_without_an_address_is_known_by_the_id_elsewhere_and_shown_as_not_mailed(
    root, ana, billing, client, mailoutbox
):
    chat = program_of(service_of(root, name="Chat", role="agent", teams=[billing]), root, "write")
    nobody = {"external_id": "chat-77", "name": "Bo"}

    me = chat.get("/api/v1/me/").json()
    assert (me["kind"], me["name"], me["email"], me["team_ids"]) == ("service", "Chat", None, [billing.pk])
    first = chat.send(URL, NEW | {"customer": nobody, "tags": ["chat"], "priority": "high", "team_id": billing.pk})
    second = chat.send(URL, after(first.json()["ticket_id"], customer={"external_id": "chat-77"}))

    assert (first.status_code, second.json()["outcome"]) == (201, "added")
    ticket, bo = Ticket.objects.get(), Customer.objects.get()
    assert (bo.external_id, bo.name, bo.email, ticket.requester) == ("chat-77", "Bo", "", bo)
    assert ([tag.name for tag in ticket.tags.all()], ticket.priority_slug) == (["chat"], "high")
    assert [change.actor_kind for change in Change.objects.order_by("pk")] == ["customer", "service", "customer"]
    perform(ticket.pk, AddReply("Hello Bo."), by=Actor.agent(ana), via="web")
    drain()
    client.force_login(ana)
    assert "Not mailed: nobody here has a mail address." in client.get(f"/tickets/{ticket.pk}/").content.decode()
    listed = chat.get(f"/api/v1/tickets/{ticket.pk}/messages/").json()["items"]
    assert [(row["filed_by_name"], row["external_id"], row["to"]) for row in listed] == [
        ("Chat", "form-1", []),
        ("Chat", "form-2", []),
        ("", "", []),
    ]
    assert mailoutbox == []
    # A new customer has both, and is never taken for somebody whom the other system knows by another id.
    known = {"external_id": "chat-78", "email": "kim@alpha.example", "name": "Kim"}
    opened = chat.send(URL, NEW | {"external_message_id": "a", "customer": known})
    requester = Ticket.objects.get(pk=opened.json()["ticket_id"]).requester
    assert (requester.external_id, requester.email) == ("chat-78", "kim@alpha.example")
    clash = chat.send(URL, NEW | {"external_message_id": "b", "customer": known | {"external_id": "chat-79"}})
    assert (clash.status_code, clash.json()["code"]) == (422, "external_id_taken")


def test_an_address_that_somebody_typed_gives_no_id_elsewhere_to_whom_it_belongs(form, kim):
    """A01: the words are filed as a form would, but nothing else said under that id is ever Kim's; nor are looks."""
    stranger = {"external_id": "chat-77", "email": "kim@alpha.example"}
    typed = form.send(URL, NEW | {"customer": stranger}).json()["ticket_id"]
    alone = form.send(URL, NEW | {"external_message_id": "b", "customer": {"external_id": "chat-77", "name": "Bo"}})

    kim.refresh_from_db()
    bo = Ticket.objects.get(pk=alone.json()["ticket_id"]).requester
    assert (Ticket.objects.get(pk=typed).requester, kim.external_id) == (kim, None)
    assert (bo.external_id, bo.email, bo == kim) == ("chat-77", "", False)
    refused = form.send(URL, after(typed, customer={"external_id": "chat-77"}))
    assert (refused.status_code, refused.json()["code"]) == (422, "customer_not_on_ticket")
    # An address that is not Bo's does not stand on his words, where a reply would take it for one of theirs.
    third = form.send(URL, NEW | {"external_message_id": "c", "customer": stranger}).json()
    message = Message.objects.get(pk=third["message_id"])
    assert (message.customer, message.from_address) == (bo, "")
    assert Message.objects.get(ticket_id=typed).from_address == "kim@alpha.example"
    # What the other system has checked is kept.
    checked = {"external_id": "shop-5", "email": "kim@alpha.example", "email_verified": True}
    for number in ("d", "e"):
        assert form.send(URL, NEW | {"external_message_id": number, "customer": checked}).status_code == 201
    kim.refresh_from_db()
    assert kim.external_id == "shop-5"
    assert CustomerChange.objects.filter(customer=kim, data__external_id__to="shop-5").count() == 1


def test_merges_of_tickets_and_of_customers_lose_neither_the_words_nor_the_way_to_them(form, service, root, billing):
    """The form sees none of these tickets: it has filed on the first, which somebody then folded into another."""
    boss = Actor.agent(root)
    asked = form.send(URL, NEW | {"team_id": billing.pk, "tags": ["web"], "priority": "high"})
    assert asked.status_code == 403  # a light agent sets no tags
    edit_service(service.pk, boss, role="agent", teams=[], files_for_customers=True)
    number = form.send(URL, NEW | {"team_id": billing.pk, "tags": ["web"], "priority": "high"}).json()["ticket_id"]
    ticket = Ticket.objects.get(pk=number)
    assert ([tag.name for tag in ticket.tags.all()], ticket.priority_slug, ticket.team) == (["web"], "high", billing)
    assert [change.actor_kind for change in Change.objects.filter(ticket=ticket)] == ["customer", "service"]
    assert not Ticket.objects.visible_to(Actor.agent(service.account)).exists()

    end = make_ticket(ticket.requester, team=billing, subject="The one that stayed")
    merge_tickets(number, end.pk, by=boss, via="web")
    added = form.send(URL, after(number)).json()
    assert (added["ticket_id"], added["outcome"]) == (end.pk, "added")
    perform(end.pk, SetStatus("solved"), SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    follow_up = form.send(URL, after(number, external_message_id="form-3", body="Once more.")).json()
    link = TicketLink.objects.get(kind="follow_up")
    assert (follow_up["outcome"], link.source_id, link.target_id) == ("follow_up", follow_up["ticket_id"], end.pk)
    assert Ticket.objects.get(pk=follow_up["ticket_id"]).subject == "The one that stayed"

    # Nobody has moved the tickets of who was merged away yet.
    kim, winner = ticket.requester, make_customer("Kim at home", "kim@home.example")
    merge_customers(winner.pk, kim.pk, boss)
    again = form.send(URL, after(number, external_message_id="form-3", body="Once more."))
    assert (again.status_code, again.json()) == (200, follow_up | {"outcome": "repeated"})
    more = form.send(URL, after(follow_up["ticket_id"], external_message_id="form-4"))
    assert (more.status_code, more.json()["outcome"]) == (201, "added")
    assert Ticket.objects.get(pk=follow_up["ticket_id"]).requester == winner
    moved = Event.objects.get(kind="requester_merged")
    assert (moved.change.ticket_id, moved.change.actor_name) == (follow_up["ticket_id"], "customer-merge")
    assert Message.objects.get(external_id="form-4").customer == winner
    bo = form.send(URL, after(number, external_message_id="x", customer={"email": "bo@beta.example"}))
    assert bo.json()["code"] == "customer_not_on_ticket"


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"external_message_id": ""}, "external_message_id", "blank"),
    ({"external_message_id": "x" * 201}, "external_message_id", "max_length"),
    ({"customer": {}}, "customer.id", "required"),
    ({"customer": {"id": 1, "email": "k@x.example"}}, "customer.id", "required"),
    ({"customer": {"id": 987_654_321}}, "customer.id", "no_such_customer"),
    ({"customer": {"email": "not an address"}}, "customer.email", "invalid"),
    ({"customer": {"external_id": "kim\u200b"}}, "customer.external_id", "bad_external_id"),
    ({"customer": {"external_id": "\u200b"}}, "customer.external_id", "bad_external_id"),
    ({"customer": {"external_id": "\u202ekim", "email": "k@x.example"}}, "customer.external_id", "bad_external_id"),
    ({"customer": {"external_id": "kim", "email_verified": "yes"}}, "customer.email_verified", "invalid"),
    ({"body": "  "}, "body", "empty"),
    ({"body": "a\x00b"}, "body", "unstorable"),
    ({"ticket_id": 1}, "subject", "only_new"),
    ({"team_id": 987_654_321}, "team_id", "no_such_team"),
    ({"attachments": ["made-up"]}, "attachments", "no_such_upload"),
    ({"author": "agent"}, "author", "unknown_field"),
    ({"public": False}, "public", "unknown_field"),
]


def test_a_mistake_files_nothing_and_makes_nobody(form):
    """G04, K05"""
    for wrong, field, code in MISTAKES:
        answer = form.send(URL, NEW | wrong)

        found = answer.json()["errors"][0]
        assert (answer.status_code, found["field"], found["code"]) == (422, field, code)
        assert not Ticket.objects.exists()
        assert not Customer.objects.exists()


def test_files_are_uploaded_by_the_form_and_hang_on_the_customers_words(form, root, ana):
    file = SimpleUploadedFile("receipt.txt", b"paid twice", "text/plain")
    key = form.post("/api/v1/attachments/", {"file": file}).json()["key"]
    other = program_of(service_of(root, name="App"), root)

    stolen = other.send(URL, NEW | {"attachments": [key]})
    filed = form.send(URL, NEW | {"attachments": [key]})

    assert (stolen.status_code, filed.status_code) == (422, 201)
    assert Message.objects.get().attachments.get().name == "receipt.txt"


@pytest.mark.django_db(transaction=True)
def test_the_same_words_sent_five_times_at_once_are_filed_once():
    """L01: the constraint lets one win; the others are told where its words stand."""
    root = make_agent("Root", role=Role.ADMIN)
    secret = make_service_token(service_of(root).pk, Actor.agent(root), scope="file")[1]
    answers, start = [], threading.Barrier(5)

    def send() -> None:
        start.wait()
        try:
            answers.append(Program(secret).send(URL, NEW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (1, 1, 1)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert {answer.json()["message_id"] for answer in answers} == {Message.objects.get().pk}


def test_an_integration_asks_for_bulk_jobs_owns_webhooks_and_is_answered_once(root, billing, kim):
    """What hangs on an account hangs on that of an integration as well; the house tells admins what became of it."""
    shop = program_of(service_of(root, name="Shop", role="admin", files_for_customers=False), root, "admin")
    ticket = make_ticket(kim, team=billing)

    job = shop.send("/api/v1/tickets/bulk/", {"ids": [ticket.pk], "actions": [{"do": "add_tag", "tag": "x"}]})
    hook = shop.send("/api/v1/webhooks/", {"name": "Shop", "url": "https://93.184.215.14/x"})
    body = {"subject": "s", "requester_id": kim.pk, "message": {"body": "b", "public": False}}
    keyed = [shop.send("/api/v1/tickets/", body, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert (job.status_code, job.json()["numbers"]["done"]) == (200, 1)
    assert shop.get(job["Location"]).status_code == 200
    assert (hook.status_code, keyed[0].status_code, keyed[0].json()) == (201, 201, keyed[1].json())
    changes = Change.objects.exclude(actor_kind="customer").order_by("pk")
    assert {(one.actor_kind, one.actor_name) for one in changes} == {("service", "Shop")}
    webhook = Webhook.objects.get()
    assert (webhook.owner.name, switch_off(webhook, Webhook.Off.FAILING)) == ("Shop", True)
    assert [mail.agent for mail in AccountMail.objects.filter(kind="webhook_stopped")] == [root]
