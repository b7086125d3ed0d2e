"""The filter bar, orders, columns and saved views through their doors."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.factories import make_ticket
from tickets.actions import AddNote, AddReply, AddTag, AssignTo, SetField, SetPriority, SetStatus
from tickets.models import FieldDefinition, ListLook, SavedView, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return lambda address="/tickets/", **headers: client.get(address, headers=headers)


@pytest.fixture
def post(client, ana):
    client.force_login(ana)
    return client.post


def shown(response):
    assert response.status_code == 200
    return [ticket.pk for ticket in response.context["tickets"]]


def asking(text, **more):
    return f"/tickets/?query={quote(text)}" + "".join(f"&{name}={value}" for name, value in more.items())


def test_the_bar_shows_the_question_of_the_view(page, ticket):
    assert page("/tickets/?view=mine").context["query"].text == "assignee:me is:open"
    assert page("/tickets/?view=open&priority=high").context["query"].text == "is:open priority:high"
    assert page("/tickets/?view=all").context["query"].text == ""
    assert 'value="assignee:me is:open"' in page("/tickets/?view=mine").content.decode()


def test_a_query_is_the_whole_question_and_leaves_nothing_of_the_view(page, kim, billing, ana):
    mine = make_ticket(kim, AssignTo(ana.pk), team=billing)
    refund = make_ticket(kim, AddTag("refund"), team=billing)

    assert shown(page(asking("is:open tag:refund", view="mine"))) == [refund.pk]
    assert shown(page(asking("", view="mine"))) == [refund.pk, mine.pk]
    assert shown(page(asking("-tag:refund", view="mine") + "&team=mine")) == [mine.pk]
    assert page(asking("is:open", view="mine")).context["chosen"].slug == "mine"


def test_the_search_box_speaks_the_language_too(page, kim, billing):
    refund = make_ticket(kim, AddTag("refund"), SetStatus("solved"), team=billing)
    make_ticket(kim, team=billing)

    assert shown(page("/tickets/?q=tag:refund")) == [refund.pk]


def test_a_mistake_is_marked_at_its_word_and_the_list_still_stands(page, ticket):
    response = page(asking("is:open status:zz"))

    body = response.content.decode()
    assert shown(response) == [ticket.pk]
    assert "<mark>zz</mark>" in body
    assert 'aria-invalid="true"' in body
    assert "“status” has no “zz”" in body
    assert "Save as view" not in body


def test_a_wrong_parameter_is_marked_like_a_wrong_word(page, ticket):
    assert "<mark>zz</mark>" in page("/tickets/?status=zz").content.decode()


@pytest.mark.parametrize("view", ["nonsense", "987654321", "-1", "9" * 30, "\u0663", "a\x00b"])
def test_a_view_that_is_gone_says_so(page, ticket, view):
    response = page(f"/tickets/?view={quote(view)}")

    assert shown(response) == [ticket.pk]
    assert b"This view is gone" in response.content


def test_a_view_of_somebody_else_is_exactly_as_gone(page, ticket, leo):
    """E14"""
    foreign = SavedView.objects.create(name="Secret plans", owner=leo, parameters={"tag": ["secret"]})

    response = page(f"/tickets/?view={foreign.pk}")

    assert b"This view is gone" in response.content
    assert b"Secret plans" not in response.content
    assert b"secret" not in response.content.replace(b"csrf", b"")


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, '"' * 10_000, 'tag:"' + '\\"' * 3_000, "\x00", "tag:\x00", "🔥" * 3_000, "a:b:c:d", "((((", "%_\\"],
)
def test_hostile_text_is_answered_with_words(page, ticket, text):
    """G04, K05"""
    assert page(asking(text)).status_code == 200
    assert page(f"/views/completions/?query={quote(text)}&at=99999").status_code == 200
    assert page(f"/tickets/rows/?query={quote(text)}").status_code == 200
    assert page(f"/tickets/narrow/?query={quote(text)}").status_code == 200


def test_markup_in_a_query_stays_words(page, ticket):
    """C02"""
    body = page(asking("tag:<script>alert(1)</script>")).content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


@pytest.fixture
def ages(kim, billing):
    """Three tickets by number of hours since they were opened; one of them waits for nobody."""
    now = timezone.now()
    made = {}
    for hours, priority, waits in ((1, "low", True), (2, "urgent", False), (3, "high", True)):
        ticket = make_ticket(kim, SetPriority(priority), team=billing)
        Ticket.objects.filter(pk=ticket.pk).update(
            created_at=now - timedelta(hours=hours),
            activity_at=now - timedelta(hours=4 - hours),
            waiting_since=now - timedelta(hours=hours) if waits else None,
        )
        made[hours] = ticket.pk
    return made


@pytest.mark.parametrize(
    ("sort", "hours"),
    [
        ("activity", [3, 2, 1]),
        ("quiet", [1, 2, 3]),
        ("created", [1, 2, 3]),
        ("oldest", [3, 2, 1]),
        ("priority", [2, 3, 1]),
        ("waiting", [3, 1, 2]),
        ("nonsense", [3, 2, 1]),
    ],
)
def test_lists_are_read_in_the_order_that_was_asked_for(page, ages, sort, hours, monkeypatch):
    assert shown(page(f"/tickets/?view=open&sort={sort}")) == [ages[hour] for hour in hours]

    monkeypatch.setattr("tickets.views.inbox.ROWS", 2)
    first = page(f"/tickets/?view=open&sort={sort}")
    second = page(f"/tickets/{first.context['older']}")
    again = page(f"/tickets/{second.context['newer']}")
    assert shown(first) + shown(second) == [ages[hour] for hour in hours]
    assert shown(again) == shown(first)
    assert shown(page(f"/tickets/rows/?view=open&sort={sort}")) == shown(first)


def test_an_order_of_open_tickets_is_not_offered_where_ended_ones_stand(page, ages):
    response = page("/tickets/?view=all&sort=waiting")

    assert [sort.slug for sort, _address in response.context["sorts"]] == ["activity", "quiet", "created", "oldest"]
    assert response.context["asked"].sort.slug == "activity"
    assert b"This order is for open tickets" in response.content
    assert b"This order is for open tickets" not in page("/tickets/?view=open&sort=waiting").content
    assert b"This order is for open tickets" not in page("/tickets/?view=all&sort=nonsense").content


def test_a_list_is_kept_as_a_view_and_found_again(page, post, kim, billing):
    refund = make_ticket(kim, AddTag("refund"), team=billing)
    make_ticket(kim, team=billing)
    changed = page(asking("is:open tag:refund", view="open", sort="waiting"))
    assert "/views/new/?query=is%3Aopen%20tag%3Arefund&amp;sort=waiting" in changed.content.decode()
    form = page("/views/new/?query=is:open+tag:refund&sort=waiting").context["form"]
    assert (form["text"].value(), form["sort"].value()) == ("is:open tag:refund", "waiting")
    assert "sharing" not in form.fields

    response = post(
        "/views/new/", {"name": "Refunds", "text": "is:open tag:refund", "sort": "waiting", "columns": ["tags"]}
    )

    view = SavedView.objects.get()
    assert response["Location"] == f"/tickets/?view={view.pk}"
    opened = page(response["Location"])
    assert shown(opened) == [refund.pk]
    assert opened.context["asked"].sort.slug == "waiting"
    assert [column.name for column in opened.context["asked"].columns] == ["tags"]
    assert not opened.context["asked"].changed
    assert f'id="view-{view.pk}"' in opened.content.decode()
    assert "Change the view" in page(f"/tickets/?view={view.pk}&query=tag:other").content.decode()


def test_a_view_with_a_wrong_query_is_refused_at_the_word(page, post):
    response = post("/views/new/", {"name": "Refunds", "text": "is:open status:zz"})

    assert response.status_code == 422
    assert "<mark>zz</mark>" in response.content.decode()
    assert not SavedView.objects.exists()


def test_a_field_that_was_not_offered_is_refused(post):
    """E09"""
    for extra in ({"sharing": "everyone"}, {"owner": "1"}, {"team": "1"}):
        assert post("/views/new/", {"name": "Refunds", "text": "", **extra}).status_code == 400

    assert not SavedView.objects.exists()


def test_a_supervisor_shares_and_everybody_in_the_team_finds_it(client, leo, ana, mia, billing):
    client.force_login(leo)
    client.post("/views/new/", {"name": "Ours", "text": "is:open", "sharing": "team", "team": billing.pk})
    view = SavedView.objects.get()

    client.force_login(ana)
    assert b"Ours" in client.get("/views/").content
    assert client.get(f"/views/{view.pk}/").templates[0].name == "tickets/views/shown.html"
    assert client.post(f"/views/{view.pk}/", {"name": "Hers", "text": ""}).status_code == 403
    assert client.post(f"/views/{view.pk}/removal/").status_code == 403
    client.force_login(mia)
    assert b"Ours" not in client.get("/views/").content
    assert client.get(f"/views/{view.pk}/").status_code == 404
    assert SavedView.objects.get().name == "Ours"


def test_a_view_is_moved_and_removed(page, post, ana):
    one, two = (SavedView.objects.create(name=name, owner=ana, position=n) for n, name in enumerate(("One", "Two")))

    post(f"/views/{two.pk}/place/", {"step": "-1"})
    assert [view.name for view, _own, _may in page("/views/").context["views"]] == ["Two", "One"]
    post(f"/views/{one.pk}/removal/")
    assert [view.name for view in SavedView.objects.all()] == ["Two"]


def test_columns_and_density_are_kept_for_the_view(page, post, kim, billing, ana):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")
    make_ticket(kim, SetField("plan", "Gold & <b>"), AddTag("vip"), AssignTo(ana.pk), team=billing)

    response = post(
        "/views/look/",
        {
            "view": "open",
            "list": "view=open&priority=normal&older=x",
            "columns": ["tags", "created", "channel", "field_plan"],
        }
        | {"sort": "created", "compact": "on"},
    )

    assert response["Location"] == "/tickets/?view=open&priority=normal"
    listed = page("/tickets/?view=open")
    body = listed.content.decode()
    assert "Gold &amp; &lt;b&gt;" in body
    assert "ticket-list--compact" in body
    assert [column.name for column, _address in listed.context["heads"]] == ["tags", "created", "channel", "field_plan"]
    assert listed.context["asked"].sort.slug == "created"
    # Density holds for all lists, columns for this one.
    other = page("/tickets/?view=all")
    assert other.context["asked"].columns == []
    assert other.context["asked"].compact
    assert "Gold &amp; &lt;b&gt;" in page("/tickets/rows/?view=open", **{"HX-Request": "true"}).content.decode()
    post("/views/look/", {"view": "open", "list": "view=open", "forget": "1"})
    assert not ListLook.objects.filter(view="open").exists()


def test_every_column_can_be_shown(page, post, ticket, ana):
    from tickets.list_columns import COLUMNS

    for names in (list(COLUMNS)[:10], list(COLUMNS)[10:]):
        post("/views/look/", {"view": "open", "columns": names})
        listed = page("/tickets/?view=open")
        assert [column.name for column in listed.context["asked"].columns] == names
        assert shown(listed) == [ticket.pk]


def test_where_a_look_leads_back_to_is_always_a_list(post):
    response = post("/views/look/", {"view": "open", "list": "//evil.example/?a=b\r\nSet-Cookie: x=1"})

    assert response["Location"].startswith("/tickets/?")
    assert "\n" not in response["Location"]


def test_the_form_of_filters_keeps_what_it_cannot_show(page, ticket):
    body = page("/tickets/narrow/?query=is:open+priority:high+created>7d+-tag:x+late").content.decode()

    assert '<input type="hidden" name="query" value="is:open created&gt;7d -tag:x late">' in body
    assert 'value="high" checked' in body


def test_what_was_typed_is_completed(page, billing):
    response = page("/views/completions/?query=is:open+te&at=10")

    assert [option.said for option in response.context["options"]] == ["team:"]
    assert 'data-insert="team:" data-start="8" data-end="10"' in response.content.decode()


def test_completion_tells_no_stranger_anything(client):
    assert client.get("/views/completions/?query=assignee:").status_code == 302


def test_the_moment_since_when_a_customer_waits_follows_every_path(kim, billing, as_ana, as_kim):
    from tickets.actions import AddCustomerMessage, WithdrawMessage
    from tickets.perform import perform

    def wrote(ticket, **more):
        said = AddCustomerMessage(kim.pk, kim.name, "Hello?", **more)
        perform(ticket.pk, said, by=as_kim, via="email")
        ticket.refresh_from_db()
        return ticket.waiting_since

    def did(ticket, *actions):
        perform(ticket.pk, *actions, by=as_ana, via="web")
        ticket.refresh_from_db()
        return ticket.waiting_since

    ticket = make_ticket(kim, team=billing)
    first = ticket.waiting_since
    assert first == ticket.created_at
    assert wrote(ticket) == first  # still waiting for the answer to the first
    assert did(ticket, AddNote("Looking")) == first
    assert did(ticket, SetStatus("pending")) == first
    assert did(ticket, AddReply("Here you are")) is None
    # Undo send: it waits since the first words, not since the last.
    assert did(ticket, WithdrawMessage(ticket.messages.latest("pk").pk)) == first
    assert did(ticket, AddReply("Here you are")) is None
    assert wrote(ticket) > first
    assert did(ticket, SetStatus("solved")) is None
    assert wrote(ticket, thanks=True) is None
    assert wrote(ticket) > first
    assert ticket.status == "open"
