"""Escalations as records: opened, acknowledged, taken over, handed back, resolved, expired, each by who may."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from sla.actions import (
    AcknowledgeEscalation,
    Escalate,
    ExpireEscalation,
    HandBackEscalation,
    MarkBreached,
    RemindOfEscalation,
    ResolveEscalation,
    TakeOverEscalation,
)
from sla.models import Escalation
from sla.sweep import sweep
from tests.factories import make_agent
from tests.sla.making import at
from tickets.actions import AddCustomerMessage, AssignTo, SetPriority, SetStatus
from tickets.merging import merge_tickets
from tickets.models import Change, Event
from tickets.perform import perform
from tickets.splitting import split_ticket
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db

HOUSE = Actor.system("sla")


@pytest.fixture
def clock_at(time_machine):
    return lambda text: time_machine.move_to(at(text), tick=False)


@pytest.fixture(autouse=True)
def monday(clock_at):
    clock_at("2026-01-05 10:00")


@pytest.fixture
def as_leo(leo):
    leo.availability = "online"
    leo.save()
    return Actor.agent(leo)


def do(ticket, action, by, via="web"):
    change = perform(ticket.pk, action, by=by, via=via)
    ticket.refresh_from_db()
    return change


def opened(ticket, by, reason="needs_senior", **more) -> Escalation:
    do(ticket, Escalate(reason, **more), by)
    return Escalation.objects.latest("pk")


def test_an_agent_escalates_and_the_team_is_asked(ticket, as_ana, as_leo, billing):
    change = do(ticket, Escalate("customer_upset", text=" Third time this week. "), as_ana)

    escalation = Escalation.objects.get()
    assert (escalation.state, escalation.level, escalation.source) == ("open", 1, "agent")
    assert (escalation.owner, escalation.team, escalation.owner_cause) == (None, billing, "owner")
    assert (escalation.raised_by_id, escalation.raised_by_name) == (as_ana.id, "Ana")
    assert escalation.text == "Third time this week."
    assert (escalation.opened_at, escalation.ack_due) == (at("2026-01-05 10:00"), at("2026-01-05 11:00"))
    assert ticket.escalated_at == at("2026-01-05 10:00")
    (event,) = change.events.all()
    assert (event.kind, event.data) == (
        "escalated",
        {
            "escalation": escalation.pk,
            "level": 1,
            "owner": None,
            "team": {"id": billing.pk, "name": "Billing"},
            "source": "agent",
            "reason": "customer_upset",
            "cause": "owner",
        },
    )


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (Escalate("because"), "bad_reason", "reason"),
        (Escalate("breached"), "bad_reason", "reason"),
        (Escalate("other"), "text_needed", "text"),
        (Escalate("needs_senior", text="x" * 2001), "too_long", "text"),
        (Escalate("needs_senior", to_agent_id=10**9), "no_such_agent", "to_agent_id"),
        (Escalate("needs_senior", to_team_id=10**9), "no_such_team", "to_team_id"),
        (Escalate("needs_senior", level=3), "bad_reason", "reason"),
        (Escalate("needs_senior", source="clock"), "bad_reason", "reason"),
        (Escalate("needs_senior", do=({"do": "set_priority", "priority": "urgent"},)), "bad_reason", "reason"),
    ],
)
def test_what_an_agent_may_not_say_is_refused(ticket, as_ana, as_leo, wrong, code, field):
    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, wrong, as_ana)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Escalation.objects.exists()


def test_no_rule_escalates_since_there_are_none(ticket):
    with pytest.raises(HelpdeskError, match="reason"):
        do(ticket, Escalate("breached", source="rule"), HOUSE)

    assert not Escalation.objects.exists()


def test_the_same_escalation_twice_is_refused_and_another_reason_is_not(ticket, as_ana, as_leo):
    opened(ticket, as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, Escalate("needs_senior"), as_ana)
    do(ticket, Escalate("customer_upset"), as_ana)

    assert refusal.value.code == "already_escalated"
    assert Escalation.objects.count() == 2


def test_a_solved_ticket_is_not_escalated(ticket, as_ana):
    do(ticket, SetStatus("solved"), as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, Escalate("needs_senior"), as_ana)

    assert refusal.value.code == "not_open"


def test_a_light_agent_may_not_escalate(ticket, lou):
    with pytest.raises(Denied):
        do(ticket, Escalate("needs_senior"), Actor.agent(lou))

    assert not Escalation.objects.exists()


def test_who_does_not_see_the_ticket_cannot_touch_its_escalation(ticket, as_ana, as_leo, mia):
    escalation = opened(ticket, as_ana)

    for action in (Escalate("needs_senior"), AcknowledgeEscalation(escalation.pk)):
        with pytest.raises(NotVisible):
            do(ticket, action, Actor.agent(mia))


def test_only_supervisors_and_the_one_who_is_asked_may_answer(ticket, as_ana, as_leo, billing):
    zoe = make_agent("Zoe", teams=[billing])
    zoe.availability = "online"
    zoe.save()
    escalation = opened(ticket, as_ana, to_agent_id=zoe.pk)
    answers = (
        AcknowledgeEscalation(escalation.pk),
        TakeOverEscalation(escalation.pk),
        HandBackEscalation(escalation.pk, "no"),
        ResolveEscalation(escalation.pk),
    )

    for answer in answers:
        with pytest.raises(Denied):
            do(ticket, answer, as_ana)
    do(ticket, AcknowledgeEscalation(escalation.pk), Actor.agent(zoe))

    escalation.refresh_from_db()
    assert (escalation.state, escalation.acknowledged_by) == ("acknowledged", zoe)


def test_only_time_itself_expires_reminds_and_marks_late(ticket, as_ana, root):
    escalation = opened(ticket, as_ana)

    for action in (ExpireEscalation(escalation.pk), RemindOfEscalation(escalation.pk), MarkBreached(1)):
        with pytest.raises(Denied):
            do(ticket, action, Actor.agent(root))


def test_an_escalation_of_another_ticket_is_not_found(ticket, as_ana, as_leo, make_ticket, kim, billing):
    escalation = opened(make_ticket(kim, team=billing), as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, AcknowledgeEscalation(escalation.pk), as_leo)

    assert refusal.value.code == "no_such_escalation"


def test_acknowledging_makes_it_somebodys_and_stops_the_clock_of_it(ticket, as_ana, as_leo, leo, clock_at):
    escalation = opened(ticket, as_ana)
    clock_at("2026-01-05 10:59")
    do(ticket, AcknowledgeEscalation(escalation.pk), as_leo)

    clock_at("2026-01-05 12:00")
    assert sweep().expired == 0

    escalation.refresh_from_db()
    assert (escalation.state, escalation.owner, escalation.acknowledged_at) == (
        "acknowledged",
        leo,
        at("2026-01-05 10:59"),
    )
    assert ticket.escalated_at == at("2026-01-05 10:00")


def test_the_second_who_acknowledges_is_told_who_was_first(ticket, as_ana, as_leo, otto):
    escalation = opened(ticket, as_ana)
    do(ticket, AcknowledgeEscalation(escalation.pk), as_leo)

    assert do(ticket, AcknowledgeEscalation(escalation.pk), as_leo) is None
    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, AcknowledgeEscalation(escalation.pk), Actor.agent(otto))

    assert (refusal.value.code, str(refusal.value)) == ("acknowledged_already", "Leo has acknowledged it already.")


def test_taking_over_brings_the_ticket_along(ticket, as_ana, as_leo, leo, ana):
    do(ticket, AssignTo(ana.pk), as_ana)
    escalation = opened(ticket, as_ana)

    change = do(ticket, TakeOverEscalation(escalation.pk), as_leo)

    escalation.refresh_from_db()
    assert (escalation.state, escalation.owner, ticket.assignee) == ("acknowledged", leo, leo)
    assert escalation.before["assignee"] == [ana.pk, leo.pk]
    assert [event.kind for event in change.events.order_by("pk")] == ["escalation_taken_over", "assignee_changed"]
    assert do(ticket, TakeOverEscalation(escalation.pk), as_leo) is None


def test_handing_back_returns_assignee_and_priority(ticket, as_ana, as_leo, ana):
    do(ticket, AssignTo(ana.pk), as_ana)
    doing = ({"do": "set_priority", "priority": "urgent"},)
    do(ticket, Escalate("breached", source="csat", do=doing), HOUSE)
    escalation = Escalation.objects.get()
    do(ticket, TakeOverEscalation(escalation.pk), as_leo)
    assert ticket.priority_slug == "urgent"

    do(ticket, HandBackEscalation(escalation.pk, "Call them, then close."), as_leo)

    escalation.refresh_from_db()
    assert (escalation.state, escalation.note) == ("handed_back", "Call them, then close.")
    assert (ticket.assignee, ticket.priority_slug, ticket.escalated_at) == (ana, "normal", None)


def test_what_somebody_changed_since_is_not_put_back(ticket, as_ana, as_leo, ana, billing):
    zoe = make_agent("Zoe", teams=[billing])
    do(ticket, AssignTo(ana.pk), as_ana)
    doing = ({"do": "set_priority", "priority": "urgent"},)
    do(ticket, Escalate("breached", source="csat", do=doing), HOUSE)
    escalation = Escalation.objects.get()
    do(ticket, TakeOverEscalation(escalation.pk), as_leo)
    do(ticket, AssignTo(zoe.pk), as_leo)
    do(ticket, SetPriority("high"), as_leo)

    do(ticket, HandBackEscalation(escalation.pk, "Zoe knows."), as_leo)

    assert (ticket.assignee, ticket.priority_slug) == (zoe, "high")


def test_handing_back_to_somebody_who_left_leaves_the_ticket_where_it_is(ticket, as_ana, as_leo, ana, leo):
    do(ticket, AssignTo(ana.pk), as_ana)
    escalation = opened(ticket, as_ana)
    do(ticket, TakeOverEscalation(escalation.pk), as_leo)
    ana.is_active = False
    ana.save()

    do(ticket, HandBackEscalation(escalation.pk, "Whoever is next."), as_leo)

    assert ticket.assignee == leo
    assert Escalation.objects.get().state == "handed_back"


def test_handing_back_needs_a_note(ticket, as_ana, as_leo):
    escalation = opened(ticket, as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, HandBackEscalation(escalation.pk, "  "), as_leo)

    assert (refusal.value.code, refusal.value.field) == ("note_needed", "note")
    assert Escalation.objects.get().state == "open"


def test_what_has_ended_is_not_answered_again(ticket, as_ana, as_leo):
    escalation = opened(ticket, as_ana)
    do(ticket, ResolveEscalation(escalation.pk, "Sorted out."), as_leo)

    for action in (AcknowledgeEscalation, TakeOverEscalation, ResolveEscalation):
        with pytest.raises(HelpdeskError) as refusal:
            do(ticket, action(escalation.pk), as_leo)
        assert refusal.value.code == "escalation_over"
    assert ticket.escalated_at is None


def test_solving_resolves_all_that_go_on(ticket, as_ana, as_leo, ana, clock_at):
    first = opened(ticket, as_ana)
    second = opened(ticket, as_ana, "customer_upset")
    do(ticket, AcknowledgeEscalation(first.pk), as_leo)
    clock_at("2026-01-05 10:30")

    do(ticket, SetStatus("solved"), as_ana)

    for escalation in (first, second):
        escalation.refresh_from_db()
        assert (escalation.state, escalation.closed_cause) == ("resolved", "solved")
        assert (escalation.closed_at, escalation.closed_by) == (at("2026-01-05 10:30"), ana)
    assert ticket.escalated_at is None
    clock_at("2026-01-06 10:30")
    assert sweep().done == 0


def test_resolving_one_of_two_leaves_the_ticket_escalated_since_the_other(ticket, as_ana, as_leo, clock_at):
    first = opened(ticket, as_ana)
    clock_at("2026-01-05 10:20")
    opened(ticket, as_ana, "customer_upset")

    do(ticket, ResolveEscalation(first.pk), as_leo)

    assert ticket.escalated_at == at("2026-01-05 10:20")


def test_nobody_acknowledges_and_the_next_level_is_asked(ticket, as_ana, as_leo, otto, clock_at):
    """Level one asked Leo's team, level two asks somebody else on duty, level three the ops managers and admins."""
    otto.availability = "online"
    otto.save()
    first = opened(ticket, as_ana)

    clock_at("2026-01-05 11:00")
    sweep()
    first.refresh_from_db()
    second = first.next
    clock_at("2026-01-05 12:00")
    sweep()

    second.refresh_from_db()
    third = second.next
    assert (first.state, second.state, third.state) == ("expired", "expired", "open")
    assert [(one.level, one.owner, one.owner_cause) for one in (first, second, third)] == [
        (1, None, "owner"),
        (2, otto, "on_duty"),
        (3, None, "admins"),
    ]
    assert second.reason == third.reason == "not_acknowledged"
    assert Change.objects.filter(ticket=ticket, actor_name="sla").count() == 2
    ticket.refresh_from_db()
    assert ticket.escalated_at == at("2026-01-05 10:00")


