"""Undo leaves no difference: random histories of tickets that are merged or split and put back, beside a twin pair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from tests.factories import make_agent, make_customer, make_team
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddParticipant,
    AddReply,
    AddTag,
    AddTimeSpent,
    AssignTo,
    Follow,
    RemoveTag,
    SetPriority,
    SetStatus,
    Snooze,
    Unfollow,
)
from tickets.linking import link_tickets
from tickets.merging import merge_tickets
from tickets.models import Message, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.splitting import split_ticket, undo_split
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
STATES = ("open", "pending", "on_hold", "solved")
# What hangs on a ticket and is its state, not its past.
STATE_OF = ("Message", "Follower", "Participant", "TicketTag", "TimeEntry")
VERBS = st.one_of(
    st.sampled_from(STATES).map(lambda value: ("status", value)),
    st.sampled_from(("one", "two", "three")).map(lambda tag: ("tag", tag)),
    st.sampled_from(("one", "two", "three")).map(lambda tag: ("untag", tag)),
    st.sampled_from((0, 1, 2)).map(lambda who: ("copy", who)),
    st.sampled_from((0, 1)).map(lambda who: ("follow", who)),
    st.sampled_from((0, 1)).map(lambda who: ("unfollow", who)),
    st.sampled_from((0, 1)).map(lambda who: ("assign", who)),
    st.sampled_from(("low", "urgent")).map(lambda value: ("priority", value)),
    st.sampled_from((5, 90)).map(lambda minutes: ("time", minutes)),
    st.sampled_from(("parent", "related", "duplicate")).map(lambda kind: ("link", kind)),
    st.just(("snooze", "2026-06-01T09:00:00+00:00")),
    st.sampled_from(("reply", "note", "ask", "ask")).map(lambda kind: (kind, "")),
)
HISTORIES = st.lists(st.tuples(st.sampled_from((0, 1)), VERBS), max_size=12)
# No link and nobody new in copy on the target: those the merge may find there already.
LATER = st.lists(
    VERBS.filter(lambda verb: verb[0] in {"status", "priority", "assign", "reply", "note", "ask"}), max_size=4
)
EXAMPLES = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Desk:
    """Two tickets and the people around them; the same story told to two desks leaves the same rows."""

    def __init__(self, team, agents, people):
        self.team, self.agents, self.people = team, agents, people
        self.by = Actor.agent(agents[0])
        self.hour = 0
        self.source, self.target, self.third = self._open("A"), self._open("B"), self._open("C")

    def _open(self, word):
        kim = self.people[0]
        with self.clock():
            said = AddCustomerMessage(kim.pk, "Kim", f"About {word}")
            opened = {"by": Actor.customer(kim.pk, "Kim"), "via": "email", "channel": "email", "team_id": self.team.pk}
            return open_ticket(word, kim, said, **opened)[0].pk

    def clock(self):
        self.hour += 1
        return time_machine.travel(BEGIN + timedelta(hours=self.hour), tick=False)

    def tell(self, pk, verb):
        with self.clock():
            try:
                with transaction.atomic():
                    self._do(pk, *verb)
            except HelpdeskError:
                return

    def _do(self, pk, name, value):
        if name == "link":
            link_tickets(pk, self.third, value, by=self.by, via="web")
            return
        kim = self.people[0]
        action = {
            "status": lambda: SetStatus(value),
            "tag": lambda: AddTag(value),
            "untag": lambda: RemoveTag(value),
            "copy": lambda: AddParticipant(self.people[1 + value].pk),
            "follow": lambda: Follow(self.agents[value].pk),
            "unfollow": lambda: Unfollow(self.agents[value].pk),
            "assign": lambda: AssignTo(self.agents[value].pk),
            "priority": lambda: SetPriority(value),
            "time": lambda: AddTimeSpent(value),
            "snooze": lambda: Snooze(value),
            "reply": lambda: AddReply(f"reply {self.hour}"),
            "note": lambda: AddNote(f"note {self.hour}"),
            "ask": lambda: AddCustomerMessage(kim.pk, "Kim", f"ask {self.hour}"),
        }[name]()
        by = Actor.customer(kim.pk, "Kim") if name == "ask" else self.by
        perform(pk, action, by=by, via="web")

    def rows(self, pk, *, keys=True):
        """Every column of the ticket and of each row that is its state; without `keys`, in terms that a twin shares."""
        names = {self.source: "A", self.target: "B", self.third: "C"}
        ticket = Ticket.objects.filter(pk=pk).values().get()
        del ticket["version"]
        found = {"ticket": ticket}
        for model in STATE_OF:
            rows = apps.get_model("tickets", model).objects.filter(ticket=pk).order_by("pk").values()
            found[model] = list(rows)
        links = apps.get_model("tickets", "TicketLink").objects
        found["links"] = list((links.filter(source=pk) | links.filter(target=pk)).order_by("pk").values())
        if not keys:
            ticket["id"] = names[pk]
            for rows in (rows for name, rows in found.items() if name != "ticket"):
                for row in rows:
                    del row["id"]
                    for column in ("ticket_id", "source_id", "target_id"):
                        if column in row:
                            row[column] = names[row[column]]
                rows.sort(key=str)
        return found


@pytest.fixture
def desk(settings):
    settings.TICKET_REACTIONS = []
    team = make_team("Billing")
    agents = [make_agent("Ana", teams=[team]), make_agent("Leo", teams=[team])]
    people = [make_customer(name, f"{name.lower()}@alpha.example") for name in ("Kim", "Bo", "Cy", "Di")]
    return lambda: Desk(team, agents, people)


@EXAMPLES
@given(history=HISTORIES)
def test_a_merge_that_is_undone_leaves_every_row_of_both_as_it_was(desk, history):
    story = desk()
    for which, verb in history:
        story.tell((story.source, story.target)[which], verb)
    before = [story.rows(pk) for pk in (story.source, story.target, story.third)]

    with story.clock():
        merge_tickets(story.source, story.target, by=story.by, via="web", confirmed=True)
    with story.clock():
        undo_merge(story.source, by=story.by, via="web")

    assert [story.rows(pk) for pk in (story.source, story.target, story.third)] == before


@EXAMPLES
@given(history=HISTORIES, later=LATER)
def test_what_is_done_between_merge_and_undo_is_all_that_remains_of_it(desk, history, later):
    """The source is what it was; the target is what it would be had the same been done to it without any merge."""
    merged, twin = desk(), desk()
    for story in (merged, twin):
        for which, verb in history:
            story.tell((story.source, story.target)[which], verb)
    before, state = merged.rows(merged.source), merged.rows(merged.target)["ticket"]
    with merged.clock(), twin.clock():
        merge_tickets(merged.source, merged.target, by=merged.by, via="web", confirmed=True)
    woken = {name for name, value in merged.rows(merged.target)["ticket"].items() if value != state[name]}
    for story in (merged, twin):
        for verb in later:
            story.tell(story.target, verb)

    with merged.clock():
        undo_merge(merged.source, by=merged.by, via="web")

    assert merged.rows(merged.source) == before
    left, right = merged.rows(merged.target, keys=False), twin.rows(twin.target, keys=False)
    if later and woken & {"status", "snoozed_until"}:  # then a decision since met another state than in the twin
        unlike = ("status", "solved_at", "snoozed_until", "waiting_since", "activity_at")
    elif "waiting_since" in woken and "status" in {name for name, _value in later}:
        unlike = ("waiting_since",)
    else:
        unlike = ()
    for rows in (left, right):
        for column in unlike:
            del rows["ticket"][column]
    assert left == right


@EXAMPLES
@given(history=HISTORIES, onwards=st.booleans())
def test_a_split_that_is_undone_leaves_every_row_as_it_was(desk, history, onwards):
    story = desk()
    for _which, verb in [*history, (0, ("ask", ""))]:
        story.tell(story.source, verb)
    before = story.rows(story.source)
    messages = Message.objects.filter(ticket=story.source).order_by("pk").values_list("pk", flat=True)

    with story.clock():
        parted = split_ticket(
            story.source, messages[len(messages) // 2], "Part", onwards=onwards, by=story.by, via="web"
        )
    assert Message.objects.filter(ticket=parted.made).exists()
    with story.clock():
        undo_split(parted.made_id, by=story.by, via="web")

    assert story.rows(story.source) == before
    assert Ticket.objects.get(pk=parted.made_id).merged_into_id == story.source
