"""Every page with every parameter that strangers can bend: an answer, never a crash (G04, K04, K05, E09)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import matrix_objects
from tests.channels.mailroom import make_mailbox
from tests.test_permission_matrix import TABLE, URLS

pytestmark = pytest.mark.django_db

# Whatever any view reads from the address; a new name belongs in this list.
PARAMETERS = (
    "after agent assignee before channel count created_after created_before field_plan field_seats follower id is"
    " newer next older organization part person priority q quote requester short state status tag"
    " team type view with email"
    " at columns created not_field_plan not_follower not_is not_priority not_tag not_team query solved sort updated"
    " waiting notes number own page"
    " text ticket composing change"
    " cause change range"
    " due not_due"
    " reason score"
    " age compare customer from hour hours imported language past policy tier to"
    " whole"
    " macro chosen"
).split()
LISTS = {
    "/tickets/": "due not_due created not_field_plan not_follower not_is not_priority not_tag not_team query solved"
    " sort updated waiting assignee channel created_after created_before field_plan follower is newer older"
    " organization priority q requester status tag team type view",
    "/tickets/rows/": "id",
    "/tickets/people/": "requester",
    "/tickets/search/": "q page",
    "/tickets/search/suggestions/": "q",
    "/palette/": "q ticket composing",
    "/tickets/bulk/count/": "query view",
    "/views/completions/": "at query",
    "/views/new/": "columns query sort",
    "/settings/texts/": "q",
    "/settings/macros/": "q",
    "/customers/": "q organization after before",
    "/customers/lookup/": "q",
    "/customers/organizations/": "q after before",
    "/customers/organizations/lookup/": "organization",
    "/settings/audit/": "agent older newer",
    "/supervise/teams/": "team",
    "/supervise/causes/": "range team",
    "/supervise/causes/tickets/": "cause range team older newer",
    "/settings/mail/": "state older newer",
    "/surveys/": "reason score state older newer",
    "/notifications/": "is older newer",
    "/reports/": "range from to",
    "/reports/live/": "team theme subjects",
    "/reports/targets/": "kpi team",
    "/reports/schedules/new/": "page range",
    "/reports/created/tickets/": "range from to team priority tag organization language hour age past older newer",
    "/reports/customers/": "customer hour",
}
FIELDS = (
    "add address aliases attachments availability basis body cc channel choices confirmed do domain email external_id"
    " doing far follow gesture key kind label language later leads list loser login mailbox members message name next"
    " notes number"
    " organization page phone position preset priority remove requester role send_at sender shortcut signature slug"
    " source status subject sure"
    " tags team teams theme ticket time_zone title to type unfollow unread until value version imap_host imap_port"
    " imap_user"
    " quiet_from quiet_until way_mention way_team with_words"
    " back categories closed-0-day closed-0-name country country_shown d0-0-from d0-0-to opening-0-day opening-0-from"
    " opening-0-to seen subdivision zone"
    " imap_password imap_security columns compact forget list sharing sort step text view"
    " days files_for_customers scope"
    " copied entry note onwards solve spent"
    " all refused tag"
    " agent code to-1 version-1"
    " policy reason"
    " kinds program stand_in_id url"
    " calendar capacity languages mode"
    " active condition0 lines policy reach resolution_normal step0_amount steps"
    " comment day_from day_until delay_hours enabled expire_days introduction question reminder_days sample_percent"
    " score style thanks throttle_days wanted weekends"
    " business every format hour kpi month_day per recipients since weekday"
    " query which"
    " macro new what-0 value-0 description"
).split()


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


HOSTILE = {
    "NUL": "a\x00b",
    "replacement and emoji": "\ufffd\U0001f525\u202e",
    "SQL": "1' OR '1'='1'; DROP TABLE tickets_ticket;--",
    "connector": "_connector=OR 1=1",
    "wildcards": "%_\\" * 1000,
    "beyond 64 bits": "9" * 30,
    "last 63 bits": str(2**63 - 1),
    "other digits": "\u0661\u0662\u0663",
    "minus": "-1",
    "float": "1e400",
    "not a number": "NaN",
    "date before time": "0001-01-01T00:00:00+14:00",
    "date after time": "9999-12-31T23:59:59-14:00",
    "template": "{{7*7}}{% include 'x' %}{0.__class__}%(x)s%s",
    "markup": "<script>alert(1)</script>",
    "line ends": "a\r\nSet-Cookie: x=1\u2028b",
    "long": "x" * 20_000,
    "cursor before time": cursor("0001-01-01T00:00:00+14:00", 1),
    "cursor after time": cursor("9999-12-31T23:59:59-14:00", 2**63 - 1),
    "cursor with words": cursor("a\ud800", "x"),
    "cursor of text": cursor("a\x00", 1),
    "cursor of a list": cursor([], {}),
    "cursor deep": base64.urlsafe_b64encode(b"[" * 3000).decode(),
}
# Each of them takes another road through the code; these go to every page, the rest to the lists.
EVERYWHERE = ("NUL", "SQL", "beyond 64 bits", "minus", "date before time", "template", "long", "cursor after time")
# What the databases refuse each in its own way; the rest is shown on SQLite alone.
ON_BOTH = ("NUL", "beyond 64 bits")


def kinds(names: Iterable[str]) -> list[Any]:
    return [pytest.param(kind, marks=() if kind in ON_BOTH else pytest.mark.once) for kind in names]


@pytest.fixture
def world(kim, ana, leo, mia, lou, otto, root, billing, technical):
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    client = Client(raise_request_exception=False)
    client.force_login(root)
    return client, matrix_objects.make(kim, agents, billing, technical)


def pages(objects: matrix_objects.Objects, method: str) -> list[str]:
    """Every page of the house that takes this method, by the reviewed table."""
    table = json.loads(TABLE.read_text())
    return [
        reverse(name, kwargs={param: objects.argument(name, param, "own") for param in params})
        for name, params in URLS
        if table[name]["own"][method]["root"] != 405
    ]


def answer(client: Client, method: str, url: str, data: dict[str, Any], **headers: str) -> int:
    with transaction.atomic():
        ask = client.get if method == "GET" else client.post
        status = ask(url, data, headers=headers or None).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("kind", kinds(EVERYWHERE))
def test_no_parameter_of_any_page_makes_it_crash(world, kind):
    """G04, K04: fragments of SQL, wildcards, impossible numbers and dates, in every parameter at once."""
    client, objects = world
    given = dict.fromkeys(PARAMETERS, HOSTILE[kind]) | {f"field_{HOSTILE[kind][:50]}": "x"}

    crashed = [url for url in pages(objects, "GET") if answer(client, "GET", url, given) >= 500]

    assert crashed == [], crashed


@pytest.mark.parametrize("kind", kinds(HOSTILE))
def test_no_parameter_of_the_lists_makes_them_crash_alone(world, kind):
    """G04, K04, K06: singly, so that no other parameter hides it; a thousand wildcards are words to look for. The kinds
    that go everywhere meet every parameter, each of the others another third of them."""
    client, _objects = world
    every = [(url, name) for url, names in LISTS.items() for name in (*names.split(), f"field_{HOSTILE[kind][:40]}")]
    mine = every if kind in EVERYWHERE else every[list(HOSTILE).index(kind) % 3 :: 3]

    crashed = [
        (url, name)
        for url, name in mine
        if answer(client, "GET", url, {name: HOSTILE[kind]}, **{"HX-Request": "true"}) >= 500
    ]

    assert crashed == [], crashed


@pytest.mark.parametrize("kind", kinds(EVERYWHERE))
def test_no_field_of_any_form_makes_it_crash(world, kind):
    """K05, G04: every field at once; unknown ones among them."""
    client, objects = world
    given = dict.fromkeys(FIELDS, HOSTILE[kind])

    crashed = [url for url in pages(objects, "POST") if answer(client, "POST", url, given) >= 500]

    assert crashed == [], crashed


GESTURES = {
    "bulk": {"do": "status:solved", "ticket": "1", "list": "view=all"},
    "replies": {"kind": "reply", "body": "Hello", "to": "kim@alpha.example", "cc": "", "status": "", "attachments": ""}
    | {"macro": ""},
    "macros/{macro_id}": {"macro": "1:1", "version": "", "gesture": "g"},
    "links": {"number": "2", "kind": "related", "far": "", "remove": "1"},
    "tags": {"add": "one", "remove": "two"},
    "fields": {"key": "plan", "value": "gold"},
    "language": {"language": "da"},
    "snooze": {"preset": "", "until": "2099-01-01T10:00"},
    "followers": {"follow": "1"},
    "participants": {"add": "1"},
    "merge": {"number": "2", "copied": "1", "confirmed": "on", "gesture": "g"},
    "time": {"spent": "0:25", "note": "calls", "entry": "", "gesture": "g", "remove": ""},
    "children": {"gesture": "g"},
}


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("kind", kinds(EVERYWHERE))
def test_no_single_field_of_a_gesture_makes_it_crash(world, gesture, kind):
    """G04, K05: all else is as it should be, so that the value goes as far as it can."""
    client, objects = world
    ticket_id = objects.argument("", "ticket_id", "own")
    path = gesture.format(macro_id=objects.argument("", "macro_id", "own"))
    url = reverse("tickets:bulk") if gesture == "bulk" else f"/tickets/{ticket_id}/{path}/"
    given = GESTURES[gesture]

    crashed = [name for name in given if answer(client, "POST", url, given | {name: HOSTILE[kind]}) >= 500]

    assert crashed == [], crashed


FORMS = {
    "tickets:new": "requester=kim@alpha.example&subject=s&kind=note&body=b&channel=email&priority=normal&type=question"
    "&cc=&tags=&name=&team=&assignee=&gesture=&attachments=",
    "customers:new": "name=N&email=n@x.test&phone=&organization=&external_id=",
    "customers:organization_new": "name=O&external_id=",
    "channels:new_mailbox": "name=M&address=m@x.test&aliases=&language=en&imap_port=993&imap_security=tls"
    "&imap_folder=INBOX&imap_host=&imap_user=&signature=",
    "notifications:new_chat_hook": "name=C&program=slack&url=https://93.184.215.14/x&kinds=escalated&active=on",
    "surveys:settings": "enabled=on&style=faces&delay_hours=24&day_from=9&day_until=18&time_zone=UTC&throttle_days=30"
    "&sample_percent=100&reminder_days=3&expire_days=14",
    "macros:new": "name=M&description=&team=mine&body=b&kind=reply&active=on&what-0=add_tag&value-0=x&what-1=snooze_for"
    "&value-1=3&what-2=set_status&value-2=open&what-3=take&value-3=",
    "reports:targets": "kpi=csat&team=&value=90&per=range&since=2026-11-16",
    "agents:new-team": "name=T&slug=t&description=",
    "policies:new": "do=&lines=1&steps=1&name=P&active=on&calendar=&condition0=priority:high&resolution_normal=4h"
    "&first_response_by=wall&next_response_by=wall&periodic_update_by=wall&resolution_by=wall&team_handling_by=wall"
    "&resolution_pauses=pending&step0_metric=resolution&step0_amount=80&step0_when=percent&step0_notify=assignee"
    "&step0_notify_agent=&step0_to=owner&step0_ack=30&step0_every=1h&step0_times=2&step0_condition=tag:vip"
    "&step0_team=&step0_assign=&step0_priority=&step0_tag=late&step0_untag=&step0_follow=",
}


@pytest.mark.once("postgres")
@pytest.mark.parametrize("form", FORMS)
def test_no_single_field_of_a_form_makes_it_crash(world, form):
    """K05, G01, G04: the form is right but for one field, so that the value reaches what writes it down."""
    client, _objects = world
    given, url = dict(parse_qsl(FORMS[form], keep_blank_values=True)), reverse(form)
    assert answer(client, "POST", url, given) == 302

    crashed = [
        (name, kind)
        for name in given
        for kind in (*EVERYWHERE, "line ends", "replacement and emoji")
        if answer(client, "POST", url, given | {name: HOSTILE[kind]}) >= 500
    ]

    assert crashed == [], crashed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sender", ['"a b"@x.test', "\u00e6@\u00f8.dk", "a@xn--.dk", "a@[127.0.0.1]", "o'neil@x.test"])
def test_a_strange_sender_in_the_local_outbox_is_taken_or_refused(root, sender):
    """G01, A09: whoever plays a customer there can play a strange one."""
    box = make_mailbox()
    client = Client(raise_request_exception=False)
    client.force_login(root)
    given = {
        "sender": sender,
        "name": "x, y <z@x.test>",
        "mailbox": box.pk,
        "subject": "a\r\nBcc: x@y.test",
        "body": "b",
    }

    assert client.post("/dev/outbox/write/", given).status_code in {302, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/files/%00/",
        "/tickets/files/%ED%A0%80/image/",
        "/tickets/99999999999999999999999999/",
        "/tickets/9223372036854775807/since/?after=9223372036854775807",
        "/tickets/1/choices/%00/",
        "/customers/99999999999999999999999999/",
        "/settings/teams/99999999999999999999999999/",
        "/settings/mail/99999999999999999999999999/source/",
        "/dev/outbox/99999999999999999999999999/files/99999999999999999999999999/",
        "/accounts/link/%00%0d%0a/",
        "/accounts/link/" + "x" * 5000 + "/",
        "/feedback/%00%0d%0a/",
        "/feedback/" + "x" * 5000 + "/5/",
        "/feedback/x/99999999999999999999999999/",
        "/static/..%2f..%2fmanage.py",
        "/static/%00",
    ],
)
def test_no_path_makes_the_house_crash(world, path):
    """G04, D01, D03: what names nothing is absent, signed in or not."""
    client, _objects = world

    for who in (client, Client(raise_request_exception=False)):
        assert who.get(path).status_code in {302, 400, 404, 410}


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": 'session="\\000abcdefgh"'},
        {"Cookie": 'csrf="\\000"; language="\\000"; messages="\\000"; theme="\\000"'},
        {"HX-Request": "true", "HX-Current-URL": "http://["},
        {"HX-Request": "true", "HX-Current-URL": "//evil.test/\\"},
        {"Accept-Language": "x" * 5000},
        {"User-Agent": "\x1b[2J{}"},
        {"X-Forwarded-For": "\x00, 1.2.3.4.5"},
        {"X-Request-ID": "{'" * 200},
        {"Last-Event-ID": "9" * 40},
    ],
)
def test_no_header_of_a_stranger_makes_the_house_crash(db, headers):
    """K03, G06: cookies with NUL, broken addresses of pages, foreign ids."""
    for url in ("/tickets/", "/accounts/login/", "/tickets/live/", "/healthz"):
        answered = Client(raise_request_exception=False).get(url, headers=headers)

        assert answered.status_code < 500, url
        assert "evil.test" not in answered.get("HX-Redirect", "").split("next=")[0]