def test_above_the_top_there_is_nobody_so_the_top_is_told_again_each_day(ticket, as_ana, as_leo, otto, clock_at):
    opened(ticket, as_ana)
    for moment in ("2026-01-05 11:00", "2026-01-05 12:00", "2026-01-05 13:00", "2026-01-05 20:00", "2026-01-06 13:00"):
        clock_at(moment)
        sweep()

    top = Escalation.objects.get(state="open")
    assert (top.level, top.ack_due) == (3, at("2026-01-07 13:00"))
    again = [event.data["next"] for event in Event.objects.filter(kind="escalation_expired").order_by("pk")]
    assert again[2:] == [None, None]
    assert Escalation.objects.count() == 3


def test_reminders_come_as_often_as_was_said_and_stop_when_acknowledged(ticket, as_leo, clock_at):
    repeating = Escalate("breached", source="csat", ack_minutes=600, repeat_every=15, max_repeats=2)
    do(ticket, repeating, HOUSE)

    reminded = []
    for minute in (14, 15, 20, 30, 45, 60):
        clock_at(f"2026-01-05 {10 + minute // 60}:{minute % 60:02}")
        if sweep().reminded:
            reminded.append(minute)

    assert reminded == [15, 30]
    counts = [event.data["count"] for event in Event.objects.filter(kind="escalation_reminded").order_by("pk")]
    assert counts == [1, 2]


