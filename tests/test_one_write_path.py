"""The door itself: one lock, one Change, facts, refusals, and what is owed afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.tokens import make_token
from automation.macros.keeping import save_macro
from automation.macros.verbs import ApplyMacro
from channels.models import Mailbox
from channels.signing import reply_address
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible, Stale
from tests.channels.post import letter, take_in
from tests.factories import make_ticket
from tickets import bulk, outbox
from tickets.actions import AddNote, AddReply, AddTag, AssignTo, SetPriority, SetStatus
from tickets.models import Change, Event, Message, OutboxEntry, Status, Ticket
from tickets.opening import open_ticket
from tickets.outbox import reacts_to
from tickets.perform import perform, perform_together

pytestmark = pytest.mark.django_db

SEEN: list[int] = []


@pytest.fixture(autouse=True)
def wiring(settings):
    settings.TICKET_SUBSCRIBERS = []
    settings.TICKET_REACTIONS = []
    SEEN.clear()


@reacts_to("tag_added", "status_changed")
def notice(change):
    SEEN.append(change.pk)


@reacts_to("tag_added")
def explode(change):
    AddTag("half-done")
    Ticket.objects.filter(pk=change.ticket_id).update(excerpt="half done")
    raise ValueError("boom")


@reacts_to("tag_added")
def tag_again(change):
    perform(change.ticket_id, AddTag("again"), by=Actor.system("house"), via="house", cause=change)


def meddle(change):
    perform(change.ticket_id, AddTag("x"), by=Actor.system("sla"), via="sla")


def by_page(ticket, ana):
    client = Client()
    client.force_login(ana)
    assert client.post(f"/tickets/{ticket.pk}/status/", {"status": "solved", "version": "2"}).status_code == 302


def _by_program(ana, method, address, body):
    _token, secret = make_token(Actor.agent(ana), name="test", scope="admin")
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Client(headers=headers).generic(method, address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content


def by_patch(ticket, ana):
    _by_program(ana, "PATCH", f"/api/v1/tickets/{ticket.pk}/", {"status": "solved"})


def by_actions(ticket, ana):
    step = {"do": "set_status", "status": "solved"}
    _by_program(ana, "POST", f"/api/v1/tickets/{ticket.pk}/actions/", {"actions": [step]})


def by_macro(ticket, ana):
    by = Actor.agent(ana)
    told = {"name": "Done", "description": "", "body": "", "kind": "reply", "active": True, "shared": False}
    macro = save_macro(by, {**told, "team_id": None, "steps": [{"do": "set_status", "status": "solved"}]})
    perform(ticket.pk, ApplyMacro(macro.pk), by=by, via="macro")


def by_bulk(ticket, ana):
    by = Actor.agent(ana)
    job = bulk.ask(Ticket.objects.visible_to(by).filter(pk=ticket.pk), [SetStatus("solved")], by)
    assert job.items.get().state == "done"


def by_ladder(ticket, ana):
    perform_together({ticket.pk: SetStatus("solved")}, by=Actor.system("sla"), via="sla")


def by_mail(ticket, ana):
    box = Mailbox.objects.create(name="Support", address="support@desk.example", team=ticket.team)
    to = reply_address(box, ticket.pk)
    assert take_in(letter("It burns again.", to=to, subject="Re: Printer on fire"), box).ticket == ticket


@pytest.mark.parametrize(
    ("door", "who", "via", "before", "moved", "reason"),
    [
        (by_page, "Ana", "web", [], "solved", {}),
        (by_patch, "Ana", "api", [], "solved", {}),
        (by_actions, "Ana", "api", [], "solved", {}),
        (by_macro, "Ana", "macro", ["macro_applied"], "solved", {}),
        (by_bulk, "Ana", "bulk", [], "solved", {}),
        (by_ladder, "sla", "sla", [], "solved", {}),
        (by_mail, "Kim Jensen", "email", ["message_added"], "open", {"reason": "customer_reply"}),
    ],
)
def test_every_door_leaves_the_same_facts(door, who, via, before, moved, reason, ticket, ana, settings):
    perform(ticket.pk, SetStatus("pending"), by=Actor.agent(ana), via="web")
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    count = Change.objects.count()

    door(ticket, ana)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at is not None) == (moved, moved == "solved")
    change = Change.objects.latest("pk")
    assert Change.objects.count() == count + 1
    *others, (kind, data) = [(event.kind, event.data) for event in change.events.order_by("pk")]
    assert [other for other, _data in others] == before
    assert (kind, data) == ("status_changed", {"from": "pending", "to": moved, **reason})
    assert (change.actor_name, change.via) == (who, via)
    assert change.version == ticket.version == 3
    assert change.outbox.count() == 1


def test_only_projections_are_written_beside_the_door(ticket):
    """Who may write those stands in tests/test_architecture.py."""
    with pytest.raises(RuntimeError, match="status is no projection"):
        Ticket.objects.filter(pk=ticket.pk).project(sla_state="late", status="solved")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.sla_state) == ("new", "")
    assert Ticket.objects.filter(pk=ticket.pk).project(sla_state="late") == 1


def test_a_noop_leaves_no_trace(ticket, as_ana):
    before = Change.objects.count()

    assert perform(ticket.pk, SetStatus("new"), by=as_ana, via="web") is None

    assert Change.objects.count() == before
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_a_refusal_undoes_the_whole_gesture(ticket, as_ana):
    perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
    before = Event.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        perform(ticket.pk, AddNote("kept?"), AddTag("x"), SetStatus("new"), by=as_ana, via="web")

    assert (refusal.value.code, refusal.value.field, refusal.value.status) == ("bad_move", "status", 422)
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert not ticket.tags.exists()
    assert not Message.objects.filter(text="kept?").exists()
    assert Event.objects.count() == before


def test_what_an_actor_cannot_see_does_not_exist_for_the_door(ticket, mia):
    with pytest.raises(NotVisible) as refusal:
        perform(ticket.pk, AddTag("x"), by=Actor.agent(mia), via="web")
    with pytest.raises(NotVisible) as nothing_there:
        perform(10**9, AddTag("x"), by=Actor.agent(mia), via="web")

    assert str(refusal.value) == str(nothing_there.value)
    assert not ticket.tags.exists()


def test_a_light_agent_may_note_but_not_answer(ticket, lou):
    perform(ticket.pk, AddNote("seen"), by=Actor.agent(lou), via="web")

    with pytest.raises(Denied):
        perform(ticket.pk, AddReply("hello"), by=Actor.agent(lou), via="web")

    assert [m.text for m in ticket.messages.all()] == ["It burns.", "seen"]


def test_a_disabled_agent_can_do_nothing(ticket, ana):
    ana.is_active = False
    ana.save()

    with pytest.raises(NotVisible):
        perform(ticket.pk, AddTag("x"), by=Actor.agent(ana), via="web")

    assert not ticket.tags.exists()


def test_a_stale_version_is_refused_and_nothing_happens(ticket, as_ana):
    """L03: the second of two editors is told, and the first one's work stays."""
    perform(ticket.pk, SetPriority("high"), by=as_ana, via="web", version=1)

    with pytest.raises(Stale):
        perform(ticket.pk, SetPriority("low"), by=as_ana, via="web", version=1)

    ticket.refresh_from_db()
    assert ticket.priority_slug == "high"
    assert ticket.version == 2


