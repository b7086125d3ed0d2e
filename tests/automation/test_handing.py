"""Waiting tickets find the right member, and wait when there is none."""

from __future__ import annotations

import pytest
import time_machine

from agents.actors import Actor
from agents.models import Agent, Skill
from agents.permissions import Role
from automation.handing import hand_out
from automation.models import AgentHours, Mode, TeamRouting
from helpdesk.lib.errors import HelpdeskError
from tests.automation.making import holders, make_calendar, make_member, queue, route
from tests.factories import make_agent, make_team
from tickets import wording
from tickets.actions import AddTag, AssignTo, MoveToTeam, SetPriority, SetStatus, Snooze
from tickets.models import Change, Event, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

OFFICE = [[[540, 1020]]] * 5 + [[], []]


@pytest.fixture
def team(billing):
    return billing


@pytest.fixture
def three(team):
    return [make_member(name, team) for name in ("Ada", "Ben", "Cleo")]


def test_tickets_go_round_in_turn(team, three):
    route(team)
    tickets = queue(team, 7)

    assert hand_out() == 7

    assert holders(*tickets) == ["Ada", "Ben", "Cleo", "Ada", "Ben", "Cleo", "Ada"]


def test_the_next_pass_goes_on_where_the_last_one_ended(team, three):
    route(team)
    first = queue(team, 2)
    hand_out()

    second = queue(team, 2)
    hand_out()

    assert holders(*first, *second) == ["Ada", "Ben", "Cleo", "Ada"]


def test_the_least_loaded_gets_the_next(team, three):
    route(team, Mode.LEAST_LOADED)
    ada, ben, _cleo = three
    queue(team, 2, AssignTo(ada.pk))
    queue(team, 1, AssignTo(ben.pk))
    tickets = queue(team, 4)

    hand_out()

    assert holders(*tickets) == ["Cleo", "Ben", "Cleo", "Ada"]


def test_equally_loaded_members_take_turns(team, three):
    route(team, Mode.LEAST_LOADED)
    first = queue(team, 1)
    hand_out()
    perform(first[0].pk, SetStatus("solved"), by=Actor.system("test"), via="test")

    second = queue(team, 1)
    hand_out()

    assert holders(*first, *second) == ["Ada", "Ben"]


def test_a_team_that_works_by_hand_is_left_alone(team, three):
    route(team, Mode.MANUAL)
    tickets = queue(team, 2)

    assert hand_out() == 0

    assert holders(*tickets) == ["", ""]


def test_an_archived_team_hands_nothing_out(team, three):
    route(team)
    tickets = queue(team, 1)
    type(team).objects.filter(pk=team.pk).update(archived_at="2026-01-01T00:00Z")

    assert hand_out() == 0

    assert holders(*tickets) == [""]


@pytest.mark.parametrize("availability", ["away", "offline"])
def test_whoever_is_not_online_gets_nothing(team, availability):
    make_member("Ada", team, availability=availability)
    route(team)
    tickets = queue(team, 1)

    assert hand_out() == 0

    assert holders(*tickets) == [""]


def test_only_active_members_who_may_answer_get_tickets(team):
    make_member("Gone", team, is_active=False)
    light = make_agent("Light", role=Role.LIGHT, teams=[team])
    Agent.objects.filter(pk=light.pk).update(availability="online")
    make_member("Elsewhere", make_team("Other"))
    route(team)
    tickets = queue(team, 1)

    assert hand_out() == 0

    assert holders(*tickets) == [""]


def test_nobody_is_given_more_than_their_capacity(team):
    make_member("Ada", team, capacity=2)
    make_member("Ben", team, capacity=1)
    route(team)
    tickets = queue(team, 5)

    assert hand_out() == 3

    assert holders(*tickets) == ["Ada", "Ben", "Ada", "", ""]


def test_tickets_of_other_teams_fill_an_agent_too(team):
    other = make_team("Other")
    ada = make_member("Ada", team, other, capacity=1)
    route(team)
    queue(other, 1, AssignTo(ada.pk))
    tickets = queue(team, 1)

    assert hand_out() == 0

    assert holders(*tickets) == [""]


def test_without_a_capacity_there_is_no_limit(team):
    make_member("Ada", team, capacity=None)
    route(team)
    tickets = queue(team, 25)

    hand_out()

    assert holders(*tickets) == ["Ada"] * 25


