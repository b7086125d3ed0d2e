"""Tickets by program: listed, opened, changed and answered through the same gates and Actions as on the pages."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from customers.models import Customer
from tests.api.conftest import program
from tests.factories import make_customer, make_ticket
from tickets import bulk
from tickets.actions import AddNote, AddTag, AssignTo, MoveToTeam, SetStatus
from tickets.models import Change, FieldDefinition, Message, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

NEW = {
    "subject": "Invoice 4711",
    "requester": {"email": "new@beta.example", "name": "New One"},
    "message": {"body": "We look into it."},
}


@pytest.fixture
def foreign(technical):
    return make_ticket(make_customer("Bo", "bo@b.example"), team=technical, subject="canary")


def test_a_program_opens_a_ticket_with_everything_in_one_change(ana_program, ana, billing):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")

    answer = ana_program.send(
        "/api/v1/tickets/",
        NEW
        | {
            "priority": "high",
            "type": "incident",
            "team_id": billing.pk,
            "assignee_id": ana.pk,
            "tags": ["Refund", "vip"],
            "custom": {"plan": "gold"},
        },
    )

    assert answer.status_code == 201
    body = answer.json()
    ticket = Ticket.objects.get(pk=body["id"])
    shown = {name: body[name] for name in ("subject", "priority", "type", "tags", "custom", "channel", "status")}
    assert shown == {
        "subject": "Invoice 4711",
        "priority": "high",
        "type": "incident",
        "tags": ["refund", "vip"],
        "custom": {"plan": "gold"},
        "channel": "api",
        "status": "open",
    }
    assert (body["team_id"], body["assignee_id"], body["version"]) == (billing.pk, ana.pk, 1)
    assert ticket.requester.email == "new@beta.example"
    assert [(m.text, m.public) for m in ticket.messages.all()] == [("We look into it.", True)]
    change = Change.objects.get(ticket=ticket)
    assert (change.via, change.actor_id) == ("api", ana.pk)
    assert answer["ETag"] == '"v1"'


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"subject": ""}, "subject", "blank"),
        ({"subject": 7}, "subject", "invalid"),
        ({"requester": {"email": "nobody"}}, "requester.email", "invalid"),
        ({"requester_id": 1}, "requester", "required"),
        ({"priority": "huge"}, "priority", "invalid_choice"),
        ({"team_id": 999}, "team_id", "no_such_team"),
        ({"team_id": "1"}, "team_id", "invalid"),
        ({"assignee_id": 2**70}, "assignee_id", "max_value"),
        ({"message": {"body": ""}}, "body", "empty"),
        ({"message": {"body": "x", "colour": "red"}}, "message.colour", "unknown_field"),
        ({"message": {"body": "x", "public": False, "cc": []}}, "message.to", "note_has_no_recipients"),
        ({"custom": {"nothing": 1}}, "custom_nothing", "no_such_field"),
        ({"custom": {"no\x00thing": 1}}, "custom", "no_such_field"),
        ({"tags": ["?"]}, "tags", "bad_tag"),
    ],
)
def test_a_mistake_is_told_and_opens_nothing(ana_program, wrong, field, code):
    answer = ana_program.send("/api/v1/tickets/", NEW | wrong)

    assert answer.status_code == 422, answer.content
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, code)
    assert not Ticket.objects.exists()


def test_a_light_agent_opens_nothing_and_makes_no_customer(lou):
    assert program(lou).send("/api/v1/tickets/", NEW).status_code == 403

    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_a_list_holds_what_the_agent_sees_in_pages_that_stay_true(ana_program, kim, billing, foreign):
    ids = [make_ticket(kim, team=billing, subject=f"T{number}").pk for number in range(5)]

    first = ana_program.get("/api/v1/tickets/?limit=2&sort=oldest&count=exact").json()
    make_ticket(kim, team=billing)
    second = ana_program.get(f"/api/v1/tickets/?limit=2&sort=oldest&cursor={first['next']}").json()
    back = ana_program.get(f"/api/v1/tickets/?limit=2&sort=oldest&cursor={second['previous']}").json()

    assert [row["id"] for row in first["items"]] == ids[:2]
    assert (first["previous"], first["count"], first["count_is_capped"]) == (None, 5, False)
    assert [row["id"] for row in second["items"]] == ids[2:4]
    assert back["items"] == first["items"]
    assert "count" not in second


def test_the_list_links_to_the_pages_beside_it(ana_program, kim, billing):
    for _ in range(3):
        make_ticket(kim, team=billing)

    answer = ana_program.get("/api/v1/tickets/?limit=2&tag=")

    assert answer["Link"].endswith('rel="next"')
    following = answer["Link"].split(">")[0].removeprefix("<http://testserver")
    assert len(ana_program.get(following).json()["items"]) == 1


def test_the_list_takes_the_filters_and_the_language_of_the_pages(ana_program, kim, billing, ana):
    urgent = make_ticket(kim, AddTag("refund"), AssignTo(ana.pk), team=billing, subject="One")
    make_ticket(kim, team=billing, subject="Two")

    for question in ("tag=refund", "assignee=me", "query=tag:refund", "q=one", "not_assignee=none"):
        found = ana_program.get(f"/api/v1/tickets/?{question}").json()["items"]
        assert [row["id"] for row in found] == [urgent.pk], question


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("asignee=me", "unknown_parameter"),
        ("field_nothing=1", "unknown_parameter"),
        ("status=lost", "bad_filter"),
        ("query=stats:open", "bad_query"),
        ("limit=1000000000", "bad_number"),
        ("limit=0", "bad_number"),
        ("cursor=x", "bad_cursor"),
        ("cursor=n.AAAA", "bad_cursor"),
        ("sort=colour", "bad_sort"),
        ("sort=waiting", "bad_sort"),
        ("fields=id,secret", "unknown_name"),
        ("expand=everything", "unknown_name"),
        ("count=all", "bad_count"),
        ("view=x", "bad_view"),
        ("q=a%00b", "bad_query"),
    ],
)
def test_a_question_that_cannot_be_read_finds_nothing_rather_than_too_much(ana_program, ticket, question, code):
    """K04"""
    answer = ana_program.get(f"/api/v1/tickets/?{question}")

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_fields_and_expand_shape_the_answer(ana_program, ticket, kim):
    short = ana_program.get(f"/api/v1/tickets/{ticket.pk}/?fields=id,subject&expand=requester,team,assignee").json()

    assert short == {
        "id": ticket.pk,
        "subject": "Printer on fire",
        "requester": {"id": kim.pk, "name": "Kim Jensen", "email": "kim@alpha.example"},
        "team": {"id": ticket.team_id, "name": "Billing"},
        "assignee": None,
    }


def test_a_page_takes_as_many_statements_for_many_rows_as_for_one(
    ana_program, kim, billing, ana, django_assert_num_queries
):
    """The token with its agent, agent's teams, rows with tags and assignees, requesters, their addresses."""
    url = "/api/v1/tickets/?expand=requester,assignee&limit=50"
    make_ticket(kim, AddTag("a"), AssignTo(ana.pk), team=billing)
    ana_program.get(url)
    with django_assert_num_queries(5):
        ana_program.get(url)
    for number in range(10):
        make_ticket(make_customer(f"C{number}", f"c{number}@x.example"), AddTag("b"), AssignTo(ana.pk), team=billing)
    with django_assert_num_queries(5):
        assert len(ana_program.get(url).json()["items"]) == 11


