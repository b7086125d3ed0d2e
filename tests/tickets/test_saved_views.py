"""Saved views: whose they are, who may share and change them, what they find for whom, and their counts."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from agents.actors import Actor
from agents.audit import phrase
from agents.records import AgentAudit
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests.factories import make_team, make_ticket
from tickets.actions import AddTag, AssignTo, SetField, SetPriority, SetStatus
from tickets.models import FieldDefinition, ListLook, SavedView
from tickets.saved_views import keep_look, move_view, remove_view, save_view, visible_view
from tickets.standing_views import as_view, counts, saved_views, tickets_of
from tickets.tag_conditions import is_common

pytestmark = pytest.mark.django_db


def saved(by, name="Refunds", text="is:open tag:refund", **known_as):
    return save_view(by, {"name": name, "text": text, **known_as})


@pytest.fixture
def as_leo(leo):
    return Actor.agent(leo)


@pytest.fixture
def as_mia(mia):
    return Actor.agent(mia)


def names_for(actor):
    return [view.label for view in saved_views(actor)]


def test_a_view_keeps_its_question_with_keys_instead_of_names(as_ana, billing):
    view = saved(as_ana, text='  IS:open   team:Billing   "two words" ')

    assert view.parameters == {"is": ["open"], "team": [str(billing.pk)], "q": ['"two words"']}
    assert view.text == 'is:open team:billing "two words"'
    assert (view.owner_id, view.sharing, view.team_id) == (as_ana.id, "nobody", None)


def test_a_personal_view_is_absent_for_everybody_else(as_ana, as_leo, root):
    """E14"""
    view = saved(as_ana)

    assert names_for(as_ana) == ["Refunds"]
    for other in (as_leo, Actor.agent(root), Actor.system("test"), Actor.customer(1, "Kim")):
        assert names_for(other) == []
        with pytest.raises(NotVisible):
            visible_view(view.pk, other)
        with pytest.raises(NotVisible):
            save_view(other, {"name": "Mine now", "text": ""}, view.pk)
        with pytest.raises(NotVisible):
            remove_view(view.pk, other)
        with pytest.raises(NotVisible):
            move_view(view.pk, other, 1)
    assert SavedView.objects.get().name == "Refunds"


def test_sharing_needs_its_permission(as_ana, as_leo, billing):
    with pytest.raises(Denied):
        saved(as_ana, sharing="everyone")
    with pytest.raises(Denied):
        saved(as_ana, sharing="team", team=billing.pk)

    assert not SavedView.objects.exists()
    assert saved(as_leo, sharing="everyone").is_shared


def test_the_audit_log_tells_of_views_that_others_see_and_of_no_others(as_ana, as_leo, billing):
    own = saved(as_ana)
    saved(as_ana, text="is:open", name="Mine")
    remove_view(own.pk, as_ana)
    shared = saved(as_leo)
    told = {"text": "is:open", "sharing": "team", "team": billing.pk}
    for known_as in (told, told, {**told, "sharing": "everyone"}, {"text": ""}):
        save_view(as_leo, {"name": "Desk", **known_as}, shared.pk)
    remove_view(shared.pk, as_leo)
    remove_view(saved(as_leo, sharing="everyone").pk, as_leo)

    assert [phrase(entry) for entry in AgentAudit.objects.order_by("pk")] == [
        "Leo changed the shared view Desk: name, which tickets, with whom it is shared",
        "Leo changed the shared view Desk: with whom it is shared",
        "Leo changed the shared view Desk: which tickets, with whom it is shared",
        "Leo made the shared view Refunds",
        "Leo removed the shared view Refunds",
    ]


def test_a_view_of_a_team_is_for_its_people_only(as_leo, as_ana, as_mia, billing):
    """E14"""
    view = saved(as_leo, sharing="team", team=billing.pk)

    assert names_for(as_ana) == ["Refunds"]
    assert names_for(as_mia) == []
    with pytest.raises(NotVisible):
        visible_view(view.pk, as_mia)


def test_one_shares_with_ones_own_teams(as_leo, otto, technical):
    with pytest.raises(HelpdeskError) as refusal:
        saved(as_leo, sharing="team", team=technical.pk)

    assert (refusal.value.code, refusal.value.field) == ("bad_team", "team")
    assert saved(Actor.agent(otto), sharing="team", team=technical.pk).team_id == technical.pk


def test_a_shared_view_is_changed_by_its_owner_and_by_those_who_may_share(as_leo, as_ana, otto):
    view = saved(as_leo, sharing="everyone")

    with pytest.raises(Denied):
        save_view(as_ana, {"name": "Hers", "text": ""}, view.pk)
    with pytest.raises(Denied):
        remove_view(view.pk, as_ana)
    changed = save_view(Actor.agent(otto), {"name": "His", "text": "is:open", "sharing": "everyone"}, view.pk)

    assert (changed.pk, changed.name, changed.owner_id) == (view.pk, "His", as_leo.id)


@pytest.mark.parametrize(
    ("known_as", "code", "field"),
    [
        ({"name": " \n "}, "no_name", "name"),
        ({"text": "status:zz"}, "bad_query", "text"),
        ({"text": '"open'}, "bad_query", "text"),
        ({"text": "x" * 2001}, "bad_query", "text"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_field(as_ana, known_as, code, field):
    with pytest.raises(HelpdeskError) as refusal:
        save_view(as_ana, {"name": "Refunds", "text": "", **known_as})

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not SavedView.objects.exists()


def test_nobody_has_more_than_fifty(as_ana):
    SavedView.objects.bulk_create(SavedView(name=str(n), owner_id=as_ana.id) for n in range(50))

    with pytest.raises(HelpdeskError) as refusal:
        saved(as_ana)

    assert refusal.value.code == "too_many_views"


def test_unknown_columns_and_orders_are_left_out(as_ana):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")

    view = saved(as_ana, sort="nonsense", columns=["team", "field_plan", "field_gone", "password", "team"])

    assert (view.sort, view.columns) == ("", ["team", "field_plan"])


def test_ones_own_views_can_be_put_in_order_and_stand_before_those_of_others(as_ana, as_leo):
    saved(as_leo, "A shared one", sharing="everyone")
    first, _second, third = (saved(as_ana, name) for name in ("One", "Two", "Three"))

    move_view(third.pk, as_ana, -1)
    move_view(first.pk, as_ana, -1)

    assert names_for(as_ana) == ["One", "Three", "Two", "A shared one"]
    assert names_for(as_leo) == ["A shared one"]


def test_the_order_of_others_is_not_ones_own_to_change(as_ana, as_leo):
    shared = saved(as_leo, sharing="everyone")

    with pytest.raises(Denied):
        move_view(shared.pk, as_ana, 1)


def test_me_and_mine_are_the_readers(kim, as_leo, as_ana, as_mia, ana, mia, billing, technical):
    for agent, team in ((ana, billing), (mia, technical)):
        make_ticket(kim, AssignTo(agent.pk), team=team)
    view = as_view(saved(as_leo, text="assignee:me team:mine is:open", sharing="everyone"))

    assert counts(as_ana, [view]) == counts(as_mia, [view]) == {view.slug: 1}
    assert counts(as_leo, [view]) == {view.slug: 0}


def test_saved_views_are_counted_with_the_standing_ones_in_one_statement(
    kim, as_ana, billing, django_assert_num_queries
):
    for _number in range(3):
        make_ticket(kim, AddTag("refund"), team=billing)
    make_ticket(kim, AddTag("refund"), SetStatus("solved"), team=billing)
    make_ticket(kim, SetPriority("urgent"), AddTag("refund"), team=make_team("Others"))
    refunds, closed, words = (
        as_view(saved(as_ana, name, text))
        for name, text in (("Refunds", "is:open tag:refund"), ("Closed", "is:ended"), ("Words", "is:open printer"))
    )

    is_common("refund")  # asked once in ten minutes, on PostgreSQL
    with django_assert_num_queries(1):
        numbers = counts(as_ana, [refunds, closed, words])

    # What may hold a million ended tickets, or has to be searched for, is not counted.
    assert numbers == {refunds.slug: 3}


def test_a_count_of_a_saved_view_stops_at_its_limit(kim, as_ana, billing, monkeypatch):
    monkeypatch.setattr("tickets.standing_views.COUNT_UP_TO", 2)
    for _number in range(5):
        make_ticket(kim, team=billing)
    view = as_view(saved(as_ana, text="is:open team:mine"))

    assert counts(as_ana, [view]) == {view.slug: 3}


def test_a_view_survives_a_renamed_team_and_finds_none_by_a_field_that_is_gone(kim, as_ana, billing):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")
    make_ticket(kim, SetField("plan", "gold"), team=billing)
    view = as_view(saved(as_ana, text="is:open team:billing plan:gold"))
    billing.slug = "money"
    billing.save()
    assert counts(as_ana, [view]) == {view.slug: 1}
    FieldDefinition.objects.update(active=False)

    asked = tickets_of(view, QueryDict(), as_ana)

    # Without what cannot be asked any more it would be another view, and hold more than it says.
    assert counts(as_ana, [view]).get(view.slug, 0) == 0
    assert not asked.qs.exists()
    assert asked.query.text == "is:open team:money field_plan:gold"
    assert [mistake.word for mistake in asked.query.mistakes] == ["field_plan:gold"]


def test_a_look_is_ones_own_and_goes_with_the_view(as_ana, as_leo):
    view = saved(as_leo, sharing="everyone", columns=["team"])
    keep_look(as_ana, str(view.pk), sort="waiting", columns=["tags"], compact=True)
    keep_look(as_ana, str(view.pk), sort="created", columns=["tags", "team"], compact=False)

    look = ListLook.objects.get(agent=as_ana.id, view=str(view.pk))
    assert (look.sort, look.columns) == ("created", ["tags", "team"])
    assert ListLook.objects.get(agent=as_ana.id, view="").compact is False
    remove_view(view.pk, as_leo)
    assert not ListLook.objects.filter(view=str(view.pk)).exists()
    assert not SavedView.objects.exists()
