"""Two tickets become one, and two again: what moves, who is told, who may, and that undo leaves no difference."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Role
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests.factories import make_agent, make_customer, make_ticket
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddParticipant,
    AddReply,
    AddTag,
    AddTimeSpent,
    AssignTo,
    Follow,
    RedactMessage,
    SetStatus,
    Snooze,
    WithdrawMessage,
)
from tickets.attachments import keep_upload
from tickets.drafts import keep_draft
from tickets.ends import end_of, ends_of, folded_into
from tickets.finding import find
from tickets.linking import link_tickets
from tickets.merge_plan import plan_merge
from tickets.merging import merge_tickets
from tickets.models import (
    Attachment,
    Change,
    Draft,
    Follower,
    Merge,
    Message,
    Participant,
    ScheduledReply,
    Ticket,
    TicketLink,
)
from tickets.perform import perform
from tickets.scheduling import schedule_reply, send_scheduled
from tickets.timeline import timeline
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


@pytest.fixture
def pair(kim, billing):
    """Two tickets of Kim, in Billing: the second mail says the same again."""
    return (
        make_ticket(kim, team=billing, subject="Printer still burns", text="Hello? It burns."),
        make_ticket(kim, team=billing, subject="Printer on fire", text="It burns."),
    )


def merge(source, target, by, **options):
    done = merge_tickets(source.pk, target.pk, by=by, via="web", **options)
    source.refresh_from_db()
    target.refresh_from_db()
    return done


def facts(change):
    return [(event.kind, event.data) for event in change.events.order_by("pk")]


def told(ticket, actor):
    entries = timeline(Ticket.objects.get(pk=ticket.pk), actor).entries
    return [entry.message.text if entry.message else "; ".join(entry.lines) for entry in entries]


def test_the_words_files_tags_people_links_and_time_of_one_ticket_are_the_others_from_now_on(pair, as_ana, ana, leo):
    source, target = pair
    file = keep_upload(b"bytes", name="log.txt", content_type="text/plain", uploaded_by=ana.pk)
    bo = make_customer("Bo", "bo@alpha.example")
    other = make_ticket(make_customer("Al", "al@alpha.example"), team=source.team)
    perform(source.pk, AddReply("Which one?", attachments=[file.key]), AddTag("fire"), by=as_ana, via="web")
    perform(source.pk, AddNote("Third time"), AddTimeSpent(25, "calls"), Follow(leo.pk), by=as_ana, via="web")
    perform(source.pk, AddParticipant(bo.pk), by=as_ana, via="web")
    link_tickets(other.pk, source.pk, "parent", by=as_ana, via="web")

    done = merge(source, target, as_ana)

    assert [m.text for m in target.messages.order_by("pk")] == [
        "Hello? It burns.",
        "It burns.",
        "Which one?",
        "Third time",
    ]
    assert not source.messages.exists()
    assert Attachment.objects.visible_to(as_ana).get(key=file.key).message.ticket == target
    assert [tag.name for tag in target.tags.all()] == ["fire"]
    assert [row.agent for row in target.followers.all()] == [leo]
    assert [row.customer for row in target.participants.all()] == [bo]
    assert [(row.source, row.target) for row in TicketLink.objects.all()] == [(other, target)]
    assert [entry.minutes for entry in target.time_entries.all()] == [25]
    assert (source.status, source.merged_into) == ("closed", target)
    assert source.closed_at is not None
    assert facts(done.target_change) == [
        ("merged_in", {"ticket": source.pk, "subject": "Printer still burns", "messages": 3}),
        ("follower_added", {"agent": {"id": leo.pk, "name": "Leo"}}),
        ("participant_added", {"customer": {"id": bo.pk, "name": "Bo"}}),
        ("tag_added", {"tag": "fire"}),
    ]
    assert facts(done.source_change) == [
        ("merged_into", {"ticket": target.pk, "subject": "Printer on fire"}),
        ("status_changed", {"from": "open", "to": "closed", "reason": "merged"}),
    ]
    assert done.source_change.root == done.target_change


def test_the_conversation_of_both_is_told_in_the_order_of_time(pair, as_ana):
    source, target = pair
    perform(source.pk, AddReply("First answer"), by=as_ana, via="web")
    perform(target.pk, AddReply("Second answer"), by=as_ana, via="web")

    merge(source, target, as_ana)
    perform(target.pk, AddNote("One now"), by=as_ana, via="web")

    assert told(target, as_ana) == [
        "Hello? It burns.",
        "It burns.",
        "opened the ticket",
        "First answer",
        "Second answer",
        "changed the state from New to Open",
        f"merged #{source.pk} “Printer still burns” into this ticket, with 2 messages",
        "One now",
    ]
    assert told(source, as_ana) == [
        "opened the ticket",
        "changed the state from New to Open",
        f"merged this ticket into #{target.pk} “Printer on fire”",
    ]


def test_words_are_found_where_they_are_now(pair, as_ana):
    source, target = pair
    visible = Ticket.objects.visible_to(as_ana)
    assert [t.pk for t in find(visible, "hello")] == [source.pk]

    merge(source, target, as_ana)
    assert [t.pk for t in find(visible, "hello")] == [target.pk]

    undo_merge(source.pk, by=as_ana, via="web")
    assert [t.pk for t in find(visible, "hello")] == [source.pk]


def test_nothing_else_changes_a_merged_ticket(pair, as_ana):
    source, target = pair
    merge(source, target, as_ana)

    for action in (AddTag("late"), AddNote("hm"), SetStatus("open")):
        with pytest.raises(HelpdeskError) as refusal:
            perform(source.pk, action, by=as_ana, via="web")
        assert (refusal.value.code, str(refusal.value)) == ("merged", f"#{source.pk} was merged into #{target.pk}.")

    assert not source.tags.exists()
    assert Change.objects.filter(ticket=source).count() == 2


@pytest.mark.parametrize(
    ("asking", "resting", "becomes"),
    [
        ("new", "pending", "open"),
        ("new", "solved", "open"),
        ("open", "on_hold", "open"),
        ("pending", "solved", "pending"),
        ("pending", "on_hold", "on_hold"),
        ("solved", "pending", "pending"),
        ("solved", "solved", "solved"),
        ("new", "new", "new"),
    ],
)
def test_what_still_has_to_be_done_does_not_vanish_into_a_ticket_that_rests(
    asking, resting, becomes, pair, as_ana, kim
):
    source, target = pair
    if asking in ("pending", "solved"):
        perform(source.pk, SetStatus(asking), AddReply("Try this"), by=as_ana, via="web")
    elif asking != "new":
        perform(source.pk, SetStatus(asking), by=as_ana, via="web")
    if resting != "new":
        perform(target.pk, SetStatus(resting), AddReply("Try that"), by=as_ana, via="web")

    merge(source, target, as_ana)

    assert target.status == becomes
    waits = asking in ("new", "open")
    assert (target.waiting_since == source.messages.model.objects.earliest("pk").created_at) is waits


def test_a_waiting_customer_wakes_the_ticket_that_sleeps(pair, as_ana):
    source, target = pair
    perform(target.pk, Snooze("2099-01-01T09:00:00+00:00"), by=as_ana, via="web")

    merge(source, target, as_ana)

    assert target.snoozed_until is None


def test_a_ticket_that_was_merged_stands_at_its_end(pair, as_ana, kim, billing):
    source, target = pair
    third = make_ticket(kim, team=billing)
    fourth = make_ticket(kim, team=billing)
    merge(source, target, as_ana)
    merge(target, third, as_ana)

    merge(fourth, source, as_ana)

    assert Ticket.objects.get(pk=fourth.pk).merged_into == third
    assert ends_of([source.pk, target.pk, third.pk]) == dict.fromkeys((source.pk, target.pk, third.pk), third.pk)
    assert sorted(folded_into(third.pk)) == sorted((source.pk, target.pk, fourth.pk))
    assert third.messages.count() == 4


def test_no_circle_can_be_made(pair, as_ana):
    source, target = pair
    merge(source, target, as_ana)

    for first, second, code in [
        (target, source, "merge_itself"),
        (source, target, "merged"),
        (target, target, "merge_itself"),
    ]:
        with pytest.raises(HelpdeskError) as refusal:
            merge_tickets(first.pk, second.pk, by=as_ana, via="web")
        assert refusal.value.code == code

    assert Merge.objects.count() == 1
    assert end_of(source.pk) == target.pk


def test_a_closed_ticket_takes_nothing_in_but_can_go(pair, as_ana):
    source, target = pair
    perform(target.pk, SetStatus("solved"), SetStatus("closed"), by=as_ana, via="web")

    with pytest.raises(HelpdeskError) as refusal:
        merge_tickets(source.pk, target.pk, by=as_ana, via="web")
    assert refusal.value.code == "target_closed"
    assert source.messages.count() == 1

    merge(target, source, as_ana)
    assert source.messages.count() == 2
    assert source.status == "new"


def test_merging_needs_its_permission_and_sight_of_both(pair, as_ana, lou, mia, technical, kim):
    """E06: the check is asked for both tickets, in both directions, and nothing happens on refusal."""
    source, target = pair
    foreign = make_ticket(kim, team=technical)
    before = Change.objects.count()

    with pytest.raises(Denied):
        merge_tickets(source.pk, target.pk, by=Actor.agent(lou), via="web")
    for first, second in ((source, foreign), (foreign, source)):
        with pytest.raises(NotVisible):
            merge_tickets(first.pk, second.pk, by=as_ana, via="web")
    with pytest.raises(NotVisible):
        merge_tickets(source.pk, 10**9, by=as_ana, via="web")

    assert Change.objects.count() == before
    assert not Merge.objects.exists()


def test_undoing_needs_its_permission_and_sight_of_both(pair, as_ana, lou, mia, otto):
    """E06: undo is as guarded as the merge."""
    source, target = pair
    merge(source, target, as_ana)

    with pytest.raises(Denied):
        undo_merge(source.pk, by=Actor.agent(lou), via="web")
    with pytest.raises(NotVisible):
        undo_merge(source.pk, by=Actor.agent(mia), via="web")

    source.refresh_from_db()
    assert source.is_merged
    undo_merge(source.pk, by=Actor.agent(otto), via="web")
    source.refresh_from_db()
    assert not source.is_merged


def test_tickets_of_two_customers_need_a_second_look(as_ana, ticket, billing):
    """E06: when requesters differ, an explicit confirmation is required."""
    theirs = make_ticket(make_customer("Bo", "bo@beta.example"), team=billing, text="Bo's secret")

    with pytest.raises(HelpdeskError) as refusal:
        merge_tickets(theirs.pk, ticket.pk, by=as_ana, via="web")
    assert (refusal.value.code, refusal.value.field) == ("requesters_differ", "confirmed")
    assert ticket.messages.count() == 1

    merge(theirs, ticket, as_ana, confirmed=True)
    assert ticket.messages.count() == 2


def test_a_customer_does_not_read_another_ones_words_because_of_a_merge(as_ana, ticket, billing, kim):
    """E06: merging shows nobody what they could not see before: words stay with those who could read them."""
    bo = make_customer("Bo", "bo@beta.example")
    theirs = make_ticket(bo, team=billing, text="Bo's secret")
    file = keep_upload(b"x", name="bo.txt", content_type="text/plain", uploaded_by=as_ana.id)
    perform(theirs.pk, AddReply("To Bo", attachments=[file.key]), by=as_ana, via="web")

    merge(theirs, ticket, as_ana, confirmed=True, copied=[bo.pk])
    perform(ticket.pk, AddReply("To both"), by=as_ana, via="web")

    as_kim, as_bo = Actor.customer(kim.pk, "Kim"), Actor.customer(bo.pk, "Bo")
    said = Message.objects.filter(ticket=ticket).order_by("pk")
    assert [m.text for m in said.visible_to(as_kim)] == ["It burns.", "To both"]
    assert [m.text for m in said.visible_to(as_bo)] == ["It burns.", "Bo's secret", "To Bo", "To both"]
    assert not Attachment.objects.visible_to(as_kim).filter(key=file.key).exists()
    assert Attachment.objects.visible_to(as_bo).filter(key=file.key).exists()


def test_people_of_one_house_are_expected_in_copy_and_strangers_are_not(as_ana, ticket, billing, kim):
    from customers.models import Organization

    stranger = make_ticket(make_customer("Bo", "bo@beta.example"), team=billing)
    assert plan_merge(stranger, ticket).expected == frozenset()

    house = Organization.objects.create(name="Alpha")
    colleague = make_customer("Cy", "cy@alpha.example")
    colleague.organization = house
    colleague.save()
    Ticket.objects.filter(pk=ticket.pk).update(organization=house)
    ticket.refresh_from_db()
    plan = plan_merge(make_ticket(colleague, team=billing), ticket)
    assert plan.expected == {colleague.pk}
    assert plan.requesters_differ


def test_only_those_who_were_chosen_are_copied_in(pair, as_ana):
    source, target = pair
    bo, cy = make_customer("Bo", "bo@b.example"), make_customer("Cy", "cy@c.example")
    perform(source.pk, AddParticipant(bo.pk), AddParticipant(cy.pk), by=as_ana, via="web")
    stranger = make_customer("Di", "di@d.example")

    merge(source, target, as_ana, copied=[cy.pk, stranger.pk])

    assert [row.customer for row in target.participants.all()] == [cy]


def test_too_many_in_copy_stop_the_merge(pair, as_ana, settings):
    source, target = pair
    settings.MAX_PARTICIPANTS = 1
    for ticket, name in ((source, "bo"), (target, "cy")):
        perform(ticket.pk, AddParticipant(make_customer(name, f"{name}@b.example").pk), by=as_ana, via="web")

    with pytest.raises(HelpdeskError) as refusal:
        merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    assert refusal.value.code == "too_many_participants"
    assert (source.messages.count(), target.participants.count()) == (1, 1)


def test_a_double_click_merges_once(pair, as_ana):
    source, target = pair

    first = merge_tickets(source.pk, target.pk, by=as_ana, via="web", gesture="press-1")
    second = merge_tickets(source.pk, target.pk, by=as_ana, via="web", gesture="press-1")

    assert first == second
    assert Merge.objects.count() == 1


def test_what_was_written_since_stays_and_the_undo_says_so(pair, as_ana, kim, as_kim):
    source, target = pair
    merge(source, target, as_ana)
    perform(target.pk, AddReply("Both answered"), by=as_ana, via="web")
    perform(target.pk, AddCustomerMessage(kim.pk, "Kim", "And again"), by=as_kim, via="email")

    undone = undo_merge(source.pk, by=as_ana, via="web")

    assert (undone.stayed, undone.elsewhere) == (2, 0)
    assert [m.text for m in source.messages.order_by("pk")] == ["Hello? It burns."]
    assert [m.text for m in target.messages.order_by("pk")] == ["It burns.", "Both answered", "And again"]
    target.refresh_from_db()
    assert target.excerpt == "And again"
    assert target.waiting_since == target.messages.latest("pk").created_at
    assert told(target, as_ana)[-1] == (
        f"undid the merge of #{source.pk}; 2 messages that were written here since stay here"
    )


def test_somebody_who_was_copied_in_and_wrote_since_stays_in_copy(pair, as_ana):
    source, target = pair
    bo, cy = make_customer("Bo", "bo@b.example"), make_customer("Cy", "cy@c.example")
    perform(source.pk, AddParticipant(bo.pk), AddParticipant(cy.pk), by=as_ana, via="web")
    merge(source, target, as_ana)
    perform(target.pk, AddCustomerMessage(bo.pk, "Bo", "Me too"), by=Actor.customer(bo.pk, "Bo"), via="email")

    undo_merge(source.pk, by=as_ana, via="web")

    assert [row.customer for row in target.participants.all()] == [bo]
    assert sorted(row.customer.name for row in source.participants.all()) == ["Bo", "Cy"]


def test_what_was_redacted_while_merged_stays_gone(pair, as_ana, leo):
    source, target = pair
    message = source.messages.get()
    merge(source, target, as_ana)
    perform(target.pk, RedactMessage(message.pk), by=Actor.agent(leo), via="web")

    undo_merge(source.pk, by=as_ana, via="web")

    source.refresh_from_db()
    assert source.messages.get().text == ""
    assert source.excerpt == ""
    assert "burns" not in str(Merge.objects.get().inverse)


def test_a_reply_that_was_taken_back_while_merged_lets_the_customer_wait_again(pair, as_ana):
    source, target = pair
    asked = source.messages.get().created_at
    perform(source.pk, AddReply("Oops"), by=as_ana, via="web")
    oops = source.messages.latest("pk")
    merge(source, target, as_ana)
    perform(target.pk, WithdrawMessage(oops.pk), by=as_ana, via="web")

    undo_merge(source.pk, by=as_ana, via="web")

    source.refresh_from_db()
    assert (source.waiting_since, source.excerpt) == (asked, "Hello? It burns.")


def test_an_outer_merge_is_undone_first(pair, as_ana, kim, billing):
    source, target = pair
    third = make_ticket(kim, team=billing, text="Third")
    merge(source, target, as_ana)
    merge(target, third, as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        undo_merge(source.pk, by=as_ana, via="web")
    assert refusal.value.code == "undo_outer_first"

    undo_merge(target.pk, by=as_ana, via="web")
    undo_merge(source.pk, by=as_ana, via="web")
    assert [[m.text for m in t.messages.all()] for t in (source, target, third)] == [
        ["Hello? It burns."],
        ["It burns."],
        ["Third"],
    ]
    assert not Message.objects.filter(said_in__isnull=False).exists()


def test_an_undo_happens_once(pair, as_ana):
    source, target = pair
    merge(source, target, as_ana)
    undo_merge(source.pk, by=as_ana, via="web")
    changes = Change.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        undo_merge(source.pk, by=as_ana, via="web")

    assert refusal.value.code == "not_merged"
    assert Change.objects.count() == changes


def test_after_an_undo_the_pair_can_be_merged_the_other_way(pair, as_ana):
    source, target = pair
    merge(source, target, as_ana)
    undo_merge(source.pk, by=as_ana, via="web")

    merge(target, source, as_ana)

    assert [m.text for m in source.messages.order_by("pk")] == ["Hello? It burns.", "It burns."]


def test_what_an_agent_decided_since_is_kept(pair, as_ana, ana):
    source, target = pair
    perform(target.pk, SetStatus("solved"), AddReply("Done"), by=as_ana, via="web")
    merge(source, target, as_ana)
    assert target.status == "open"
    perform(target.pk, SetStatus("on_hold"), AssignTo(ana.pk), by=as_ana, via="web")

    undo_merge(source.pk, by=as_ana, via="web")

    target.refresh_from_db()
    assert (target.status, target.assignee, target.waiting_since) == ("on_hold", ana, None)


def test_a_disabled_follower_is_not_taken_along(pair, as_ana, billing):
    source, target = pair
    gone = make_agent("Gil", role=Role.AGENT, teams=[billing])
    perform(source.pk, Follow(gone.pk), by=as_ana, via="web")
    gone.is_active = False
    gone.save()

    merge(source, target, as_ana)

    assert not Follower.objects.filter(ticket=target).exists()
    assert now() > target.created_at
    assert not Participant.objects.exists()


def _plan(ticket, by, **fields):
    return schedule_reply(
        ticket, by, body="Later", send_at=now() + timedelta(hours=1), to=["kim@alpha.example"], **fields
    )


def test_a_planned_reply_goes_along_and_leaves_at_its_time_or_comes_back(pair, as_ana):
    source, target = pair
    first, second = _plan(target, as_ana), _plan(source, as_ana)
    merge(source, target, as_ana)
    assert set(target.scheduled_replies.all()) == {first, second}

    undo_merge(source.pk, by=as_ana, via="web")
    assert (list(target.scheduled_replies.all()), list(source.scheduled_replies.all())) == ([first], [second])
    merge(target, source, as_ana)
    ScheduledReply.objects.update(send_at=now() - timedelta(seconds=1))
    assert send_scheduled() == 1

    assert source.messages.latest("pk").text == "Later"
    held = ScheduledReply.objects.get(state="held")
    assert (held, held.reason) == (second, "customer_wrote")  # the merge brought words that its author has not seen


def test_a_planned_reply_that_missed_the_merge_finds_where_its_ticket_went(pair, as_ana):
    """L08: its sweep had it in hand while the ticket was merged away."""
    source, target = pair
    row = _plan(target, as_ana)
    merge(source, target, as_ana)
    ScheduledReply.objects.filter(pk=row.pk).update(ticket=source, send_at=now() - timedelta(seconds=1))

    assert send_scheduled() == 1

    assert target.messages.latest("pk").text == "Later"


@pytest.mark.parametrize("same", [True, False])
def test_what_somebody_began_to_write_goes_along_only_for_the_same_customer(same, pair, as_ana, leo, kim, billing):
    source, target = pair
    if not same:
        source = make_ticket(make_customer("Bo", "bo@b.example"), team=billing)
    keep_draft(source.pk, as_ana, kind="reply", body="Half a sent")
    keep_draft(source.pk, Actor.agent(leo), kind="note", body="Mine here")
    keep_draft(target.pk, Actor.agent(leo), kind="note", body="Mine there")

    merge(source, target, as_ana, confirmed=True)
    moved = {draft.body for draft in Draft.objects.filter(ticket=target)}
    undo_merge(source.pk, by=as_ana, via="web")

    assert moved == ({"Half a sent", "Mine there"} if same else {"Mine there"})
    assert {draft.body for draft in Draft.objects.filter(ticket=source)} == {"Half a sent", "Mine here"}