def test_what_is_not_seen_is_404_at_every_address(ana_program, foreign):
    """E01: like a ticket that never was."""
    bodies = {
        "": ("PATCH", {"priority": "low"}),
        "actions/": ("POST", {"actions": [{"do": "add_tag", "tag": "x"}]}),
        "messages/": ("POST", {"body": "x"}),
        "links/": ("POST", {"ticket_id": foreign.pk, "kind": "related"}),
        "events/": ("GET", None),
        "messages/1/": ("GET", None),
    }
    for path, (method, body) in bodies.items():
        answers = [ana_program.send(f"/api/v1/tickets/{pk}/{path}", body, method) for pk in (foreign.pk, 987_654_321)]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
            assert b"canary" not in answer.content
    assert ana_program.get(f"/api/v1/tickets/{foreign.pk}/").status_code == 404
    foreign.refresh_from_db()
    assert (foreign.version, foreign.priority_slug) == (1, "normal")


def test_a_patch_with_several_fields_is_one_change(ana_program, ticket, ana):
    answer = ana_program.send(
        f"/api/v1/tickets/{ticket.pk}/",
        {"priority": "urgent", "status": "pending", "assignee_id": ana.pk, "tags": ["a"]},
        "PATCH",
    )

    assert answer.status_code == 200
    assert (answer["ETag"], answer.json()["version"]) == ('"v2"', 2)
    change = Change.objects.latest("pk")
    kinds = {event.kind for event in change.events.all()}
    assert kinds == {"priority_changed", "status_changed", "assignee_changed", "tag_added"}
    assert ana_program.send(f"/api/v1/tickets/{ticket.pk}/", {"tags": ["b"]}, "PATCH").json()["tags"] == ["b"]