def test_a_solved_ticket_makes_room_for_the_next(team):
    make_member("Ada", team, capacity=1)
    route(team)
    first, second = queue(team, 2)
    hand_out()

    perform(first.pk, SetStatus("solved"), by=Actor.system("test"), via="test")
    hand_out()

    assert holders(first, second) == ["Ada", "Ada"]


def test_the_most_urgent_is_handed_out_first_then_what_is_due_then_the_oldest(team):
    make_member("Ada", team, capacity=3)
    route(team)
    old, due, urgent, young = queue(team, 4)
    perform(urgent.pk, SetPriority("urgent"), by=Actor.system("test"), via="test")
    Ticket.objects.filter(pk=due.pk).update(next_due_at="2026-11-22T12:00Z")

    hand_out()

    given = Event.objects.filter(kind="assignee_changed").order_by("pk").values_list("change__ticket_id", flat=True)
    assert list(given) == [urgent.pk, due.pk, old.pk]
    assert holders(young) == [""]


def test_only_what_waits_for_us_is_handed_out(team, three):
    route(team)
    pending, held, solved, snoozed, taken = queue(team, 5)
    by = Actor.system("test")
    perform(pending.pk, SetStatus("pending"), by=by, via="test")
    perform(held.pk, SetStatus("on_hold"), by=by, via="test")
    perform(solved.pk, SetStatus("solved"), by=by, via="test")
    perform(snoozed.pk, Snooze("2999-01-01T00:00:00+00:00"), by=by, via="test")
    perform(taken.pk, AssignTo(three[2].pk), by=by, via="test")

    assert hand_out() == 0

    assert holders(pending, held, solved, snoozed, taken) == ["", "", "", "", "Cleo"]


def test_a_ticket_waits_for_somebody_with_its_language(team):
    route(team)
    make_member("Ada", team)
    ola = make_member("Ola", team, languages=["pl"], availability="offline")
    (polish,) = queue(team, 1, language="pl")

    hand_out()
    before = holders(polish)
    Agent.objects.filter(pk=ola.pk).update(availability="online")
    hand_out()

    assert (before, holders(polish)) == ([""], ["Ola"])


def test_a_regional_language_is_answered_by_whoever_writes_the_language(team):
    route(team)
    make_member("Ada", team)
    make_member("Rui", team, languages=["pt"])
    tickets = queue(team, 2, language="pt-br")

    hand_out()

    assert holders(*tickets) == ["Rui", "Rui"]


def test_a_language_that_is_nobodys_skill_asks_for_nothing(team, three):
    route(team)
    tickets = queue(team, 1, language="uk")

    hand_out()

    assert holders(*tickets) == ["Ada"]


def test_all_tags_that_are_skills_must_match(team):
    route(team)
    make_member("Ada", team, skills=["vip"])
    make_member("Ben", team, skills=["vip", "tax"])
    vip = queue(team, 1, AddTag("vip"))
    both = queue(team, 2, AddTag("vip"), AddTag("tax"), AddTag("paper"))

    hand_out()

    assert holders(*vip, *both) == ["Ada", "Ben", "Ben"]


def test_what_nobody_present_can_do_holds_nothing_else_up(team):
    route(team)
    make_member("Ada", team)
    make_member("Ben", team, skills=["tax"], availability="offline")
    taxed = queue(team, 3, AddTag("tax"), SetPriority("urgent"))
    plain = queue(team, 1)

    assert hand_out() == 1

    assert holders(*taxed, *plain) == ["", "", "", "Ada"]


def test_a_member_who_was_passed_over_keeps_the_turn(team):
    route(team)
    make_member("Ada", team)
    make_member("Ben", team, skills=["tax"])
    taxed = queue(team, 2, AddTag("tax"))
    hand_out()

    plain = queue(team, 2)
    hand_out()

    assert holders(*taxed, *plain) == ["Ben", "Ben", "Ada", "Ben"]


def test_tickets_wait_until_the_team_opens(team, three):
    route(team, calendar=make_calendar("Office", OFFICE, "Europe/Copenhagen"))
    with time_machine.travel("2026-11-23T07:59:00Z", tick=False):  # Monday 08:59 in Copenhagen
        tickets = queue(team, 1)
        assert hand_out() == 0
        before = holders(*tickets)

    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        hand_out()

    assert (before, holders(*tickets)) == ([""], ["Ada"])


def test_an_agents_own_hours_hold_instead_of_the_teams(team, three):
    route(team, calendar=make_calendar("Office", OFFICE))
    _ada, ben, _cleo = three
    AgentHours.objects.create(agent=ben, calendar=make_calendar("Night", [[[0, 540]]] * 7))
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):  # before the office opens
        tickets = queue(team, 2)
        hand_out()

    assert holders(*tickets) == ["Ben", "Ben"]


