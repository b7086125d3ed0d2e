"""Mentions in notes: who is told, who becomes a follower, and whom a mention cannot reach."""

import pytest

from agents.actors import Actor
from tests.factories import make_agent
from tickets.actions import AddNote, AddReply
from tickets.mentions import named_in
from tickets.models import Event, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


def note(ticket, by, words):
    return perform(ticket.pk, AddNote(words), by=Actor.agent(by), via="web")


def facts(change):
    return [(event.kind, event.data) for event in change.events.order_by("pk")]


def test_a_mention_is_a_fact_and_the_mentioned_follows_and_sees_the_ticket(ticket, ana, mia):
    assert not Ticket.objects.visible_to(Actor.agent(mia)).exists()

    change = note(ticket, ana, "Can you look, @Mia?")

    told, joined = facts(change)
    assert told[1]["mentions"] == [mia.pk]
    assert joined == ("follower_added", {"agent": {"id": mia.pk, "name": "Mia"}})
    assert Ticket.objects.visible_to(Actor.agent(mia)).get() == ticket


def test_who_follows_already_is_told_but_not_added_again(ticket, ana, leo):
    note(ticket, ana, "@Leo please")

    change = note(ticket, ana, "@leo, once more")

    assert facts(change) == [
        ("message_added", {"message": ticket.messages.latest("pk").pk, "public": False, "author": "agent",
                           "mentions": [leo.pk]})
    ]  # fmt: skip


def test_a_light_agent_reaches_only_colleagues_who_see_the_ticket_already(ticket, lou, leo, mia):
    """E02, E11"""
    change = note(ticket, lou, "@Leo and @Mia")

    assert facts(change)[0][1]["mentions"] == [leo.pk]
    assert not ticket.followers.filter(agent=mia).exists()
    assert not Ticket.objects.visible_to(Actor.agent(mia)).exists()


def test_disabled_agents_and_oneself_are_not_mentioned(ticket, ana, leo):
    leo.is_active = False
    leo.save()

    change = note(ticket, ana, "@Leo @Ana")

    assert "mentions" not in facts(change)[0][1]
    assert not ticket.followers.exists()


def test_words_in_a_reply_mention_nobody(ticket, ana, leo):
    change = perform(ticket.pk, AddReply("Ask @Leo"), by=Actor.agent(ana), via="web")

    assert "mentions" not in Event.objects.get(change=change, kind="message_added").data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Eva Lind please", ["Eva Lind"]),
        ("@eva lind-holm, please", ["Eva Lind-Holm"]),
        ("(@EVA LIND)", ["Eva Lind"]),
        ("@Eva, please", []),
        ("@Łukasz już", ["Łukasz Żak"]),
        ("@Оксана Шевченко.", ["Оксана Шевченко"]),
        ("mail me at x@Łukasz", []),
        ("@Łukaszowi", []),
        ("run `@Łukasz` now", []),
        ("@Eva Lind and again @Eva Lind", ["Eva Lind"]),
    ],
)
def test_names_are_read_as_people_write_them(text, expected, db):
    agents = [make_agent(name, email=f"a{n}@desk.example") for n, name in enumerate(
        ("Eva Lind", "Eva Lind-Holm", "Łukasz Żak", "Оксана Шевченко"))]  # fmt: skip

    assert [agent.name for agent in named_in(text, agents)] == expected