def test_who_read_an_old_version_is_refused_and_nothing_happens(ana_program, ticket):
    """L03: If-Match."""
    etag = ana_program.get(f"/api/v1/tickets/{ticket.pk}/")["ETag"]
    perform(ticket.pk, AddTag("meanwhile"), by=Actor.system("test"), via="test")

    answer = ana_program.send(f"/api/v1/tickets/{ticket.pk}/", {"priority": "low"}, "PATCH", **{"If-Match": etag})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    ticket.refresh_from_db()
    assert (ticket.priority_slug, ticket.version) == ("normal", 2)
    for match in ('"v2"', "*", '"v1", "v3"'):
        again = ana_program.send(f"/api/v1/tickets/{ticket.pk}/", {"priority": "low"}, "PATCH", **{"If-Match": match})
        assert again.status_code == 200
    bad = ana_program.send(f"/api/v1/tickets/{ticket.pk}/", {"priority": "low"}, "PATCH", **{"If-Match": "v2"})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_if_match")


def test_a_patch_that_takes_the_ticket_out_of_sight_says_nothing_more(ana_program, ticket, technical, ana):
    answer = ana_program.send(f"/api/v1/tickets/{ticket.pk}/", {"team_id": technical.pk}, "PATCH")

    assert (answer.status_code, answer.content) == (204, b"")
    assert ana_program.get(f"/api/v1/tickets/{ticket.pk}/").status_code == 404


def test_a_program_answers_and_solves_in_one_gesture(ana_program, ticket):
    answer = ana_program.send(f"/api/v1/tickets/{ticket.pk}/messages/", {"body": "Done.", "status": "solved"})

    assert answer.status_code == 201
    assert (answer.json()["text"], answer.json()["public"], answer.json()["to"]) == (
        "Done.",
        True,
        ["kim@alpha.example"],
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.version) == ("solved", 2)
    listed = ana_program.get(f"/api/v1/tickets/{ticket.pk}/messages/").json()["items"]
    assert [row["text"] for row in listed] == ["It burns.", "Done."]
    one = ana_program.get(f"/api/v1/tickets/{ticket.pk}/messages/{listed[1]['id']}/").json()
    assert one == listed[1]


def test_a_light_agent_notes_but_does_not_answer(lou, ticket):
    client = program(lou)
    url = f"/api/v1/tickets/{ticket.pk}/messages/"

    assert client.send(url, {"body": "x", "public": True}).status_code == 403
    assert client.send(url, {"body": "seen", "public": False}).status_code == 201

    assert [m.text for m in ticket.messages.filter(public=False)] == ["seen"]


