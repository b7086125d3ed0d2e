"""The bell and its pages: counts, folds, reading, paging, and one's own settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Membership, Team
from customers.models import Customer
from notifications.kinds import Kind
from notifications.models import Notification, Wishes
from notifications.reading import newest_folds
from tests.factories import make_agent, make_ticket
from tests.notifications.test_telling import answer, do
from tickets.actions import AddNote, AssignTo, Follow
from tickets.merging import merge_tickets
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def inside(client: Client, ana: Agent) -> Client:
    client.force_login(ana)
    return client


def count(client: Client) -> str:
    return client.get("/notifications/count/", headers=HTMX).content.decode()


def test_the_bell_counts_tickets_and_not_notifications(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent, kim: Customer
) -> None:
    do(ticket, leo, AssignTo(ana.pk))
    do(ticket, leo, AddNote("One."))
    other = make_ticket(kim, team=ticket.team)
    do(other, leo, AssignTo(ana.pk))

    assert Notification.objects.count() == 3
    assert ">2</span>" in count(inside)
    assert "news on 2 tickets" in count(inside)


def test_the_bell_of_somebody_with_no_news_is_empty(inside: Client) -> None:
    assert count(inside).strip() == ""


def test_the_bell_counts_no_further_than_99(inside: Client, ticket: Ticket, ana: Agent, kim: Customer) -> None:
    tickets = [make_ticket(kim, team=ticket.team) for _number in range(101)]
    Notification.objects.bulk_create(
        Notification(agent=ana, ticket=t, change=Change.objects.filter(ticket=t).latest("pk"), kind="note")
        for t in tickets
    )

    assert ">99+</span>" in count(inside)


def test_several_people_on_one_ticket_are_one_line(
    ticket: Ticket, ana: Agent, leo: Agent, lou: Agent, kim: Customer
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    for agent in (leo, lou, make_agent("Pia", teams=[ticket.team])):
        do(ticket, agent, AddNote(f"From {agent.name}."))
    answer(ticket, kim)

    (fold,) = newest_folds(Actor.agent(ana))

    assert fold.phrases == ["Kim Jensen replied", "Pia and 2 others left a note"]
    assert fold.anchor == f"#message-{ticket.messages.filter(public=False).earliest('pk').pk}"


def test_two_people_are_both_named_and_one_who_writes_twice_is_named_once(
    ticket: Ticket, ana: Agent, leo: Agent, lou: Agent
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    for agent in (leo, lou, leo):
        do(ticket, agent, AddNote("Words."))

    (fold,) = newest_folds(Actor.agent(ana))

    assert fold.phrases == ["Leo and Lou left a note"]


def test_opening_the_ticket_reads_its_news_and_no_other(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent, kim: Customer
) -> None:
    other = make_ticket(kim, team=ticket.team)
    for one in (ticket, other):
        do(one, leo, AssignTo(ana.pk))
    page = inside.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'hx-post="/notifications/seen/{ticket.pk}/"' in page

    answered = inside.post(f"/notifications/seen/{ticket.pk}/", headers=HTMX)

    assert "news on 1 ticket<" in answered.content.decode()
    assert list(Notification.objects.unread().values_list("ticket_id", flat=True)) == [other.pk]


def test_looking_at_a_ticket_reads_the_news_of_what_was_merged_into_it(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent, kim: Customer
) -> None:
    other = make_ticket(kim, team=ticket.team)
    do(other, leo, AssignTo(ana.pk))
    merge_tickets(other.pk, ticket.pk, by=Actor.agent(leo), via="web")

    inside.post(f"/notifications/seen/{ticket.pk}/", headers=HTMX)

    assert Notification.objects.unread().filter(agent=ana).count() == 0


def test_looking_at_a_ticket_reads_nobody_elses_news(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent, lou: Agent, kim: Customer
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    do(ticket, leo, Follow(leo.pk))
    answer(ticket, kim)

    inside.post(f"/notifications/seen/{ticket.pk}/", headers=HTMX)

    assert list(Notification.objects.unread().values_list("agent__name", flat=True)) == ["Leo"]


def test_a_notification_of_somebody_else_is_absent(inside: Client, ticket: Ticket, ana: Agent, leo: Agent) -> None:
    """E01: another one's notification is as absent as one that never was."""
    do(ticket, ana, AssignTo(leo.pk))
    row = Notification.objects.get()

    assert inside.post(f"/notifications/{row.pk}/read/").status_code == 404
    assert inside.post("/notifications/987654321/read/").status_code == 404

    row.refresh_from_db()
    assert row.read_at is None


def test_one_is_read_and_then_all(inside: Client, ticket: Ticket, ana: Agent, leo: Agent) -> None:
    do(ticket, leo, AssignTo(ana.pk))
    do(ticket, leo, AddNote("One."))
    do(ticket, leo, AddNote("Two."))
    first = Notification.objects.earliest("pk")

    assert inside.post(f"/notifications/{first.pk}/read/").status_code == 302
    assert Notification.objects.unread().count() == 2
    assert inside.post("/notifications/read/").status_code == 302
    assert Notification.objects.unread().count() == 0


