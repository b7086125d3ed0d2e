"""One gesture on many tickets: each by itself, refusals told with reasons, unseen ones untouched."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from agents.actors import Actor
from tests.factories import make_customer, make_ticket
from tickets.actions import AddTag, SetPriority, SetStatus
from tickets.models import BulkJob, CannedText, Change, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def told(page, response):
    """The page that one is led to, with its white space made even."""
    return " ".join(page.get(response["Location"]).content.decode().split())


def test_the_chosen_tickets_change_and_each_refusal_is_told(page, kim, billing, technical):
    """E05: a foreign ticket is untouched, and reported like one that never was."""
    good = [make_ticket(kim, team=billing) for _number in range(3)]
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)
    foreign = make_ticket(kim, team=technical)

    chosen = [t.pk for t in (*good, closed, foreign)]
    response = page.post(
        "/tickets/bulk/", {"ticket": [*chosen, 987654321], "do": "status:pending", "list": "view=open"}
    )

    assert response["Location"] == "/tickets/?view=open"
    body = told(page, response)
    assert "3 tickets were changed." in body
    assert "1 was refused." in body
    job = BulkJob.objects.get()
    reasons = told(page, {"Location": f"/tickets/bulk/{job.pk}/"})
    assert "A ticket that is “Closed” cannot become “Pending”." in reasons
    assert f'href="/tickets/{closed.pk}/"' in reasons
    assert f"#{foreign.pk}" not in body + reasons
    assert "987654321" not in body + reasons
    for ticket in good:
        ticket.refresh_from_db()
        assert ticket.status == "pending"
    foreign.refresh_from_db()
    assert foreign.status == "new"
    assert {change.via for change in Change.objects.filter(ticket__in=good, actor_kind="agent")} == {"bulk"}


def test_the_result_is_told_once(page, ticket):
    response = page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "status:solved"})

    assert "1 ticket was changed." in told(page, response)
    assert "1 ticket was changed." not in told(page, response)


@pytest.mark.parametrize(
    ("do", "field", "value"),
    [
        ("assign:me", "assignee_id", "ana"),
        ("priority:high", "priority", 3),
        ("team:none", "team_id", None),
        ("status:on_hold", "status", "on_hold"),
    ],
)
def test_a_choice_of_the_bar_is_done(page, ticket, ana, do, field, value):
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": do})

    # Whoever moves a ticket out of every team still sees it: it is everybody's then.
    assert getattr(Ticket.objects.get(pk=ticket.pk), field) == (ana.pk if value == "ana" else value)


def test_tags_are_added_and_removed_by_the_words_typed(page, ticket):
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "tag:add", "tag": "refund, vip"})
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "tag:remove", "tag": "VIP"})

    assert [tag.name for tag in ticket.tags.all()] == ["refund"]


def test_following_and_sleeping_are_choices_too(page, ticket, ana):
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "follow:me"})
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "snooze:tomorrow"})

    assert [one.agent_id for one in ticket.followers.all()] == [ana.pk]
    ticket.refresh_from_db()
    assert ticket.is_snoozed
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "wake:now"})
    ticket.refresh_from_db()
    assert not ticket.is_snoozed


@pytest.mark.parametrize(
    "do",
    ["", "status:gone", "priority:9", "assign:", "assign:x", "team:me", "tag:add", "snooze:never", "delete:all"],
)
def test_anything_else_is_refused_and_changes_nothing(page, ticket, do):
    before = Change.objects.count()

    assert page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": do}).status_code == 422
    assert Change.objects.count() == before
    assert not BulkJob.objects.exists()


def test_somebody_who_cannot_be_assigned_is_refused_ticket_by_ticket(page, ticket, lou):
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": f"assign:{lou.pk}"})

    item = BulkJob.objects.get().items.get()
    assert (item.state, item.code) == ("refused", "no_such_agent")


def test_nothing_chosen_is_said(page, ticket):
    response = page.post("/tickets/bulk/", {"do": "status:solved", "ticket": ["x", "99999999999999999999"]})

    assert response.status_code == 422
    assert "Choose tickets first." in response.content.decode()


def test_light_agents_have_no_bar_and_no_door(client, lou, ticket):
    client.force_login(lou)

    assert 'id="bulk"' not in client.get("/tickets/").content.decode()
    assert client.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "status:solved"}).status_code == 403


def test_the_way_back_leads_nowhere_else(page, ticket):
    """I04"""
    response = page.post("/tickets/bulk/", {"do": "assign:me", "ticket": ticket.pk, "list": "\n//evil.example"})

    assert response["Location"].startswith("/tickets/")


# --- everything that matches ---------------------------------------------------------------------------------------


def test_all_that_match_are_asked_for_anew_and_only_those_one_sees(page, kim, billing, technical):
    """E05: "all" is what the list finds for this reader when the button is pressed."""
    urgent = [make_ticket(kim, SetPriority("urgent"), AddTag("refund"), team=billing) for _number in range(3)]
    other = make_ticket(kim, team=billing)
    foreign = make_ticket(kim, SetPriority("urgent"), AddTag("refund"), team=technical)

    page.post("/tickets/bulk/", {"all": "1", "list": "query=tag:refund+priority:urgent", "do": "status:solved"})

    states = dict(Ticket.objects.values_list("pk", "status"))
    assert [states[ticket.pk] for ticket in urgent] == ["solved"] * 3
    assert (states[other.pk], states[foreign.pk]) == ("new", "new")


@pytest.mark.parametrize("address", ["query=priority:nonsense", "priority=nonsense", "view=123456"])
def test_a_filter_with_a_mistake_chooses_nothing_instead_of_everything(page, ticket, address):
    response = page.post("/tickets/bulk/", {"all": "1", "list": address, "do": "status:solved"})

    assert response.status_code == 422
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_how_many_match_is_told_and_capped(page, kim, billing, monkeypatch):
    for _number in range(4):
        make_ticket(kim, team=billing)

    assert "All 4 that match" in page.get("/tickets/bulk/count/?view=open").content.decode()
    monkeypatch.setattr("tickets.bulk.MOST", 3)
    capped = page.get("/tickets/bulk/count/?view=open").content.decode()
    assert "More than 3 match" in capped
    assert "checkbox" not in capped


def test_too_many_are_refused_before_anything_happens(page, kim, billing, monkeypatch):
    for _number in range(4):
        make_ticket(kim, team=billing)
    monkeypatch.setattr("tickets.bulk.MOST", 3)

    assert page.post("/tickets/bulk/", {"all": "1", "list": "view=open", "do": "status:solved"}).status_code == 422
    assert not Ticket.objects.filter(status="solved").exists()


# --- the page of a job ---------------------------------------------------------------------------------------------


@pytest.fixture
def running(page, kim, billing, monkeypatch):
    """A job of three, left to the workers."""
    tickets = [make_ticket(kim, team=billing) for _number in range(3)]
    monkeypatch.setattr("tickets.bulk.AT_ONCE", 2)
    response = page.post("/tickets/bulk/", {"ticket": [t.pk for t in tickets], "do": "status:solved"})
    job = BulkJob.objects.get()
    assert response["Location"] == f"/tickets/bulk/{job.pk}/"
    return job


def test_a_long_job_shows_how_far_it_is_until_it_is_done(page, running):
    from tickets import bulk

    before = page.get(f"/tickets/bulk/{running.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "0 of 3" in before
    assert 'hx-trigger="every 1s"' in before

    assert bulk.run_waiting() == 3

    after = page.get(f"/tickets/bulk/{running.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "3 of 3" in after
    assert "hx-trigger" not in after


def test_a_job_is_stopped_and_the_rest_is_left_alone(page, running):
    from tickets import bulk

    page.post(f"/tickets/bulk/{running.pk}/cancel/")

    assert bulk.run_waiting() == 0
    assert set(running.items.values_list("state", flat=True)) == {"cancelled"}
    assert not Ticket.objects.filter(status="solved").exists()


@pytest.mark.parametrize("door", ["", "undo/", "cancel/", "words/"])
def test_nobody_else_sees_a_job_or_touches_it(client, running, leo, door):
    client.force_login(leo)

    address = f"/tickets/bulk/{running.pk}/{door}"
    assert client.get(address).status_code in {404, 405}
    assert client.post(address).status_code in {404, 405}
    assert BulkJob.objects.get().state == "running"


def test_the_refused_are_chosen_again_by_their_job(page, kim, billing):
    solved = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)
    page.post("/tickets/bulk/", {"ticket": solved.pk, "do": "status:pending"})

    page.post("/tickets/bulk/", {"refused": BulkJob.objects.get().pk, "do": "tag:add", "tag": "look"})

    assert [tag.name for tag in solved.tags.all()] == ["look"]


# --- undo ----------------------------------------------------------------------------------------------------------


def test_undo_puts_back_what_nobody_has_changed_since(page, kim, billing, leo):
    mine, theirs = (make_ticket(kim, SetStatus("open"), AddTag("old"), team=billing) for _number in range(2))
    page.post("/tickets/bulk/", {"ticket": [mine.pk, theirs.pk], "do": "status:solved"})
    perform(theirs.pk, AddTag("kept"), by=Actor.agent(leo), via="web")
    job = BulkJob.objects.get()

    response = page.post(f"/tickets/bulk/{job.pk}/undo/")

    assert Ticket.objects.get(pk=mine.pk).status == "open"
    assert Ticket.objects.get(pk=theirs.pk).status == "solved"
    body = told(page, response)
    assert "1 ticket was put back." in body
    assert "1 was refused." in body
    assert job.undone_by.items.get(ticket=theirs.pk).code == "stale"
    page.post(f"/tickets/bulk/{job.pk}/undo/")
    assert BulkJob.objects.count() == 2


# --- the same words to all -----------------------------------------------------------------------------------------


def test_a_reply_to_all_needs_to_be_confirmed_and_fills_in_the_names(page, billing, ana):
    tickets = [
        make_ticket(make_customer(name, email), team=billing)
        for name, email in (("Kim Jensen", "kim@alpha.example"), ("Bo Berg", "bo@beta.example"))
    ]
    text = CannedText.objects.create(owner=ana, title="Hello", body="Hello {{ requester.first_name }}")
    response = page.post("/tickets/bulk/", {"ticket": [t.pk for t in tickets], "do": "write"})
    address = response["Location"]

    offered = page.get(f"{address}?text={text.pk}").content.decode()
    assert "Hello {{ requester.first_name }}" in offered
    assert "Write on 2 tickets" in offered
    words = {"kind": "reply", "body": text.body, "status": "pending"}
    assert page.post(address, words).status_code == 422
    assert [t.messages.count() for t in tickets] == [1, 1]

    page.post(address, {**words, "sure": "on"})

    assert [t.messages.latest("pk").text for t in tickets] == ["Hello Kim", "Hello Bo"]
    assert set(Ticket.objects.values_list("status", flat=True)) == {"pending"}
    page.post(address, {**words, "sure": "on"})
    assert [t.messages.count() for t in tickets] == [2, 2]


def test_a_name_that_nothing_stands_behind_is_refused_where_it_is_so(page, ticket):
    address = page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "write"})["Location"]

    page.post(address, {"kind": "note", "body": "For {{ organization.name }}", "sure": "on"})

    item = BulkJob.objects.get().items.get()
    assert (item.state, item.code) == ("refused", "unknown_variable")
    assert ticket.messages.count() == 1


def test_giving_up_the_words_leaves_everything_as_it_was(page, ticket):
    address = page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "write", "list": "view=open"})["Location"]

    response = page.post(address.replace("words", "cancel"))

    assert response["Location"] == "/tickets/?view=open"
    assert BulkJob.objects.get().state == "cancelled"
    assert page.post(address, {"kind": "note", "body": "Late", "sure": "on"})["Location"].startswith("/tickets/bulk/")
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("what", ["assignee", "team", "tags", "snooze"])
def test_the_menus_of_the_bar_are_read_when_they_open(page, ticket, what):
    assert page.get(f"/tickets/bulk/choices/{what}/").status_code == 200


def test_there_is_no_other_menu(page):
    assert page.get("/tickets/bulk/choices/anything/").status_code == 404


def test_large_numbers_are_grouped_as_the_language_does(page):
    context = {"job": BulkJob(pk=1, total=1312), "changed": 1310, "refused": 2001, "same": 1}

    texts = {}
    for language in ("en", "da"):
        with override(language):
            choice = render_to_string("tickets/bulk/_all.html", {"count": 1312, "most": 10_000})
            texts[language] = " ".join((choice + render_to_string("tickets/bulk/_told.html", context)).split())

    assert "All 1,312 that match" in texts["en"]
    assert 'data-chooses-all="1312"' in texts["en"]
    assert "1,310 tickets were changed. 1 was so already. 2,001 were refused." in texts["en"]
    assert "1.312" in texts["da"]
    assert "1.310" in texts["da"]
