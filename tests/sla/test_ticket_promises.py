"""The panel and the page of promises: what they show of clocks that the engine made, to whom, and at what cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import Escalation, SlaClock, SlaTrack
from sla.panel import IN_PANEL, LINES_IN_PANEL, promises, whence
from tests.factories import make_ticket
from tests.sla.making import Story, make_calendar, make_policy
from tickets.actions import SetPriority, SetStatus
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db

MONDAY = "2026-01-05 "
HTMX = {"HX-Request": "true"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def policy():
    return make_policy("Gold", make_calendar("Copenhagen desk", "UTC"), first_response=60, resolution=480)


@pytest.fixture
def story(policy, billing, ana, kim):
    """Opened on Monday at ten, answered within the hour, pending from eleven to one."""
    told = Story(MONDAY + "10:00", team=billing, agent=ana, requester=kim)
    told.reply(MONDAY + "10:30")
    told.do(MONDAY + "11:00", SetStatus("pending"))
    told.customer(MONDAY + "13:00")
    return told


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return lambda address, **headers: client.get(address, headers=headers)


def shown(ticket, when, **kwargs):
    with time_machine.travel(moment(when), tick=False):
        return promises(Ticket.objects.get(pk=ticket.pk), moment(when), **kwargs)


def test_it_tells_each_clock_with_its_target_its_use_and_its_account(story):
    promised = shown(story.ticket, MONDAY + "14:00")

    (resolution,) = promised.going_on
    (answered,) = promised.ended
    assert (resolution.metric, resolution.tone, resolution.target) == ("Resolution", "running", "8 h")
    assert (resolution.used, resolution.left, resolution.over) == ("2 h", "6 h", "")
    assert (answered.metric, answered.tone) == ("First response", "met")
    assert (answered.used, answered.left) == ("30 min", "30 min")
    assert resolution.sentence == (
        "Due Tue 12:00 UTC: 8 h target, 2 h used today, paused 2 h while waiting for the customer."
    )
    assert [(entry.line.why, entry.seconds, entry.total) for entry in resolution.entries] == [
        ("within opening hours", "1:00:00", "1:00:00"),
        ("pending: waiting for the customer", "", "1:00:00"),
        ("within opening hours", "1:00:00", "2:00:00"),
    ]
    assert whence(promised) == "Gold, version 1, by its conditions; priority: Normal"


def test_each_leg_says_what_began_it_and_leads_there(story):
    (resolution,) = shown(story.ticket, MONDAY + "14:00").going_on

    causes = [entry.cause for entry in resolution.entries]

    changes = list(Change.objects.filter(ticket=story.ticket).order_by("pk"))
    asked, _answered, pended, again = changes
    first, last = story.ticket.messages.filter(author_kind="customer").order_by("pk")
    assert [cause.did for cause in causes] == [
        "opened the ticket, wrote a message",
        "changed the state from Open to Pending",
        "wrote a message, reopened the ticket by answering",
    ]
    assert causes[0].href == f"/tickets/{story.ticket.pk}/messages/{first.pk}/"
    assert causes[1].href == f"/tickets/{story.ticket.pk}/changes/{pended.pk}/"
    assert causes[2].href == f"/tickets/{story.ticket.pk}/messages/{last.pk}/"
    assert [cause.at for cause in causes] == [asked.created_at, pended.created_at, again.created_at]


def test_the_panel_shows_it_and_the_page_shows_every_line(page, story):
    with time_machine.travel(moment(MONDAY + "14:00"), tick=False):
        panel = page(f"/tickets/{story.ticket.pk}/sla/", **HTMX).content.decode()
        whole = page(f"/tickets/{story.ticket.pk}/sla/").content.decode()

    for body in (panel, whole):
        assert "Due Tue 12:00 UTC: 8 h target" in body
        assert "pending: waiting for the customer" in body
        assert '<svg class="legs"' in body
        assert 'style="' not in body
    assert panel.lstrip().startswith("<section")
    assert whole.startswith("<!doctype html>")
    assert whole.count("<table") == 2


def test_the_panel_is_the_first_on_the_ticket_page(page, story):
    body = page(f"/tickets/{story.ticket.pk}/").content.decode()

    assert body.index(f'hx-get="/tickets/{story.ticket.pk}/sla/"') < body.index("/held/")


def test_a_ticket_without_a_promise_says_so(page, kim, billing):
    ticket = make_ticket(kim, team=billing)

    panel = page(f"/tickets/{ticket.pk}/sla/", **HTMX).content.decode()
    whole = page(f"/tickets/{ticket.pk}/sla/").content.decode()

    assert not SlaTrack.objects.exists()
    assert "Nothing is promised on this ticket." in panel
    assert "Nothing is promised on this ticket." in whole
    assert "/sla/policy/" not in panel


def test_a_late_clock_is_late_in_words(page, story):
    with time_machine.travel(moment("2026-01-07 12:00"), tick=False):
        story.do("2026-01-06 13:00", SetPriority("high"))
        panel = page(f"/tickets/{story.ticket.pk}/sla/", **HTMX).content.decode()

    assert "Late since Tue 12:00 UTC" in panel
    assert 'class="due due--late"' in panel
    assert ">late 1 d 0 h<" in panel


def test_it_takes_as_many_statements_whatever_has_happened(story, ana, client):
    client.force_login(ana)
    address = f"/tickets/{story.ticket.pk}/sla/"
    client.get(address, headers=HTMX)  # what a process asks once in its life

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, headers=HTMX).status_code == 200
        return len(asked)

    few = statements()
    for hour in range(14, 17):
        story.reply(f"{MONDAY}{hour}:10")
        story.do(f"{MONDAY}{hour}:20", SetStatus("pending"))
        story.customer(f"{MONDAY}{hour}:30")

    assert statements() == few


def test_of_many_clocks_those_that_go_on_and_the_last_that_ended_are_shown(story, policy):
    track = SlaTrack.objects.get(pk=story.ticket.pk)
    ended = moment(MONDAY + "13:30")
    for number in range(2, 14):
        clock = SlaClock.objects.create(
            ticket=story.ticket,
            metric="next_response",
            sequence=number,
            state="met",
            started_at=ended,
            ended_at=ended + timedelta(minutes=number),
            policy_version=track.policy_version,
        )
        clock.legs.create(position=1, running=True, reason="started", began_at=ended, ended_at=clock.ended_at)

    promised = shown(story.ticket, MONDAY + "14:00")

    assert [one.clock.metric for one in promised.going_on] == ["resolution"]
    assert [one.clock.sequence for one in promised.ended] == [13, 12, 11, 10, 9, 8, 7]
    assert len(promised.going_on) + len(promised.ended) == IN_PANEL
    assert promised.more
    assert not shown(story.ticket, MONDAY + "14:00", whole=True).more


def test_a_long_account_carries_forward_in_the_panel_and_stands_whole_on_its_page(story):
    clock = story.clock("resolution")
    last = clock.legs.get(ended_at=None)
    last.ended_at = last.began_at + timedelta(minutes=1)
    last.used_seconds = 60
    last.save()
    for number in range(60):
        begins = last.ended_at + timedelta(minutes=number)
        ends = begins + timedelta(minutes=1)
        clock.legs.create(
            position=last.position + 1 + number,
            running=number % 2 == 1,
            reason="paused",
            status="pending",
            policy_version=clock.policy_version,
            calendar_version=clock.calendar_version,
            began_at=begins,
            ended_at=ends if number < 59 else None,
            used_seconds=60 if number % 2 and number < 59 else 0,
        )

    (short,) = shown(story.ticket, MONDAY + "14:01").going_on
    (whole,) = shown(story.ticket, MONDAY + "14:01", whole=True).going_on

    assert len(short.entries) == LINES_IN_PANEL
    assert len(whole.entries) == 63
    assert whole.carried == ""
    assert short.carried == whole.entries[63 - LINES_IN_PANEL - 1].total
    assert short.entries[-1] == whole.entries[-1]
    assert short.entries[-1].total == "1:31:00"


# --- the policy by hand -----------------------------------------------------------------------------------------------


def test_a_policy_is_set_by_hand_and_left_to_the_conditions_again(client, story, ana):
    silver = make_policy("Silver", make_calendar("Copenhagen desk"), resolution=960)
    client.force_login(ana)
    address = f"/tickets/{story.ticket.pk}/sla/policy/"

    with time_machine.travel(moment(MONDAY + "14:00"), tick=False):
        answered = client.post(address, {"policy": silver.pk}, headers=HTMX)
    by_hand = SlaTrack.objects.get(pk=story.ticket.pk)
    with time_machine.travel(moment(MONDAY + "14:30"), tick=False):
        back = client.post(address, {"policy": ""})

    assert answered.status_code == 200
    assert "Silver, version 1, set by hand" in answered.content.decode()
    assert (by_hand.policy_version.policy, by_hand.by_hand) == (silver, True)
    assert (back.status_code, back["Location"]) == (302, f"/tickets/{story.ticket.pk}/sla/")
    track = SlaTrack.objects.get(pk=story.ticket.pk)
    assert (track.policy_version.policy.name, track.by_hand) == ("Gold", False)


@pytest.mark.parametrize("given", ["x", "0", "-1", "99999999999999999999", "123456", "1\x00"])
def test_a_policy_that_is_none_is_refused(client, story, ana, given):
    client.force_login(ana)
    before = Change.objects.count()

    answered = client.post(f"/tickets/{story.ticket.pk}/sla/policy/", {"policy": given})

    assert answered.status_code == 422
    assert Change.objects.count() == before


def test_who_may_not_edit_is_not_offered_it_and_may_not_do_it(client, story, lou):
    client.force_login(lou)

    panel = client.get(f"/tickets/{story.ticket.pk}/sla/", headers=HTMX).content.decode()
    answered = client.post(f"/tickets/{story.ticket.pk}/sla/policy/", {"policy": ""})

    assert "/sla/policy/" not in panel
    assert "/escalations/" not in panel
    assert answered.status_code == 403


def test_what_is_promised_on_a_ticket_of_others_is_nobodys_business(client, story, mia):
    """E01"""
    client.force_login(mia)
    number = story.ticket.pk

    answers = [
        client.get(f"/tickets/{number}/sla/").status_code,
        client.get(f"/tickets/{number}/escalations/").status_code,
        client.post(f"/tickets/{number}/sla/policy/", {"policy": ""}).status_code,
        client.post(f"/tickets/{number}/escalations/", {"reason": "other", "text": "x"}).status_code,
        client.get(f"/tickets/{number}/changes/{story.ticket.changes.first().pk}/").status_code,
    ]

    assert answers == [404] * 5
    assert not Escalation.objects.exists()


def test_the_address_of_a_change_leads_to_its_line(page, story, kim, technical):
    number, change = story.ticket.pk, story.ticket.changes.earliest("pk").pk
    other = make_ticket(kim, team=technical)

    answered = page(f"/tickets/{number}/changes/{change}/")

    assert (answered.status_code, answered["Location"]) == (302, f"/tickets/{number}/#change-{change}")
    assert page(f"/tickets/{number}/changes/{other.changes.earliest('pk').pk}/").status_code == 404