def test_the_list_has_pages_and_a_tab_for_what_is_unread(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    do(ticket, ana, AssignTo(ana.pk))
    for number in range(27):
        do(ticket, leo, AddNote(f"Note {number}"))
    Notification.objects.filter(pk__lt=Notification.objects.latest("pk").pk).update(read_at=now())

    first = inside.get("/notifications/")
    second = inside.get("/notifications/" + first.context["older"])
    unread = inside.get("/notifications/?is=unread")

    assert [len(page.context["rows"]) for page in (first, second, unread)] == [25, 2, 1]
    assert "Leo left a note" in first.content.decode()
    assert first.context["newer"] == "" and second.context["older"] == ""


def test_a_list_without_news_says_what_will_be_there(inside: Client) -> None:
    assert "Nothing yet" in inside.get("/notifications/").content.decode()
    assert "You have read everything" in inside.get("/notifications/?is=unread").content.decode()
    assert "Nothing new" in inside.get("/notifications/panel/", headers=HTMX).content.decode()


def test_news_of_a_ticket_that_was_lost_is_gone_from_every_page(
    inside: Client, ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    """E11: bell, panel, list and reading."""
    do(ticket, leo, AddNote("Secret plan."), AssignTo(ana.pk))
    do(ticket, leo, AssignTo(None))
    Membership.objects.filter(agent=ana).delete()

    assert count(inside).strip() == ""
    for page in ("/notifications/", "/notifications/panel/"):
        assert f"#{ticket.pk}" not in inside.get(page).content.decode()
    row = Notification.objects.get(agent=ana)
    assert inside.post(f"/notifications/{row.pk}/read/").status_code == 404
    assert inside.post(f"/notifications/seen/{ticket.pk}/", headers=HTMX).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_names_and_subjects_are_words_in_the_bell(inside: Client, billing: Team, ana: Agent) -> None:
    """C02: markup in a subject or a name is shown, not obeyed."""
    eve = make_agent("<img src=x onerror=alert(1)>", teams=[billing], email="eve@desk.example")
    strange = make_ticket(team=billing, subject="<script>alert(1)</script>")
    do(strange, eve, AssignTo(ana.pk))

    for page in ("/notifications/", "/notifications/panel/"):
        shown = inside.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in shown and "&lt;img src=x" in shown
        assert "<script>alert(1)" not in shown and "<img src=x" not in shown


def test_settings_begin_with_the_defaults_and_are_kept(inside: Client, ana: Agent) -> None:
    page = inside.get("/settings/notifications/")
    assert page.context["form"]["way_mention"].value() == "mail"
    assert page.context["form"]["way_team"].value() == "off"

    given = {f"way_{kind}": "bell" for kind in Kind.values}
    given |= {"way_team": "digest", "quiet_from": "20:00", "quiet_until": "07:30"}
    assert inside.post("/settings/notifications/", given).status_code == 302

    row = Wishes.objects.get()
    assert (row.agent, row.way("mention"), row.way("team"), row.with_words) == (ana, "bell", "digest", False)
    assert (str(row.quiet_from), str(row.quiet_until)) == ("20:00:00", "07:30:00")


@pytest.mark.parametrize(
    "wrong", [{"way_note": "shout"}, {"quiet_from": "20:00"}, {"quiet_from": "25:00", "quiet_until": "07:00"}]
)
def test_settings_that_make_no_sense_are_refused(inside: Client, wrong: dict[str, str]) -> None:
    kinds = "mention assigned reply held note reopened woke team".split()
    given = {f"way_{kind}": "bell" for kind in kinds} | wrong

    assert inside.post("/settings/notifications/", given).status_code == 422
    assert Wishes.objects.count() == 0


def test_a_foreign_owner_in_the_form_changes_nothing(inside: Client, ana: Agent, leo: Agent) -> None:
    """E09: whose settings they are is decided by who is signed in."""
    given: dict[str, Any] = {f"way_{kind}": "off" for kind in Kind.values} | {"agent": leo.pk, "agent_id": leo.pk}

    inside.post("/settings/notifications/", given)

    assert list(Wishes.objects.values_list("agent", flat=True)) == [ana.pk]


def test_news_is_forgotten_after_ninety_days(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    from notifications.mails import prune

    do(ticket, leo, AssignTo(ana.pk))
    do(ticket, leo, AddNote("Young."))
    old = Notification.objects.earliest("pk")
    Notification.objects.filter(pk=old.pk).update(created_at=now() - timedelta(days=91))

    assert prune() == 1
    assert list(Notification.objects.values_list("kind", flat=True)) == ["note"]
