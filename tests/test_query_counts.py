"""How many statements each page takes, at 1 row and at 25: the numbers stand in query_counts.json, and 25 cost no more.

Both databases take the same but where the table says otherwise: PostgreSQL is asked first how far the tickets go.

After a wanted change run `WRITE_QUERY_COUNTS=1 pytest tests/test_query_counts.py` and look at the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from automation.models import Macro
from tests.factories import make_customer, make_ticket
from tickets.actions import AddNote, AddParticipant, AddReply, AddTag, AssignTo, Follow
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform
from tickets.saved_views import save_view
from tickets.tag_conditions import is_common

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("query_counts.json")
WRITE = bool(os.environ.get("WRITE_QUERY_COUNTS"))
HTMX = {"HX-Request": "true"}
MACRO = [{"do": "set_status", "status": "pending"}, {"do": "add_tag", "tag": "two"}]


@pytest.fixture
def world(ana, leo, billing):
    """`rows` tickets of as many customers; the first has as many messages, and everybody has tags and people."""
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")

    def fill(rows):
        for number in range(rows):
            customer = make_customer(f"Customer {number}", f"c{number}@x{number}.example")
            make_ticket(customer, AssignTo(ana.pk), AddTag("one"), AddTag(f"t{number}"), team=billing)
        first = Ticket.objects.earliest("pk")
        by = Actor.agent(leo)
        for number in range(rows):
            talk = AddReply(f"Reply {number}") if number % 2 else AddNote(f"Note {number}")
            perform(first.pk, talk, by=by, via="web")
        perform(first.pk, Follow(leo.pk), AddParticipant(make_customer("Bo", "bo@b.example").pk), by=by, via="web")
        first.plain = make_ticket(make_customer("Plain", "plain@p.example"), AddTag("one"), team=billing).pk
        for number in range(rows):
            known_as = {"name": f"View {number}", "text": f"is:open tag:t{number}", "columns": ["type", "field_plan"]}
            first.view = save_view(Actor.agent(ana), known_as).pk
            first.macro = Macro.objects.create(owner=ana, name=f"Macro {number}", steps=MACRO).pk
        is_common("one")  # asked once in ten minutes, on PostgreSQL
        return first

    return fill


PAGES = {
    "inbox": lambda client, ticket: client.get("/tickets/?view=open"),
    "inbox, filtered": lambda client, ticket: client.get("/tickets/?view=open&priority=normal&tag=one"),
    "inbox, searched": lambda client, ticket: client.get("/tickets/?q=printer"),
    "inbox rows, live": lambda client, ticket: client.get(
        f"/tickets/rows/?view=open&id={ticket.pk}&id={ticket.pk + 1}", headers=HTMX
    ),
    "inbox, saved view with columns": lambda client, ticket: client.get(f"/tickets/?view={ticket.view}"),
    "inbox, asked in words": lambda client, ticket: client.get("/tickets/?query=is:open+team:billing+plan:x+-tag:y"),
    "saved views": lambda client, ticket: client.get("/views/"),
    "completions": lambda client, ticket: client.get("/views/completions/?query=is:open+assignee:a", headers=HTMX),
    "inbox views": lambda client, ticket: client.get("/tickets/views/", headers=HTMX),
    "ticket": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/"),
    "ticket with nobody else on it": lambda client, ticket: client.get(f"/tickets/{ticket.plain}/"),
    "ticket, since": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/since/?after=1", headers=HTMX),
    "ticket, other tickets": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/others/", headers=HTMX),
    "ticket, beside": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/beside/", headers=HTMX),
    "ticket, promises": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/sla/", headers=HTMX),
    "ticket, account of promises": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/sla/"),
    "ticket, escalations": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/escalations/"),
    "ticket, cause of a breach": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/breach-cause/", headers=HTMX),
    "ticket, satisfaction": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/satisfaction/", headers=HTMX),
    "ticket, printed": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/print/?notes=1"),
    "ticket, merge preview": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/merge/?number={ticket.plain}"),
    "ticket, split": lambda client, ticket: client.get(
        f"/tickets/{ticket.pk}/messages/{ticket.messages.latest('pk').pk}/split/"
    ),
    "choices of assignees": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/choices/assignee/", headers=HTMX),
    "reply": lambda client, ticket: client.post(
        f"/tickets/{ticket.pk}/replies/", {"kind": "reply", "body": "Hi", "status": "pending"}, headers=HTMX
    ),
    "draft, kept": lambda client, ticket: client.post(
        f"/tickets/{ticket.pk}/draft/", {"kind": "reply", "body": "Half a sen", "gesture": "g"}, headers=HTMX
    ),
    "texts to insert": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/canned/?q=a", headers=HTMX),
    "texts in settings": lambda client, ticket: client.get("/settings/texts/"),
    "macros in settings": lambda client, ticket: client.get("/settings/macros/"),
    "macros to apply": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/macros/", headers=HTMX),
    "what a macro would do": lambda client, ticket: client.get(
        f"/tickets/{ticket.pk}/macros/{ticket.macro}/", headers=HTMX
    ),
    "macro applied": lambda client, ticket: client.post(
        f"/tickets/{ticket.pk}/macros/{ticket.macro}/", {"macro": f"{ticket.macro}:1"}, headers=HTMX
    ),
    "set status": lambda client, ticket: client.post(
        f"/tickets/{ticket.pk}/status/", {"status": "pending"}, headers=HTMX
    ),
    "search": lambda client, ticket: client.get("/tickets/search/?q=printer+fire"),
    "search, suggestions": lambda client, ticket: client.get("/tickets/search/suggestions/?q=print", headers=HTMX),
    "ticket, what looks like it": lambda client, ticket: client.get(f"/tickets/{ticket.pk}/related/", headers=HTMX),
    "new ticket, the form": lambda client, ticket: client.get("/tickets/new/"),
}


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_statements_as_written(name, rows, world, client, ana):
    ticket = world(rows)
    client.force_login(ana)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = PAGES[name](client, ticket)

    assert response.status_code == 200
    count = sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")))
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    written = table.setdefault(name, {})
    there = f"{rows} on PostgreSQL" if connection.vendor == "postgresql" else str(rows)
    if WRITE and written.get(there, written.get(str(rows))) != count:
        written[there] = count
        TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")
    assert written.get(there, written.get(str(rows))) == count, "\n".join(query["sql"][:160] for query in captured)


def test_no_page_costs_more_for_more_rows():
    table = json.loads(TABLE.read_text())

    assert {name for name, counts in table.items() if counts["25"] > counts["1"]} == set()


def test_the_table_has_no_pages_that_are_gone():
    assert set(json.loads(TABLE.read_text())) == set(PAGES)