def test_the_same_gesture_twice_is_done_once(ticket, as_ana):
    """L01: a double click on Send."""
    first = perform(ticket.pk, AddReply("Hello"), by=as_ana, via="web", gesture="press-1", version=1)
    second = perform(ticket.pk, AddReply("Hello"), by=as_ana, via="web", gesture="press-1", version=1)

    assert first == second
    assert ticket.messages.filter(text="Hello").count() == 1


def test_the_same_gesture_opens_one_ticket(as_kim, kim):
    first, _ = open_ticket("A", kim, by=as_kim, via="web", channel="web", gesture="press-1")
    second, _ = open_ticket("A", kim, by=as_kim, via="web", channel="web", gesture="press-1")

    assert first == second
    assert Ticket.objects.count() == 1


def test_opening_is_recorded_as_a_change_whose_first_event_is_opened(ticket, kim, billing):
    change = Change.objects.get()

    assert [e.kind for e in change.events.order_by("pk")] == ["opened", "message_added"]
    assert change.events.order_by("pk")[0].data == {
        "subject": "Printer on fire",
        "requester": {"id": kim.pk, "name": "Kim Jensen"},
        "channel": "email",
        "status": "new",
        "priority": "normal",
        "team": {"id": billing.pk, "name": "Billing"},
    }
    assert (change.actor_kind, change.actor_id, change.actor_name) == ("customer", kim.pk, "Kim Jensen")