def test_actions_are_all_done_or_none(ana_program, ticket):
    url = f"/api/v1/tickets/{ticket.pk}/actions/"

    bad = ana_program.send(url, {"actions": [{"do": "add_tag", "tag": "x"}, {"do": "set_status", "status": "lost"}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_move")
    assert not ticket.tags.exists()

    good = ana_program.send(url, {"actions": [{"do": "add_tag", "tag": "x"}, {"do": "set_status", "status": "solved"}]})
    assert (good.status_code, good.json()["status"], good.json()["tags"]) == (200, "solved", ["x"])
    assert Change.objects.filter(ticket=ticket).count() == 2


@pytest.mark.parametrize(
    ("step", "code", "field"),
    [
        ({}, "unknown_action", "actions.0.do"),
        ({"do": 7}, "unknown_action", "actions.0.do"),
        ({"do": "mark_breached", "clock_id": 1}, "unknown_action", "actions.0.do"),
        ({"do": "note_delivery"}, "unknown_action", "actions.0.do"),
        ({"do": "add_customer_message"}, "unknown_action", "actions.0.do"),
        ({"do": "follow_customer_merge"}, "unknown_action", "actions.0.do"),
        ({"do": "set_status"}, "bad_step", "actions.0"),
        ({"do": "set_status", "status": 7}, "bad_step", "actions.0.status"),
        ({"do": "set_status", "status": "solved", "at": "x"}, "bad_step", "actions.0.at"),
        ({"do": "assign_to", "agent_id": "3"}, "bad_step", "actions.0.agent_id"),
        ({"do": "assign_to", "agent_id": True}, "bad_step", "actions.0.agent_id"),
        ({"do": "add_reply", "body": "x", "cc": "kim@x.example"}, "bad_step", "actions.0.cc"),
        ({"do": "add_note", "body": "a\x00b"}, "bad_step", "actions.0.body"),
        ({"do": "escalate", "reason": "other", "level": 9}, "bad_step", "actions.0.level"),
        ({"do": "set_field", "key": "plan", "value": {"a": 1}}, "bad_step", "actions.0.value"),
    ],
)
def test_only_the_open_vocabulary_with_values_of_the_right_kind_is_spoken(ana_program, ticket, step, code, field):
    answer = ana_program.send(f"/api/v1/tickets/{ticket.pk}/actions/", {"actions": [step]})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == field
    assert Change.objects.filter(ticket=ticket).count() == 1


def test_events_tell_what_happened_oldest_first(ana_program, ticket, as_ana):
    perform(ticket.pk, SetStatus("pending"), AddTag("x"), by=as_ana, via="web")

    events = ana_program.get(f"/api/v1/tickets/{ticket.pk}/events/").json()["items"]

    assert [event["kind"] for event in events] == ["opened", "message_added", "status_changed", "tag_added"]
    assert events[2]["data"] == {"from": "new", "to": "pending"}
    assert (events[2]["actor_name"], events[2]["via"], events[2]["version"]) == ("Ana", "web", 2)


def test_linked_tickets_are_told_unless_they_are_not_seen(ana_program, ticket, kim, billing, foreign, leo):
    other = make_ticket(kim, team=billing)
    url = f"/api/v1/tickets/{ticket.pk}/links/"

    assert ana_program.send(url, {"ticket_id": other.pk, "kind": "duplicate"}).status_code == 200
    refused = ana_program.send(url, {"ticket_id": foreign.pk, "kind": "related"})

    assert refused.status_code == 404
    assert ana_program.get(url).json() == [{"source_id": ticket.pk, "target_id": other.pk, "kind": "duplicate"}]
    perform(other.pk, MoveToTeam(foreign.team_id), by=Actor.system("test"), via="test")
    assert ana_program.get(url).json() == []


def test_the_same_to_many_is_told_ticket_by_ticket(ana_program, kim, billing, foreign):
    open_one = make_ticket(kim, team=billing)
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)

    answer = ana_program.send(
        "/api/v1/tickets/bulk/",
        {"ids": [open_one.pk, closed.pk, foreign.pk], "actions": [{"do": "set_status", "status": "pending"}]},
    )

    assert answer.status_code == 200
    job = answer.json()
    assert (job["state"], job["total"], job["numbers"]["done"], job["numbers"]["refused"]) == ("done", 2, 1, 1)
    assert [(item["ticket_id"], item["state"], item["code"]) for item in job["items"]] == [
        (open_one.pk, "done", ""),
        (closed.pk, "refused", "bad_move"),
    ]
    assert ana_program.get(answer["Location"]).json() == job
    assert program(closed.requester and make_agent_of(billing)).get(answer["Location"]).status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "new"


def make_agent_of(team):
    from tests.factories import make_agent

    return make_agent("Zoe", teams=[team])


@pytest.mark.parametrize(("name", "value"), [("OF_PROGRAMS", 2), ("SLICE_SECONDS", 0.0)], ids=["more", "slower"])
def test_more_than_can_be_done_at_once_is_a_job_to_poll(ana_program, kim, billing, monkeypatch, name, value):
    """A hundred are; fewer when they take longer than somebody should wait."""
    assert (bulk.AT_ONCE, bulk.OF_PROGRAMS, bulk.SLICE_SECONDS) == (50, 100, 5.0)
    monkeypatch.setattr(bulk, name, value)
    for _ in range(3):
        make_ticket(kim, team=billing)

    answer = ana_program.send(
        "/api/v1/tickets/bulk/", {"filter": {"team": ["mine"]}, "actions": [{"do": "add_tag", "tag": "x"}]}
    )

    assert (answer.status_code, answer.json()["state"], answer.json()["numbers"]["waiting"]) == (202, "running", 3)
    monkeypatch.undo()
    bulk.run_waiting()
    assert ana_program.get(answer["Location"]).json()["numbers"]["done"] == 3
    items = ana_program.get(answer["Location"] + "items/?limit=2").json()
    assert len(items["items"]) == 2


def test_a_saved_view_is_made_asked_changed_and_removed(ana_program, mia_program, kim, billing):
    tagged = make_ticket(kim, AddTag("refund"), team=billing)
    make_ticket(kim, team=billing)

    made = ana_program.send("/api/v1/views/", {"name": "Refunds", "query": "is:open tag:refund"})
    url = f"/api/v1/views/{made.json()['id']}/"

    assert made.status_code == 201
    found = ana_program.get(f"/api/v1/tickets/?view={made.json()['id']}").json()["items"]
    assert [row["id"] for row in found] == [tagged.pk]
    assert mia_program.get(url).status_code == 404
    assert mia_program.get(f"/api/v1/tickets/?view={made.json()['id']}").status_code == 404
    assert ana_program.send(url, {"name": "Money back"}, "PATCH").json()["query"] == "is:open tag:refund"
    assert ana_program.send("/api/v1/views/", {"name": "All", "sharing": "everyone"}).status_code == 403
    assert ana_program.delete(url).status_code == 204
    assert ana_program.get("/api/v1/views/").json()["items"] == []


def test_a_note_stays_with_colleagues_and_tags_are_listed(ana_program, ticket, as_ana):
    perform(ticket.pk, AddNote("secret"), AddTag("b"), AddTag("a"), by=as_ana, via="web")

    assert Message.objects.filter(public=False).count() == 1
    assert sorted(tag["name"] for tag in ana_program.get("/api/v1/tags/").json()["items"]) == ["a", "b"]
