"""Replies that wait: sent once, at their time, as their author; held and told when the world has changed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from tests.factories import make_ticket
from tickets import scheduling
from tickets.actions import AddCustomerMessage, MoveToTeam, SetStatus
from tickets.attachments import keep_upload
from tickets.models import Draft, Event, ScheduledReply
from tickets.perform import perform
from tickets.scheduling import schedule_reply, send_scheduled

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(SUNDAY, tick=False) as travel:
        yield travel


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def plan(clock, page, ticket):
    def post(htmx=True, **data):
        data = {"kind": "reply", "body": "Good morning.", "to": "kim@alpha.example", "later": "tomorrow"} | data
        return page.post(f"/tickets/{ticket.pk}/replies/", data, headers=HTMX if htmx else {})

    return post


def planned_url(ticket):
    return f"/tickets/{ticket.pk}/planned/{ScheduledReply.objects.get().pk}/"


def held(ticket):
    return [event.data for event in Event.objects.of_ticket(ticket.pk) if event.kind == "reply_held"]


def test_a_planned_reply_waits_where_its_author_sees_it_and_nothing_is_sent(plan, page, ticket):
    response = plan()

    row = ScheduledReply.objects.get()
    assert response.status_code == 200
    assert (row.send_at, row.state) == (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "waiting")
    assert ticket.changes.count() == 1
    assert send_scheduled() == 0
    body = page.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Leaves Mon 23 Nov, 09:00" in body
    assert "Good morning." in body


def test_tomorrow_morning_is_that_of_the_writer(plan, ana):
    ana.time_zone = "Europe/Copenhagen"
    ana.save()

    plan()

    assert ScheduledReply.objects.get().send_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_at_its_time_it_is_sent_once_as_its_author_with_files_and_state(plan, clock, ticket, ana):
    file = keep_upload(b"x", name="plan.txt", content_type="text/plain", uploaded_by=ana.pk)
    plan(status="pending", cc="bo@beta.example", attachments=file.key, sure="new_address|pending|tomorrow|")
    clock.move_to(SUNDAY + timedelta(days=1))

    assert send_scheduled() == 1
    assert send_scheduled() == 0

    message = ticket.messages.latest("pk")
    change = ticket.changes.latest("pk")
    ticket.refresh_from_db()
    assert (message.text, message.agent, message.to, message.cc) == (
        "Good morning.", ana, ["kim@alpha.example"], ["bo@beta.example"],
    )  # fmt: skip
    assert message.attachments.get() == file
    assert (change.actor_id, change.via, ticket.status) == (ana.pk, "schedule", "pending")
    assert ticket.messages.filter(author_kind="agent").count() == 1
    assert ScheduledReply.objects.get().state == "sent"


def test_what_was_sent_leaves_its_words_in_the_message_alone(plan, clock, ticket):
    """M05: redacting the message must leave none behind."""
    plan()
    clock.move_to(SUNDAY + timedelta(days=1))

    send_scheduled()

    row = ScheduledReply.objects.get()
    assert (row.body, row.to, row.cc, row.attachments.count()) == ("", [], [], 0)
    assert ticket.messages.latest("pk").text == "Good morning."


def test_a_second_press_plans_it_once(plan):
    plan(gesture="one-press")
    plan(gesture="one-press")

    assert ScheduledReply.objects.count() == 1


def test_a_moment_of_ones_own_is_read_in_the_writers_zone(plan, ana):
    ana.time_zone = "Europe/Warsaw"
    ana.save()

    plan(later="own", send_at="2026-12-01T14:30")

    assert ScheduledReply.objects.get().send_at == datetime(2026, 12, 1, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"later": "own", "send_at": ""}, "Choose a date and a time"),
        ({"later": "own", "send_at": "2026-11-22T09:59"}, "Choose a moment in the coming year"),
        ({"later": "own", "send_at": "9999-12-31T23:59"}, "Choose a moment in the coming year"),
        ({"later": "own", "send_at": "soon"}, "Choose a date and a time"),
        ({"kind": "note"}, "Only a reply can be sent later"),
        ({"body": " "}, "Write something"),
        ({"to": "nobody"}, "not a mail address"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_reason(plan, data, words):
    response = plan(**data)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ScheduledReply.objects.exists()


def test_planning_ends_the_draft(plan, page, ticket):
    page.post(f"/tickets/{ticket.pk}/draft/", {"body": "Good mor", "gesture": "g"}, headers=HTMX)

    plan(gesture="g")
    page.post(f"/tickets/{ticket.pk}/draft/", {"body": "Good mor", "gesture": "g"}, headers=HTMX)

    assert not Draft.objects.exists()


def test_when_the_customer_writes_meanwhile_it_is_kept_back_and_its_author_is_asked(
    plan, clock, page, ticket, as_kim, ana
):
    plan()
    clock.move_to(SUNDAY + timedelta(hours=2))
    perform(ticket.pk, AddCustomerMessage(as_kim.id, "Kim", "Never mind!"), by=as_kim, via="email")
    clock.move_to(SUNDAY + timedelta(days=1))

    assert send_scheduled() == 0
    assert send_scheduled() == 0

    assert ticket.messages.filter(author_kind="agent").count() == 0
    assert held(ticket) == [{"agent": {"id": ana.pk, "name": "Ana"}, "reason": "customer_wrote"}]
    body = page.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "It was not sent, because the customer wrote again meanwhile." in body
    assert "kept back a planned reply of Ana: the customer wrote again meanwhile" in body

    page.post(planned_url(ticket), {"do": "send"}, headers=HTMX)
    assert ticket.messages.latest("pk").text == "Good morning."
    assert ScheduledReply.objects.get().state == "sent"


def test_a_reply_of_a_disabled_agent_is_kept_back_and_a_supervisor_can_take_it_over(plan, clock, ticket, ana, leo, lou):
    """E12, E13"""
    file = keep_upload(b"x", name="plan.txt", content_type="text/plain", uploaded_by=ana.pk)
    plan(attachments=file.key)
    url = planned_url(ticket)
    supervisor, colleague = Client(), Client()
    supervisor.force_login(leo)
    colleague.force_login(lou)
    assert supervisor.post(url, {"do": "edit"}).status_code == 404

    ana.is_active = False
    ana.save()
    clock.move_to(SUNDAY + timedelta(days=1))
    assert send_scheduled() == 0

    assert held(ticket)[0]["reason"] == "deactivated"
    assert ticket.messages.filter(author_kind="agent").count() == 0
    assert "Good morning." not in colleague.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Good morning." in supervisor.get(f"/tickets/{ticket.pk}/").content.decode()
    assert supervisor.post(url, {"do": "send"}).status_code == 403
    supervisor.post(url, {"do": "edit"})
    draft = Draft.objects.get(agent=leo)
    assert draft.body == "Good morning."
    assert draft.attachments.get().uploaded_by == leo
    assert not ScheduledReply.objects.exists()


def test_a_reply_on_a_ticket_that_its_author_no_longer_sees_is_kept_back(plan, clock, ticket, technical, ana):
    """E11"""
    plan()
    perform(ticket.pk, MoveToTeam(technical.pk), by=Actor.system("test"), via="web")
    clock.move_to(SUNDAY + timedelta(days=1))

    assert send_scheduled() == 0

    assert held(ticket)[0]["reason"] == "not_visible"
    assert ticket.messages.filter(author_kind="agent").count() == 0
    assert ScheduledReply.objects.get().state == "held"


def test_what_the_ticket_refuses_is_kept_back_with_the_reason(plan, clock, page, ticket):
    plan()
    perform(ticket.pk, SetStatus("solved"), SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    clock.move_to(SUNDAY + timedelta(days=1))

    assert send_scheduled() == 0

    assert held(ticket)[0]["reason"] == "ticket_closed"
    assert "because the ticket is closed" in page.get(f"/tickets/{ticket.pk}/").content.decode()


def test_the_second_of_two_presses_at_the_limit_finds_what_the_first_has_made(clock, ticket, ana, monkeypatch):
    """L01: both looked before either had written."""
    monkeypatch.setattr(scheduling, "MOST_WAITING", 1)
    by, made, real = Actor.agent(ana), [], scheduling._checked

    def press(gesture="one-press"):
        return schedule_reply(ticket, by, body="Hi", send_at=now() + timedelta(hours=1), gesture=gesture)

    def meanwhile(*given):
        monkeypatch.setattr(scheduling, "_checked", real)
        made.append(press())
        return real(*given)

    monkeypatch.setattr(scheduling, "_checked", meanwhile)

    assert press() == made[0]

    with pytest.raises(HelpdeskError) as refused:
        press("another")
    assert refused.value.code == "too_many_planned"
    assert ScheduledReply.objects.count() == 1


def test_one_that_fails_keeps_no_other_from_leaving_and_is_held_in_the_end(plan, clock, ticket, kim, ana, monkeypatch):
    plan()
    second = make_ticket(kim, team=ticket.team)
    schedule_reply(second, Actor.agent(ana), body="Second", send_at=now() + timedelta(hours=30))
    clock.move_to(SUNDAY + timedelta(days=2))
    real = scheduling._deliver

    def deliver(row, *, via):
        if row.body != "Second":
            raise ZeroDivisionError
        return real(row, via=via)

    monkeypatch.setattr(scheduling, "_deliver", deliver)
    assert send_scheduled() == 1
    assert held(ticket) == []
    for _try in range(4):
        send_scheduled()

    assert second.messages.latest("pk").text == "Second"
    assert held(ticket)[0]["reason"] == "failed"
    assert ScheduledReply.objects.get(ticket=ticket).state == "held"


def test_it_can_be_edited_dropped_or_sent_at_once(plan, page, ticket, ana):
    file = keep_upload(b"x", name="plan.txt", content_type="text/plain", uploaded_by=ana.pk)
    plan(attachments=file.key)
    again = page.post(planned_url(ticket), {"do": "edit"}, headers=HTMX)
    assert "Good morning.</textarea>" in again.content.decode()
    assert Draft.objects.get().attachments.get() == file
    assert not ScheduledReply.objects.exists()

    plan(body="Second")
    page.post(planned_url(ticket), {"do": "drop"}, headers=HTMX)
    assert not ScheduledReply.objects.exists()

    plan(body="Third")
    page.post(planned_url(ticket), {"do": "send"})
    refused = page.post(planned_url(ticket), {"do": "drop"}, headers=HTMX)
    assert refused.status_code == 422
    assert [m.text for m in ticket.messages.filter(author_kind="agent")] == ["Third"]


def test_nobody_else_sees_or_touches_what_waits(plan, ticket, leo, root):
    """E13, J01"""
    plan(body="planned canary")
    for other in (leo, root):
        client = Client()
        client.force_login(other)
        assert "planned canary" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
        for do in ("edit", "send", "drop"):
            assert client.post(planned_url(ticket), {"do": do}, headers=HTMX).status_code == 404
    assert ScheduledReply.objects.get().state == "waiting"


def test_planning_with_an_old_page_shows_what_came_first(plan, page, ticket, as_kim):
    version = ticket.version
    perform(ticket.pk, AddCustomerMessage(as_kim.id, "Kim", "Wait!"), by=as_kim, via="email")

    response = plan(version=version)

    assert response.status_code == 409
    assert "Wait!" in response.content.decode()
    assert not ScheduledReply.objects.exists()
    anyway = response.content.decode().split('name="sure" value="')[1].split('"')[0]
    assert anyway == "||tomorrow|"
    plan(later="", sure=anyway)
    assert ScheduledReply.objects.count() == 1


def test_without_javascript_planning_and_cancelling_work(plan, page, ticket):
    assert plan(htmx=False).status_code == 302
    body = page.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'action="{planned_url(ticket)}"' in body
    assert page.post(planned_url(ticket), {"do": "edit"})["Location"] == f"/tickets/{ticket.pk}/#composer"
    assert "Good morning.</textarea>" in page.get(f"/tickets/{ticket.pk}/").content.decode()
