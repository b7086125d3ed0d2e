"""What is offered while one types a query: keys, values, rows by name; at the cursor, and for any text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_ticket
from tickets.actions import AddTag
from tickets.models import FieldDefinition
from tickets.query_completion import MOST, completions
from tickets.query_names import DatabaseNames

pytestmark = pytest.mark.django_db


def offered(text, at=None):
    return [option.said for option in completions(text, len(text) if at is None else at, DatabaseNames())]


def test_an_empty_query_is_offered_keys():
    assert offered("")[:4] == ["is:", "status:", "priority:", "type:"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("te", ["team:"]),
        ("-ta", ["-tag:", "-type:task"]),
        ("crea", ["created"]),
        ("pend", ["status:pending"]),
        ("is:", ["open", "snoozed", "waiting", "ended", "overdue", "due_soon", "paused", "escalated"]),
        ("is:s", ["snoozed", "ended"]),
        ("due", ["due", "is:due_soon"]),
        ("due<", ["1h", "2h", "4h", "1d"]),
        ("due:", ["due<", "due>"]),
        ("status:on", ["on_hold"]),
        ("priority:", [">=", "low", "normal", "high", "urgent"]),
        ("priority:>=h", ["high"]),
        ("status:new,pe", ["pending"]),
        ("created>", ["4h", "1d", "7d", "30d"]),
        ("created", ["created"]),
        ("created:", ["created>", "created<"]),
        ("colour:", []),
        ('"is', []),
    ],
)
def test_what_begins_so_is_offered(text, first):
    assert offered(text) == first


def test_rows_are_offered_by_their_names(kim, ana, billing, technical):
    make_ticket(kim, AddTag("refund"), AddTag("return"))
    FieldDefinition.objects.create(key="plan", label="Plan", kind="choice", choices=["Gold", "Tin can"])

    assert offered("team:bi") == ["billing"]
    assert offered("team:")[:2] == ["mine", "none"]
    assert offered("assignee:an") == ["ana@desk.example"]
    assert offered("tag:re") == ["refund", "return"]
    assert offered("requester:kim") == ["kim@alpha.example"]
    assert offered("plan:") == ["Gold", "Tin can"]
    assert [one.insert for one in completions("plan:t", 6, DatabaseNames())] == ['"Tin can" ']


def test_an_option_takes_the_place_of_what_stands_at_the_cursor():
    text = "is:open sta tag:x"
    (option,) = [one for one in completions(text, 11, DatabaseNames()) if one.said == "status:"]

    assert text[: option.start] + option.insert + text[option.end :] == "is:open status: tag:x"


def test_each_question_stops(kim):
    make_ticket(kim, *(AddTag(f"t{number:03}") for number in range(40)))

    assert len(offered("tag:t")) == MOST


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='isteamrequester:><,"\\-# \x00\ud800é🔥7d', max_size=30), st.integers(-5, 60))
def test_any_text_and_any_place_are_answered(db, text, at):
    for option in completions(text, at, DatabaseNames()):
        assert 0 <= option.start <= option.end <= len(text)