def test_an_acknowledged_one_is_not_repeated(ticket, as_leo, clock_at):
    do(ticket, Escalate("breached", source="csat", ack_minutes=600, repeat_every=15, max_repeats=2), HOUSE)
    do(ticket, AcknowledgeEscalation(Escalation.objects.get().pk), as_leo)
    clock_at("2026-01-05 11:00")

    assert sweep().done == 0


def test_a_merge_carries_escalations_along_and_its_undoing_brings_them_back(
    ticket, as_ana, as_leo, make_ticket, kim, billing
):
    target = make_ticket(kim, team=billing)
    by_hand = opened(ticket, as_ana)
    of_clock = Escalation.objects.create(
        ticket=ticket, source="clock", reason="breached", raised_by_name="sla", opened_at=at("2026-01-05 09:00")
    )

    merge_tickets(ticket.pk, target.pk, by=as_ana, via="web")

    by_hand.refresh_from_db()
    of_clock.refresh_from_db()
    ticket.refresh_from_db()
    target.refresh_from_db()
    assert (by_hand.ticket, by_hand.moved_from, by_hand.state) == (target, ticket, "open")
    assert (of_clock.ticket, of_clock.state, of_clock.closed_cause) == (ticket, "resolved", "merged")
    assert (ticket.escalated_at, target.escalated_at) == (None, at("2026-01-05 10:00"))

    undo_merge(ticket.pk, by=as_ana, via="web")

    by_hand.refresh_from_db()
    of_clock.refresh_from_db()
    ticket.refresh_from_db()
    target.refresh_from_db()
    assert (by_hand.ticket, by_hand.moved_from, by_hand.state) == (ticket, None, "open")
    assert (of_clock.state, of_clock.closed_at, of_clock.closed_cause) == ("open", None, "")
    assert (ticket.escalated_at, target.escalated_at) == (at("2026-01-05 09:00"), None)


def test_a_split_leaves_escalations_where_they_are(ticket, as_ana, as_leo, kim):
    do(ticket, AddCustomerMessage(kim.pk, kim.name, "And another thing."), Actor.customer(kim.pk, kim.name), "email")
    escalation = opened(ticket, as_ana)
    moved = ticket.messages.order_by("pk").last()

    split_ticket(ticket.pk, moved.pk, "Another thing", by=as_ana, via="web")

    escalation.refresh_from_db()
    assert escalation.ticket == ticket
    assert Escalation.objects.count() == 1
