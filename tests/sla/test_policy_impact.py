"""What an edit of promises would mean is counted exactly, and carrying it out then does just that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError, Stale
from sla import policies
from sla.calendar_revisions import propose_calendar
from sla.impact import Impact, weigh
from sla.models import Calendar, CalendarVersion, SlaAssignment, SlaPolicy, SlaPolicyVersion, SlaRevision, SlaTrack
from sla.policies import fresh_proposal, proposal_of, propose_order, propose_policy, put_in_force
from sla.recompute import progress, run
from tests.factories import make_ticket
from tests.sla.making import assert_sound
from tickets.actions import SetPriority
from tickets.models import Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ALL_DAY = [[[0, 1440]]] * 7


@pytest.fixture
def by(otto):
    return Actor.agent(otto)


@pytest.fixture
def office(db):
    calendar = Calendar.objects.create(name="Office")
    CalendarVersion.objects.create(
        calendar=calendar, number=1, zone="UTC", weekly=[[[480, 960]]] * 5 + [[], []], in_force_from=MONDAY
    )
    return calendar


def wanted(name: str = "Everybody", **said: Any) -> dict[str, Any]:
    targets = said.pop("targets", {"resolution": {"normal": 480}})
    said.setdefault("wall_clock", list(targets))
    return fresh_proposal() | {"name": name, "targets": targets, "calendar": None} | said


def in_force(
    by: Actor, proposal: dict[str, Any], policy: SlaPolicy | None = None, *, open_too: bool = False
) -> SlaPolicy:
    revision = propose_policy(by, proposal, policy.pk if policy else None)
    assert revision is not None
    weigh(revision)
    done = put_in_force(revision.pk, by, open_too=open_too)
    assert done.policy is not None
    return done.policy


def weighed(revision: SlaRevision | None) -> Impact:
    assert revision is not None
    assert weigh(revision)
    revision.refresh_from_db()
    return Impact.of(revision)


def carried_out(revision: SlaRevision, by: Actor) -> SlaRevision:
    revision = put_in_force(revision.pk, by, open_too=True)
    run(revision)
    revision.refresh_from_db()
    # Whatever was carried out, a replay of the past tells the same.
    assert_sound(*Ticket.objects.all())
    return revision


def under(ticket: Ticket) -> tuple[str, int] | None:
    track = SlaTrack.objects.filter(pk=ticket.pk).select_related("policy_version__policy").first()
    if track is None or track.policy_version is None:
        return None
    return track.policy_version.policy.name, track.policy_version.number


def due(ticket: Ticket) -> datetime | None:
    ticket.refresh_from_db()
    return ticket.next_due_at


def test_the_first_policy_of_the_house_gets_every_open_ticket(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    tickets = [make_ticket(kim) for _number in range(3)]

    revision = propose_policy(by, wanted())

    impact = weighed(revision)
    assert (impact.seen, impact.touched, impact.gets, impact.loses, impact.keeps) == (3, 3, 3, 0, 0)
    assert (impact.sooner, impact.later, impact.late_at_once) == (3, 0, 0)
    assert not SlaPolicy.objects.exists()
    assert carried_out(revision, by).state == "done"
    assert [due(ticket) for ticket in tickets] == [MONDAY + timedelta(hours=8)] * 3


def test_new_tickets_only_leaves_the_open_ones_as_they_were_promised(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    policy = in_force(by, wanted())
    old = make_ticket(kim)

    in_force(by, wanted(targets={"resolution": {"normal": 60}}), policy)

    assert (under(old), due(old)) == (("Everybody", 1), MONDAY + timedelta(hours=8))
    fresh = make_ticket(kim)
    assert (under(fresh), due(fresh)) == (("Everybody", 2), MONDAY + timedelta(hours=1))


def test_a_shorter_target_says_who_is_late_at_once_and_then_makes_them_late(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    policy = in_force(by, wanted())
    older = make_ticket(kim)
    time_machine.move_to(MONDAY + timedelta(hours=2), tick=False)
    newer = make_ticket(kim)

    revision = propose_policy(by, wanted(targets={"resolution": {"normal": 60}}), policy.pk)

    impact = weighed(revision)
    assert (impact.touched, impact.gets, impact.loses, impact.keeps) == (2, 0, 0, 2)
    assert (impact.sooner, impact.later, impact.late_at_once) == (2, 0, 1)
    assert [pk for pk, _due in impact.late] == [older.pk]
    carried_out(revision, by)
    older.refresh_from_db()
    assert (older.sla_state, older.sla_clocks.get().breach_cause) == ("late", "rebase")
    assert due(newer) == MONDAY + timedelta(hours=3)
    assert newer.sla_state == "running"


def test_other_conditions_take_tickets_away_and_give_them_to_the_next_policy(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    narrow = in_force(by, wanted("Narrow", targets={"resolution": {"normal": 60, "urgent": 60}}))
    in_force(by, wanted("Rest", targets={"resolution": {"normal": 120, "urgent": 120}}))
    normal, urgent = make_ticket(kim), make_ticket(kim, SetPriority("urgent"))

    revision = propose_policy(by, proposal_of(narrow) | {"conditions": [{"priority": ["urgent"]}]}, narrow.pk)

    impact = weighed(revision)
    # The urgent one stays, in another wording.
    assert (impact.touched, impact.gets, impact.loses, impact.keeps) == (2, 0, 1, 1)
    assert (impact.sooner, impact.later, impact.late_at_once) == (0, 1, 0)
    assert sorted(impact.by_policy.values()) == [(0, 1), (2, 1)]
    carried_out(revision, by)
    assert (under(normal), under(urgent)) == (("Rest", 1), ("Narrow", 2))
    assert due(normal) == MONDAY + timedelta(hours=2)


def test_another_order_moves_tickets_to_the_policy_that_now_comes_first(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    first = in_force(by, wanted("First"))
    ticket = make_ticket(kim)
    second = in_force(by, wanted("Second", targets={"resolution": {"normal": 60}}))

    revision = propose_order(by, [second.pk, first.pk])

    assert revision is not None
    assert weighed(revision).by_policy == {first.pk: (1, 0), second.pk: (0, 1)}
    assert carried_out(revision, by).state == "done"
    assert under(ticket) == ("Second", 1)
    assert list(SlaPolicy.objects.order_by("position").values_list("name", flat=True)) == ["Second", "First"]


def test_a_policy_out_of_use_leaves_its_tickets_without_promises(kim, by, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    policy = in_force(by, wanted())
    ticket = make_ticket(kim)

    revision = propose_policy(by, proposal_of(policy) | {"active": False}, policy.pk)

    impact = weighed(revision)
    assert (impact.loses, impact.later) == (1, 1)
    carried_out(revision, by)
    assert (under(ticket), due(ticket)) == (None, None)
    # Out of use and into use again is no other wording.
    assert policy.versions.count() == 1


def test_a_policy_set_by_hand_stays_whatever_the_conditions_say(kim, by, time_machine):
    from sla.actions.policy import SetSlaPolicy

    time_machine.move_to(MONDAY, tick=False)
    policy = in_force(by, wanted("Special", conditions=[{"tag": ["vip"]}]))
    ticket = make_ticket(kim, SetSlaPolicy(policy.pk))

    revision = propose_policy(by, proposal_of(policy) | {"targets": {"resolution": {"normal": 60}}}, policy.pk)

    impact = weighed(revision)
    assert (impact.touched, impact.keeps, impact.loses) == (1, 1, 0)
    carried_out(revision, by)
    assert under(ticket) == ("Special", 2)
    assert SlaTrack.objects.get(pk=ticket.pk).by_hand is True
    assert ticket.sla_assignments.latest("pk").cause == SlaAssignment.Cause.HAND


def test_longer_opening_hours_are_weighed_and_carried_out_like_a_policy(kim, by, office, time_machine):
    time_machine.move_to(MONDAY, tick=False)  # one hour after opening
    in_force(by, wanted(calendar=office.pk, wall_clock=[], targets={"resolution": {"normal": 480}}))
    ticket = make_ticket(kim)
    assert due(ticket) == MONDAY + timedelta(days=1)

    revision = propose_calendar(by, office, {"weekly": ALL_DAY})

    impact = weighed(revision)
    assert (impact.seen, impact.touched, impact.sooner, impact.later, impact.late_at_once) == (1, 1, 1, 0, 0)
    assert carried_out(revision, by).calendar_version.number == 2
    assert due(ticket) == MONDAY + timedelta(hours=8)
    assert under(ticket) == ("Everybody", 1)


def test_what_was_counted_is_what_then_happens(kim, by, office, time_machine):
    """The preview and the work agree ticket by ticket, over states, priorities and ages."""
    time_machine.move_to(MONDAY, tick=False)
    both = {"resolution": {"normal": 300, "high": 200}, "first_response": {"normal": 60, "high": 30}}
    policy = in_force(by, wanted(calendar=office.pk, wall_clock=["first_response"], targets=both))
    tickets = []
    for number in range(12):
        time_machine.move_to(MONDAY + timedelta(minutes=17 * number), tick=False)
        tickets.append(make_ticket(kim, SetPriority("high" if number % 3 else "normal")))
    time_machine.move_to(MONDAY + timedelta(hours=4), tick=False)
    before = {ticket.pk: due(ticket) for ticket in tickets}
    late_before = set(Ticket.objects.filter(sla_state="late").values_list("pk", flat=True))
    shorter = {"resolution": {"normal": 100, "high": 90}, "first_response": {"normal": 45, "high": 400}}
    revision = propose_policy(by, proposal_of(policy) | {"targets": shorter}, policy.pk)
    impact = weighed(revision)

    carried_out(revision, by)

    after = {ticket.pk: due(ticket) for ticket in tickets}
    sooner = sum(after[pk] < before[pk] for pk in before)
    later = sum(after[pk] > before[pk] for pk in before)
    assert (impact.sooner, impact.later) == (sooner, later)
    assert impact.touched == progress(revision)["moved"] == 12
    rebased = {t.pk for t in tickets if t.sla_clocks.filter(breach_cause="rebase").exists()}
    assert impact.late_at_once == len(rebased)
    assert impact.late_at_once > 0
    assert not late_before


def test_only_another_name_holds_at_once(by):
    policy = in_force(by, wanted())

    assert propose_policy(by, proposal_of(policy) | {"name": "All of them"}, policy.pk) is None

    policy.refresh_from_db()
    assert (policy.name, policy.versions.count(), SlaRevision.objects.count()) == ("All of them", 1, 1)


def test_saying_the_same_again_leaves_no_trace(by):
    policy = in_force(by, wanted())

    assert propose_policy(by, proposal_of(policy), policy.pk) is None

    assert SlaRevision.objects.count() == 1


def test_nothing_is_put_in_force_by_numbers_that_are_out_of_date(by):
    revision = propose_policy(by, wanted("One"))
    assert revision is not None
    weigh(revision)
    in_force(by, wanted("Two"))

    with pytest.raises(Stale):
        put_in_force(revision.pk, by, open_too=True)

    assert list(SlaPolicy.objects.values_list("name", flat=True)) == ["Two"]


def test_nothing_is_put_in_force_before_it_is_counted(by):
    revision = propose_policy(by, wanted())
    assert revision is not None

    with pytest.raises(HelpdeskError) as refused:
        put_in_force(revision.pk, by, open_too=True)

    assert refused.value.code == "not_weighed"
    assert not SlaPolicy.objects.exists()


def test_two_presses_put_it_in_force_once(kim, by):
    make_ticket(kim)
    revision = propose_policy(by, wanted())
    assert revision is not None
    weigh(revision)

    states = [put_in_force(revision.pk, by, open_too=True).state for _press in range(2)]

    assert states == ["running", "running"]
    assert SlaPolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "no_name"),
        ({"targets": {}}, "no_target"),
        ({"wall_clock": []}, "no_calendar"),
        ({"conditions": [{"q": ["refund"]}]}, "bad_condition"),
        ({"conditions": [{"created": [">7d"]}]}, "bad_condition"),
        ({"conditions": [{"assignee": ["me"]}]}, "bad_condition"),
        ({"conditions": [{"due": ["<2h"]}]}, "bad_condition"),
        ({"ladder": [{"metric": "next_response", "at": "0", "escalate": True}]}, "no_target"),
        ({"ladder": [{"metric": "resolution", "at": "soon", "escalate": True}]}, "bad_moment"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(by, said, code):
    with pytest.raises(HelpdeskError) as refused:
        propose_policy(by, wanted() | said)

    assert refused.value.code == code
    assert not SlaRevision.objects.exists()


def test_a_version_is_never_altered(by):
    policy = in_force(by, wanted())
    version = policies.newest(policy)
    version.targets = {}

    for forbidden in (
        version.save,
        version.delete,
        lambda: SlaPolicyVersion.objects.update(targets={}),
        lambda: SlaPolicyVersion.objects.all().delete(),
        lambda: SlaPolicyVersion.objects.bulk_update([version], ["targets"]),
    ):
        with pytest.raises(TypeError, match="never altered"):
            forbidden()

    assert SlaPolicyVersion.objects.get().targets == {"resolution": {"normal": 480}}


def test_a_ticket_that_comes_under_a_policy_by_hand_meanwhile_is_left_there(kim, by):
    """The work looks at each ticket once more under its lock."""
    from sla.actions.policy import SetSlaPolicy

    special = in_force(by, wanted("Special", conditions=[{"tag": ["vip"]}]))
    policy = in_force(by, wanted())
    ticket = make_ticket(kim)
    revision = propose_policy(by, proposal_of(policy) | {"targets": {"resolution": {"normal": 60}}}, policy.pk)
    assert revision is not None
    weigh(revision)
    revision = put_in_force(revision.pk, by, open_too=True)
    perform(ticket.pk, SetSlaPolicy(special.pk), by=by, via="web")

    run(revision)

    assert under(ticket) == ("Special", 1)
    assert progress(revision) == {"total": 1, "done": 1, "moved": 0, "failed": 0}