def test_whoever_gave_a_ticket_back_does_not_get_it_again(team):
    make_member("Ada", team)
    route(team)
    (ticket,) = queue(team, 1)
    hand_out()
    ada = Agent.objects.get(name="Ada")
    perform(ticket.pk, AssignTo(None), by=Actor.agent(ada), via="web")

    assert hand_out() == 0
    alone = holders(ticket)
    make_member("Ben", team)
    hand_out()

    assert (alone, holders(ticket)) == ([""], ["Ben"])


def test_each_decision_leaves_its_reason(team):
    make_member("Ada", team, skills=["tax"], languages=["da"], capacity=9)
    route(team, Mode.LEAST_LOADED)
    (ticket,) = queue(team, 1, AddTag("tax"), language="da")
    hand_out()

    change = Change.objects.filter(ticket=ticket).latest("pk")
    event = change.events.get()
    ada = Agent.objects.get(name="Ada")
    assert event.kind == "assignee_changed"
    assert event.data == {
        "from": None,
        "to": {"id": ada.pk, "name": "Ada"},
        "reason": "least_loaded",
        "load": 0,
        "capacity": 9,
        "language": "da",
        "tags": ["tax"],
    }
    assert (change.actor_kind, change.via, wording.author(change)) == ("system", "routing", "Routing")
    assert wording.phrase(event) == (
        "assigned the ticket to Ada, who had the fewest open tickets; 0 of at most 9 open tickets; asked for dansk, tax"
    )


def test_a_turn_is_told_without_what_does_not_matter(team):
    make_member("Ada", team, capacity=None)
    route(team)
    first, second = queue(team, 2)
    hand_out()

    said = wording.phrase(Event.objects.filter(kind="assignee_changed", change__ticket=second).get())

    assert said == "assigned the ticket to Ada, whose turn it was; 1 open ticket"
    assert holders(first) == ["Ada"]


def test_one_ticket_that_cannot_be_given_keeps_nothing_from_the_rest(team, three, monkeypatch):
    route(team)
    broken, sound = queue(team, 2)
    from automation import handing

    def failing(pk, *actions, **context):
        if pk == broken.pk:
            raise ZeroDivisionError
        return perform(pk, *actions, **context)

    monkeypatch.setattr(handing, "perform", failing)

    assert hand_out() == 1

    assert holders(broken, sound) == ["", "Ada"]


def test_what_was_taken_since_the_queue_was_read_costs_nobody_a_turn(team, three, monkeypatch):
    routing = route(team)
    taken, next_one = queue(team, 2)
    from automation import handing

    look = handing.locked_pool

    def slow_lock(team_id):
        if holders(taken) == [""]:
            perform(taken.pk, AssignTo(three[2].pk), by=Actor.system("test"), via="test")
        return look(team_id)

    monkeypatch.setattr(handing, "locked_pool", slow_lock)

    assert hand_out() == 1

    assert holders(taken, next_one) == ["Cleo", "Ada"]
    assert TeamRouting.objects.get(pk=routing.pk).turns == 1


def test_routing_refuses_what_no_longer_waits_there(team, three):
    from automation.actions import RouteTo

    other = make_team("Other")
    (ticket,) = queue(team, 1)
    perform(ticket.pk, MoveToTeam(other.pk), by=Actor.system("test"), via="test")
    before = Change.objects.count()

    with pytest.raises(HelpdeskError) as refused:
        perform(ticket.pk, RouteTo(three[0].pk, team.pk, "round_robin", 0), by=Actor.system("routing"), via="routing")

    assert refused.value.code == "not_waiting"
    assert Change.objects.count() == before


def test_nobody_claims_to_be_routing(team, three):
    """E09: the reason in the past of a ticket is not for sale to whoever may assign."""
    from automation.actions import RouteTo

    (ticket,) = queue(team, 1)

    with pytest.raises(HelpdeskError) as refused:
        perform(ticket.pk, RouteTo(three[0].pk, team.pk, "round_robin", 0), by=Actor.agent(three[0]), via="web")

    assert refused.value.status == 403
    assert holders(ticket) == [""]


def test_a_skill_is_held_once(team):
    ada = make_member("Ada", team, skills=["tax"])
    _row, made = Skill.objects.get_or_create(agent=ada, kind="tag", value="tax")

    assert not made
