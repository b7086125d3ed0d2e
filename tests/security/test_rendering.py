"""Words of others on our pages: never markup, never a template, never a page where a file or a refusal is due."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agents.models import Agent
from channels.models import OutboundEmail
from channels.outbound import send_due
from customers.models import Organization
from tests import matrix_objects
from tests.channels.mailroom import local_mails, make_due, make_mailbox, reply
from tests.factories import make_customer, make_ticket
from tests.test_permission_matrix import URLS, house_urls
from tickets.actions import AddNote, AddTag, SetField, SetSubject
from tickets.models import FieldDefinition
from tickets.perform import perform

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
MARKUP = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def hostile_house(kim, ana, billing):
    """Everybody who may write a name or a text wrote markup and a template into it."""
    Agent.objects.filter(pk=ana.pk).update(name=f"Ana {MARKUP}", signature=f"Best {MARKUP} {{% now 'Y' %}}")
    ana.refresh_from_db()
    billing.name, billing.description = f"Billing {MARKUP}", MARKUP
    billing.save()
    make_mailbox(name=f"Desk {MARKUP}", team=billing)
    FieldDefinition.objects.create(key="plan", label=f"Plan {MARKUP}", kind="choice", choices=[MARKUP])
    Organization.objects.create(name=f"Alpha {MARKUP}", sort_name="alpha", notes=MARKUP)
    customer = make_customer(f"Mal {MARKUP}", "mal@evil.test")
    return make_ticket(customer, subject=f"Help {MARKUP}", text=f"Words {MARKUP}", team=billing)


def test_what_one_agent_writes_acts_on_no_other(hostile_house, as_ana, ana, root):
    """C10, C02, G05: names, subjects, labels, notes and signatures are shown to an admin as they were typed."""
    actions = (AddNote(f"Note {MARKUP}"), AddTag("tag"), SetField("plan", MARKUP))
    perform(hostile_house.pk, *actions, by=as_ana, via="web")
    client = Client()
    client.force_login(root)
    pages = ["tickets:inbox", "tickets:narrow", "agents:teams", "agents:agents", "agents:audit", "customers:list"]
    pages += ["customers:organizations", "channels:mailboxes", "channels:console", "tickets:new"]
    addresses = [reverse(name) for name in pages]
    addresses += [f"/tickets/{hostile_house.pk}/{more}" for more in ("", "edit/", "since/?after=0", "others/")]
    addresses += [f"/tickets/{hostile_house.pk}/choices/{what}/" for what in ("assignee", "team", "followers")]
    addresses += [f"/customers/{hostile_house.requester_id}/", f"/settings/agents/{ana.pk}/", "/settings/fields/"]

    shown = 0
    for address in addresses:
        body = client.get(address, follow=True).content.decode()
        assert "<img src=x" not in body, address
        assert "onerror=alert(1)>49" not in body, address
        assert "&amp;lt;img" not in body, f"{address} escapes twice"
        shown += "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in body
    assert shown > 10


def test_no_template_is_evaluated_in_a_mail_of_ours(hostile_house, ana):
    """G05: neither in a signature nor in a subject, a name or the words of an answer."""
    reply(hostile_house, ana, "Answer {{ticket.requester}} {0.__class__} %(name)s {% include 'agent.html' %}")
    make_due()
    send_due()

    assert OutboundEmail.objects.get().state == OutboundEmail.State.SENT
    sent = local_mails()[-1]
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Answer {{ticket.requester}} {0.__class__} %(name)s {% include 'agent.html' %}" in text
    assert "{{7*7}}" in text
    assert "{{7*7}}" in html
    assert "<img" not in html
    assert "49" not in str(sent["Subject"])


def test_a_subject_cannot_hide_what_it_says(ticket, as_ana):
    """C02: bidirectional and zero-width characters are dropped, as when a ticket opens."""
    perform(ticket.pk, SetSubject("Invoice \u202efdp.exe\u200b\r\nBcc: x\x00"), by=as_ana, via="web")

    ticket.refresh_from_db()
    assert ticket.subject == "Invoice fdp.exe Bcc: x"


@pytest.mark.parametrize(
    "path", ["/<script>alert(1)</script>", "/tickets/%3Cimg%20src=x%3E/", "/customers/?q=<b>x</b>"]
)
def test_a_refusal_repeats_no_markup(client, root, path):
    """C11: errors are pages of ours, typed, not sniffed, and quote nothing unescaped."""
    client.force_login(root)

    for answered in (client.get(path), client.post(path, {"<script>alert(1)</script>": "x"})):
        body = answered.content.decode()
        assert answered["Content-Type"] == "text/html; charset=utf-8"
        assert answered["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answered["Content-Security-Policy"]
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<b>x</b>" not in body


def test_no_page_asks_for_json_and_gets_html_by_accident(client, db):
    """C11: what is JSON says so, with a charset where it has words, and is never shown as a page."""
    answered = client.get("/healthz", headers={"Accept": "text/html"})

    assert answered.status_code == 200
    assert not answered["Content-Type"].startswith("text/html")
    assert answered["X-Content-Type-Options"] == "nosniff"


# Pages of strangers, who have no session that another site could borrow: the secret in the address is all they have.
BY_THEIR_LINK = {"surveys:page", "surveys:stop"}


def test_every_write_of_the_house_needs_the_token_of_its_page(kim, ana, leo, mia, lou, otto, root, billing, technical):
    """I03: an admin is signed in, another site posts; nothing is done anywhere."""
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    objects = matrix_objects.make(kim, agents, billing, technical)
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)

    answers = {
        name: client.post(
            reverse(name, kwargs={p: objects.argument(name, p, "own") for p in params}),
            **(
                {"data": {}, "content_type": "application/json"}
                if name.startswith("api:") and name != "api:attachments"
                else {}
            ),
        ).status_code
        for name, params in URLS
        if name not in BY_THEIR_LINK
    }

    assert len(answers) == len({name for name, _ in house_urls()} - BY_THEIR_LINK)
    assert set(answers.values()) <= {403, 405}
    assert list(answers.values()).count(403) > 40


@pytest.mark.parametrize(
    "target", ["//evil.test", "/\\evil.test", "https:///evil.test", "https://evil.test", "java\tscript:x"]
)
def test_the_theme_button_leads_nowhere_else(client, ana, target):
    """I04"""
    client.force_login(ana)

    assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_an_emptied_cache_signs_nobody_out_and_changes_no_rights(client, ana, ticket):
    """Fault F12: sessions and rights are rows; only counters live in the cache."""
    client.force_login(ana)
    assert client.get(f"/tickets/{ticket.pk}/").status_code == 200

    cache.clear()

    assert client.get(f"/tickets/{ticket.pk}/").status_code == 200
    assert client.get("/settings/mail/").status_code == 403


def test_nothing_here_parses_xml_or_renders_documents_on_the_server():
    """D10, D11: HTML is read by an HTML parser without a network; no XML parser and no PDF renderer to attack."""
    files = [
        p for app in ("agents", "customers", "tickets", "channels", "helpdesk") for p in (ROOT / app).rglob("*.py")
    ]
    banned = re.compile(r"(xml|defusedxml|weasyprint|reportlab|xhtml2pdf|pdfkit|docx|zipfile|tarfile)\b")
    found = []
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{path.relative_to(ROOT)}: {name}" for name in names if banned.match(name)]
    source = (ROOT / "channels" / "quotes_html.py").read_text()

    assert len(files) > 100
    assert found == []
    assert not re.search(r"etree\.(parse|fromstring|XML|iterparse|XMLParser)\b", source)