def test_only_imports_may_say_when_something_happened(ticket, ana):
    then = now() - timedelta(days=3)

    with pytest.raises(HelpdeskError):
        perform(ticket.pk, AddTag("x"), by=Actor.agent(ana), via="web", at=then)
    change = perform(ticket.pk, AddTag("y"), by=Actor.agent(ana).importing(), via="import", at=then)

    assert change.created_at == then
    assert [t.name for t in ticket.tags.all()] == ["y"]


def test_history_owes_no_reaction(ticket, ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    then = now() - timedelta(days=3)

    perform(ticket.pk, AddTag("old"), by=Actor.agent(ana).importing(), via="import", at=then)
    assert not OutboxEntry.objects.exists()

    perform(ticket.pk, AddTag("new"), by=Actor.agent(ana), via="web")
    assert OutboxEntry.objects.count() == 1


def test_a_reaction_is_owed_only_to_the_kinds_it_cares_for(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice", "tests.test_one_write_path.explode"]

    perform(ticket.pk, AddNote("quiet"), by=as_ana, via="web")
    assert not OutboxEntry.objects.exists()

    perform(ticket.pk, SetStatus("open"), by=as_ana, via="web")
    assert [e.reaction for e in OutboxEntry.objects.all()] == ["tests.test_one_write_path.notice"]


@reacts_to("tag_added", where=lambda data: data["tag"] == "vip")
def welcome(change):
    SEEN.append(change.pk)


def test_a_reaction_is_owed_only_where_the_facts_say_so(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.welcome"]

    perform(ticket.pk, AddTag("plain"), by=as_ana, via="web")
    assert not OutboxEntry.objects.exists()

    wanted = perform(ticket.pk, AddTag("vip"), by=as_ana, via="web")
    assert [entry.change for entry in OutboxEntry.objects.all()] == [wanted]


def test_a_broken_reaction_is_rolled_back_waits_and_blocks_nobody(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.explode", "tests.test_one_write_path.notice"]
    change = perform(ticket.pk, AddTag("x"), by=as_ana, via="web")

    outbox.drain()

    assert [change.pk] == SEEN
    broken = OutboxEntry.objects.get(reaction__endswith="explode")
    assert (broken.state, broken.attempts, broken.last_error) == ("owed", 1, "ValueError('boom')")
    assert broken.due_at > now()
    ticket.refresh_from_db()
    assert ticket.excerpt == "It burns."


def test_a_reaction_that_keeps_failing_is_laid_aside_with_its_error(ticket, as_ana, settings):
    """Fault F04: poison does not run for ever."""
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.explode"]
    settings.OUTBOX_MAX_ATTEMPTS = 3
    perform(ticket.pk, AddTag("x"), by=as_ana, via="web")

    for _ in range(5):
        OutboxEntry.objects.update(due_at=now())
        outbox.drain()

    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("dead", 3)


def test_a_done_reaction_never_runs_again(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    perform(ticket.pk, AddTag("x"), by=as_ana, via="web")

    assert outbox.drain() == 1
    assert outbox.drain() == 0

    assert len(SEEN) == 1


def test_done_rows_are_forgotten_after_the_days_to_keep_and_owed_ones_never(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice", "tests.test_one_write_path.explode"]
    perform(ticket.pk, AddTag("x"), by=as_ana, via="web")
    outbox.drain()
    assert outbox.prune() == 0

    OutboxEntry.objects.filter(state="done").update(done_at=now() - timedelta(days=8))
    OutboxEntry.objects.filter(state="owed").update(due_at=now() - timedelta(days=80))

    assert outbox.prune() == 1
    assert [e.state for e in OutboxEntry.objects.all()] == ["owed"]


def test_what_a_reaction_does_points_back_to_the_first_change(ticket, as_ana, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.tag_again"]
    first = perform(ticket.pk, AddTag("x"), by=as_ana, via="web")

    outbox.drain()

    second = Change.objects.latest("pk")
    assert second.root == first
    assert second.chain == first
    assert sorted(t.name for t in ticket.tags.all()) == ["again", "x"]


def test_a_subscriber_may_not_perform(ticket, as_ana, settings):
    settings.TICKET_SUBSCRIBERS = ["tests.test_one_write_path.meddle"]

    with pytest.raises(RuntimeError, match="make it a reaction"):
        perform(ticket.pk, AddTag("y"), by=as_ana, via="web")

    assert not ticket.tags.exists()


def test_the_commit_wakes_a_worker_and_a_dead_broker_costs_nothing(
    ticket, as_ana, settings, monkeypatch, django_capture_on_commit_callbacks
):
    """Fault F07: the broker is down; the change commits, stays owed, and the broker is left alone for a while."""
    from tickets.tasks import drain_outbox

    calls = []

    def refuse(**options):
        calls.append(options)
        raise ConnectionError("no broker")

    monkeypatch.setattr(drain_outbox, "apply_async", refuse)
    monkeypatch.setattr(outbox, "_broker_failed_at", -100.0)
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    with django_capture_on_commit_callbacks(execute=True):
        perform(ticket.pk, AddTag("x"), by=as_ana, via="web")
    with django_capture_on_commit_callbacks(execute=True):
        perform(ticket.pk, AddTag("y"), by=as_ana, via="web")

    assert calls == [{"retry": False, "ignore_result": True}]
    assert OutboxEntry.objects.owed().count() == 2
    assert outbox.drain() == 2


def test_a_gesture_with_two_actions_is_one_change(ticket, as_ana, ana):
    change = perform(ticket.pk, SetStatus("pending"), AssignTo(ana.pk), by=as_ana, via="web")

    assert [e.kind for e in change.events.order_by("pk")] == ["status_changed", "assignee_changed"]


def test_solving_and_tagging_stays_within_its_statements(ticket, as_ana, django_assert_num_queries):
    """Savepoint, lock, needed fields, tag (2 get_or_create with their savepoints), update, change, events, release."""
    with django_assert_num_queries(13):
        perform(ticket.pk, SetStatus(Status.SOLVED), AddTag("x"), by=as_ana, via="web")


@pytest.mark.parametrize("wrong", ["tests.test_one_write_path.nothing", "tests.test_one_write_path.by_page"])
def test_bad_wiring_stops_the_start(settings, wrong):
    settings.TICKET_REACTIONS = [wrong]

    with pytest.raises(SystemCheckError):
        call_command("check")


def test_what_is_done_to_many_tickets_together_leaves_what_each_alone_would(ticket, settings):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    other, by = make_ticket(), Actor.system("sla")

    changes = perform_together({other.pk: AddTag("late"), ticket.pk: AddTag("late")}, by=by, via="schedule")

    assert [change.ticket_id for change in changes] == [other.pk, ticket.pk]
    for change, one in zip(changes, (other, ticket), strict=True):
        one.refresh_from_db()
        assert (one.version, one.activity_at) == (change.version, change.created_at)
        assert [event.kind for event in Event.objects.filter(change=change)] == ["tag_added"]
    assert set(OutboxEntry.objects.values_list("change", flat=True)) == {change.pk for change in changes}
    assert perform_together({ticket.pk: AddTag("late")}, by=by, via="schedule") == []


def test_of_what_is_done_together_nothing_stays_when_one_is_refused(ticket):
    other, by, before = make_ticket(), Actor.system("sla"), Change.objects.count()

    with pytest.raises(HelpdeskError):
        perform_together({other.pk: AddTag("late"), ticket.pk: SetPriority("no such")}, by=by, via="schedule")
    with pytest.raises(NotVisible):
        perform_together({other.pk: AddTag("late"), 10**9: AddTag("late")}, by=by, via="schedule")

    assert Change.objects.count() == before
    assert not Ticket.objects.filter(tags__name="late").exists()


def test_a_transaction_of_many_changes_wakes_a_worker_once(
    ticket, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.TICKET_REACTIONS = ["tests.test_one_write_path.notice"]
    other, by, woken = make_ticket(), Actor.system("sla"), []
    monkeypatch.setattr(outbox, "wake", lambda: woken.append(1))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with pytest.raises(ValueError), transaction.atomic():
            perform(ticket.pk, AddTag("gone"), by=by, via="sla")
            raise ValueError
        perform(ticket.pk, AddTag("a"), by=by, via="sla")
        perform(other.pk, AddTag("b"), by=by, via="sla")

    assert woken == [1]
