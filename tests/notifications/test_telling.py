"""Who is told of what: the right people, once, never of their own doing, never of what they may not see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Membership, Team
from customers.models import Customer
from notifications.models import Notification, Wishes
from tests.factories import make_agent, make_ticket
from tickets import outbox
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddReply,
    AssignTo,
    Follow,
    MoveToTeam,
    SetStatus,
    Snooze,
    Wake,
)
from tickets.models import Change, Event, OutboxEntry, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.scheduling import schedule_reply, send_scheduled

pytestmark = pytest.mark.django_db


def do(ticket: Ticket, by: Agent | Actor, *actions: Any, via: str = "web") -> Change | None:
    """Somebody acts, and the reactions have run."""
    actor = by if isinstance(by, Actor) else Actor.agent(by)
    change = perform(ticket.pk, *actions, by=actor, via=via)
    outbox.drain()
    return change


def told() -> list[tuple[str, str]]:
    """(who, of what), oldest first."""
    return list(Notification.objects.order_by("pk").values_list("agent__name", "kind"))


def answer(ticket: Ticket, kim: Customer, text: str = "Still burning.", **how: Any) -> Change | None:
    return do(
        ticket,
        Actor.customer(kim.pk, kim.name),
        AddCustomerMessage(kim.pk, kim.name, text, from_address=kim.email, **how),
        via="email",
    )


def test_an_assignment_by_somebody_else_is_told(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    change = do(ticket, leo, AssignTo(ana.pk))

    row = Notification.objects.get()
    assert (row.agent, row.kind, row.ticket, row.change, row.read_at) == (ana, "assigned", ticket, change, None)


def test_nobody_is_told_of_their_own_doing(ticket: Ticket, ana: Agent) -> None:
    do(ticket, ana, AssignTo(ana.pk), Follow(ana.pk))
    do(ticket, ana, AddNote("For myself."))

    assert told() == []


def test_a_customers_answer_is_told_to_the_assignee_and_the_followers(
    ticket: Ticket, ana: Agent, leo: Agent, lou: Agent, kim: Customer
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    do(ticket, leo, Follow(leo.pk))

    answer(ticket, kim)

    assert sorted(told()) == [("Ana", "reply"), ("Leo", "reply")]
    assert {row.message_id for row in Notification.objects.all()} == {ticket.messages.latest("pk").pk}


def test_an_answer_that_reopens_is_told_once(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    do(ticket, ana, AssignTo(ana.pk), SetStatus("solved"))

    answer(ticket, kim)

    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert told() == [("Ana", "reply")]


def test_an_agent_who_reopens_is_told_to_the_others(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, ana, AssignTo(ana.pk), SetStatus("solved"))

    do(ticket, leo, SetStatus("open"))

    assert told() == [("Ana", "reopened")]


def test_a_state_that_only_moves_on_is_told_to_nobody(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, ana, AssignTo(ana.pk))

    do(ticket, leo, SetStatus("pending"))
    do(ticket, leo, SetStatus("solved"))

    assert told() == []


def test_a_colleagues_answer_to_the_customer_is_news_to_nobody(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    before = OutboxEntry.objects.filter(reaction="notifications.reactions.tell_agents").count()

    do(ticket, leo, AddReply("I took it."))

    assert told() == []
    assert OutboxEntry.objects.filter(reaction="notifications.reactions.tell_agents").count() == before


def test_a_note_is_told_to_the_assignee_and_to_those_it_mentions(
    ticket: Ticket, ana: Agent, leo: Agent, lou: Agent
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    change = perform(ticket.pk, AddNote("Lou, look."), by=Actor.agent(leo), via="web")
    mention(change, lou.pk)
    outbox.drain()

    assert sorted(told()) == [("Ana", "note"), ("Lou", "mention")]


def mention(change: Change | None, *agent_ids: Any) -> None:
    """As the composer writes it into the fact of a note."""
    assert change is not None
    event = Event.objects.get(change=change, kind="message_added")
    event.data["mentions"] = list(agent_ids)
    event.save()


def test_who_is_mentioned_and_watches_hears_of_the_mention_alone(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    change = perform(ticket.pk, AddNote("Ana, look."), by=Actor.agent(leo), via="web")
    mention(change, ana.pk, leo.pk, "nonsense", 987654321)
    outbox.drain()

    assert told() == [("Ana", "mention")]


def test_a_mention_opens_no_ticket_to_somebody_who_may_not_see_it(ticket: Ticket, mia: Agent, leo: Agent) -> None:
    """E08, E11: a name in a note gives its bearer no sight of the ticket."""
    change = perform(ticket.pk, AddNote("Mia, look."), by=Actor.agent(leo), via="web")
    mention(change, mia.pk)
    outbox.drain()

    assert told() == []


def test_a_snooze_that_ends_by_itself_is_told_and_one_that_is_ended_is_not(
    ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    later = (now() + timedelta(hours=1)).isoformat()
    do(ticket, ana, AssignTo(ana.pk), Snooze(later))
    do(ticket, leo, Wake())
    assert told() == []

    do(ticket, ana, Snooze(later))
    do(ticket, Actor.system("snooze"), Wake(), via="schedule")

    assert told() == [("Ana", "woke")]


def test_new_work_of_a_team_is_told_to_members_who_asked_for_it(
    ticket: Ticket, ana: Agent, leo: Agent, mia: Agent, technical: Team, kim: Customer
) -> None:
    nia = make_agent("Nia", teams=[technical])
    Wishes.objects.create(agent=mia, ways={"team": "bell"})
    Wishes.objects.create(agent=ana, ways={"team": "bell"})

    do(ticket, leo, MoveToTeam(technical.pk))
    made = make_ticket(kim, team=technical)
    outbox.drain()

    assert told() == [("Mia", "team"), ("Mia", "team")]
    assert set(Notification.objects.values_list("ticket_id", flat=True)) == {ticket.pk, made.pk}
    assert not Notification.objects.filter(agent=nia).exists()


def test_a_kind_that_is_switched_off_is_not_told_and_the_next_weighty_one_is(
    ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    Wishes.objects.create(agent=ana, ways={"assigned": "off"})

    do(ticket, leo, AssignTo(ana.pk))
    assert told() == []

    do(ticket, leo, AssignTo(None))
    do(ticket, leo, AssignTo(ana.pk), AddNote("Yours."))
    assert told() == [("Ana", "note")]


def test_a_disabled_agent_is_told_nothing(ticket: Ticket, ana: Agent, leo: Agent, kim: Customer) -> None:
    do(ticket, leo, AssignTo(ana.pk))
    Agent.objects.filter(pk=ana.pk).update(is_active=False)
    Notification.objects.all().delete()

    answer(ticket, kim)

    assert told() == []


def test_a_follower_who_lost_the_team_and_the_ticket_is_told_nothing(
    ticket: Ticket, ana: Agent, leo: Agent, kim: Customer
) -> None:
    """E11: what one may not see any more rings no bell, and what rang before is gone from it."""
    do(ticket, leo, AssignTo(ana.pk))
    assert Notification.objects.visible_to(Actor.agent(ana)).count() == 1
    Membership.objects.filter(agent=ana).delete()
    do(ticket, leo, AssignTo(None))

    answer(ticket, kim)

    assert told() == [("Ana", "assigned")]
    assert Notification.objects.visible_to(Actor.agent(ana)).count() == 0


def test_a_reaction_that_runs_again_tells_nothing_twice(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, leo, AssignTo(ana.pk))
    OutboxEntry.objects.update(state="owed")

    outbox.drain()

    assert told() == [("Ana", "assigned")]


def test_a_reaction_that_fails_once_still_tells(ticket: Ticket, ana: Agent, leo: Agent, monkeypatch: Any) -> None:
    from notifications import reactions

    real = reactions.wishes_of
    monkeypatch.setattr(reactions, "wishes_of", lambda agents: 1 / 0)
    do(ticket, leo, AssignTo(ana.pk))
    assert told() == []

    monkeypatch.setattr(reactions, "wishes_of", real)
    OutboxEntry.objects.filter(state="owed").update(due_at=now())
    outbox.drain()

    assert told() == [("Ana", "assigned")]


def test_what_is_imported_is_news_to_nobody(kim: Customer, ana: Agent, billing: Team) -> None:
    house = Actor.system("import").importing()
    ticket, _change = open_ticket("Old", kim, by=house, via="import", channel="email", team_id=billing.pk)
    perform(ticket.pk, AssignTo(ana.pk), by=house, via="import")

    outbox.drain()

    assert told() == []


def test_a_scheduled_reply_that_was_held_is_told_to_its_author(
    ticket: Ticket, ana: Agent, leo: Agent, kim: Customer
) -> None:
    schedule_reply(ticket, Actor.agent(ana), body="Later.", send_at=now() + timedelta(hours=1))
    do(ticket, leo, Follow(leo.pk))
    answer(ticket, kim)
    Notification.objects.all().delete()
    with time_machine.travel(now() + timedelta(hours=2)):
        assert send_scheduled() == 0
        outbox.drain()

    assert told() == [("Ana", "held")]
