"""What each verb does to a ticket, fact by fact."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Role
from helpdesk.lib.errors import Denied, HelpdeskError
from tests.factories import make_agent, make_customer, make_team, make_ticket
from tickets import sweeps
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddParticipant,
    AddReply,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    RedactMessage,
    RemoveParticipant,
    RemoveTag,
    SetField,
    SetLanguage,
    SetPriority,
    SetRequester,
    SetStatus,
    SetSubject,
    SetType,
    Snooze,
    Unfollow,
    Wake,
    WithdrawMessage,
    load,
)
from tickets.attachments import keep_upload
from tickets.linking import link_tickets, unlink_tickets
from tickets.models import Change, Event, FieldDefinition, Message, Status, Ticket, TicketLink
from tickets.models.ticket import MOVES
from tickets.opening import open_ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

HOUSE = Actor.system("test")


def facts(change):
    return [(e.kind, e.data) for e in change.events.order_by("pk")] if change else []


def does(ticket, *actions, by=HOUSE):
    change = perform(ticket.pk, *actions, by=by, via="test")
    ticket.refresh_from_db()
    return facts(change)


def says(ticket, customer, text="More words", **more):
    by = Actor.customer(customer.pk, customer.display_name)
    return does(ticket, AddCustomerMessage(customer.pk, customer.display_name, text, **more), by=by)


@pytest.mark.parametrize("source", Status.values)
@pytest.mark.parametrize("target", Status.values)
def test_a_ticket_moves_only_along_the_table(source, target, kim):
    ticket = make_ticket(kim)
    Ticket.objects.filter(pk=ticket.pk).update(status=source)

    if target in MOVES[source]:
        assert does(ticket, SetStatus(target))[0] == ("status_changed", {"from": source, "to": target})
        assert ticket.status == target
    elif source == target:
        assert does(ticket, SetStatus(target)) == []
    else:
        with pytest.raises(HelpdeskError, match="cannot become"):
            does(ticket, SetStatus(target))
        ticket.refresh_from_db()
        assert ticket.status == source


@pytest.mark.parametrize("status", Status.values)
def test_predicates_and_querysets_agree_on_every_state(status, kim):
    ticket = make_ticket(kim)
    Ticket.objects.filter(pk=ticket.pk).update(status=status)
    ticket.refresh_from_db()
    one = Ticket.objects.filter(pk=ticket.pk)

    assert one.open().exists() == ticket.is_open
    assert one.ended().exists() == (not ticket.is_open)
    assert one.waiting_on_us().exists() == ticket.waits_on_us
    assert one.snoozed().exists() == ticket.is_snoozed


def test_solving_and_reopening_keep_their_times(ticket):
    with time_machine.travel("2026-11-02T10:00:00Z", tick=False):
        does(ticket, SetStatus("solved"))
        assert ticket.solved_at == now()
    assert ticket.waiting_since is None
    does(ticket, SetStatus("open"))
    assert ticket.solved_at is None


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved"])
def test_a_reply_from_the_customer_reopens_the_ticket(ticket, kim, status):
    does(ticket, SetStatus(status))

    seen = says(ticket, kim)

    assert seen[1] == ("status_changed", {"from": status, "to": "open", "reason": "customer_reply"})
    assert ticket.status == "open"
    assert ticket.waits_on_us
    assert ticket.excerpt == "More words"


def test_a_plain_thank_you_does_not_reopen_and_says_so(ticket, kim):
    does(ticket, SetStatus("solved"))

    seen = says(ticket, kim, "Thanks!", thanks=True)

    assert [kind for kind, _data in seen] == ["message_added"]
    assert seen[0][1]["thanks"] is True
    assert ticket.status == "solved"
    assert not ticket.waits_on_us


def test_thanks_on_an_open_ticket_is_just_a_message(ticket, kim):
    does(ticket, SetStatus("pending"))

    seen = says(ticket, kim, "Thanks!", thanks=True)

    assert [kind for kind, _data in seen] == ["message_added", "status_changed"]
    assert "thanks" not in seen[0][1]


def test_a_closed_ticket_takes_no_words_but_notes(ticket, kim, as_ana):
    does(ticket, SetStatus("solved"), SetStatus("closed"))
    before = Message.objects.count()

    for attempt in (
        lambda: says(ticket, kim),
        lambda: does(ticket, AddReply("Hello"), by=as_ana),
    ):
        with pytest.raises(HelpdeskError) as refusal:
            attempt()
        assert refusal.value.code == "ticket_closed"
    assert Message.objects.count() == before

    assert does(ticket, AddNote("For the record"), by=as_ana)[0][0] == "message_added"


def test_the_first_reply_opens_a_new_ticket_and_ends_the_waiting(ticket, as_ana, settings):
    settings.UNDO_SEND_SECONDS = 10
    assert ticket.waits_on_us

    seen = does(ticket, AddReply("Hello **Kim**"), by=as_ana)

    assert [kind for kind, _data in seen] == ["message_added", "status_changed"]
    assert (ticket.status, ticket.waiting_since, ticket.excerpt) == ("open", None, "Hello Kim")
    message = ticket.messages.last()
    assert message.html.strip() == "<p>Hello <strong>Kim</strong></p>"
    assert message.to == ["kim@alpha.example"]
    assert message.deliver_after - message.created_at == timedelta(seconds=10)


def test_send_as_pending_is_one_step(ticket, as_ana):
    seen = does(ticket, SetStatus("pending"), AddReply("What colour?"), by=as_ana)

    assert [(kind, data.get("to")) for kind, data in seen] == [("status_changed", "pending"), ("message_added", None)]
    assert ticket.status == "pending"


def test_copying_somebody_in_makes_them_take_part(ticket, as_ana):
    does(ticket, AddReply("Hello", cc=["Bo@beta.example"]), by=as_ana)
    does(ticket, AddReply("Again"), by=as_ana)

    assert [m.cc for m in ticket.messages.filter(author_kind="agent")] == [["bo@beta.example"]] * 2
    assert [p.customer.email for p in ticket.participants.all()] == ["bo@beta.example"]


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c.example", "x@y.example\r\nBcc: z@y.example", "@a.example"])
def test_what_is_no_address_is_named_and_nothing_is_sent(ticket, as_ana, address):
    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, AddReply("Hello", cc=[address]), by=as_ana)

    assert (refusal.value.code, refusal.value.field) == ("bad_address", "cc")
    assert ticket.messages.count() == 1


def test_too_many_people_in_copy_are_refused(ticket, as_ana, settings):
    """B05: one message does not fan out without bound."""
    settings.MAX_PARTICIPANTS = 3

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, AddReply("Hello", cc=[f"v{i}@x.example" for i in range(4)]), by=as_ana)

    assert refusal.value.code == "too_many_participants"
    assert ticket.participants.count() == 0


@pytest.mark.parametrize("action", [AddReply("  \n"), AddNote("")])
def test_nothing_written_is_nothing_sent(ticket, as_ana, action):
    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, action, by=as_ana)

    assert (refusal.value.code, refusal.value.field) == ("empty", "body")
    assert ticket.messages.count() == 1


def test_a_reply_can_be_taken_back_until_it_may_leave(ticket, as_ana, settings):
    settings.UNDO_SEND_SECONDS = 10
    with time_machine.travel("2026-11-02T10:00:00Z", tick=False) as clock:
        does(ticket, AddReply("Oops"), by=as_ana)
        message = ticket.messages.last()
        clock.shift(9)
        assert does(ticket, WithdrawMessage(message.pk), by=as_ana) == [
            ("message_withdrawn", {"message": message.pk}),
            ("status_changed", {"from": "open", "to": "new", "reason": "withdrawn"}),
        ]
        assert ticket.excerpt == "It burns."
        assert ticket.waits_on_us

        does(ticket, AddReply("Better"), by=as_ana)
        late = ticket.messages.last()
        clock.shift(10)
        with pytest.raises(HelpdeskError) as refusal:
            does(ticket, WithdrawMessage(late.pk), by=as_ana)
    assert refusal.value.code == "too_late"
    late.refresh_from_db()
    assert late.withdrawn_at is None


def test_the_state_that_a_reply_set_is_taken_back_with_it(ticket, as_ana):
    does(ticket, SetStatus("open"), by=as_ana)
    perform(ticket.pk, SetStatus("solved"), AddReply("Done!"), by=as_ana, via="web")
    perform(ticket.pk, AddNote("Meanwhile"), by=as_ana, via="web")

    does(ticket, WithdrawMessage(ticket.messages.filter(public=True).last().pk), by=as_ana)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)
    assert ticket.waiting_since == ticket.messages.earliest("pk").created_at


def test_a_state_that_was_set_since_stays_when_the_reply_is_taken_back(ticket, as_ana, leo):
    perform(ticket.pk, SetStatus("solved"), AddReply("Done!"), by=as_ana, via="web")
    perform(ticket.pk, SetStatus("pending"), by=Actor.agent(leo), via="web")

    does(ticket, WithdrawMessage(ticket.messages.last().pk), by=as_ana)

    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_nobody_takes_back_another_ones_reply(ticket, as_ana, leo):
    """E13: undo belongs to the writer."""
    does(ticket, AddReply("Mine"), by=as_ana)

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, WithdrawMessage(ticket.messages.last().pk), by=Actor.agent(leo))

    assert refusal.value.code == "no_such_message"
    assert ticket.messages.last().withdrawn_at is None


def test_redacting_leaves_a_fact_without_the_words(ticket, leo, as_ana):
    message = ticket.messages.get()
    with pytest.raises(Denied):
        does(ticket, RedactMessage(message.pk), by=as_ana)

    seen = does(ticket, RedactMessage(message.pk), by=Actor.agent(leo))

    message.refresh_from_db()
    assert message.text == ""
    assert ticket.excerpt == ""
    assert seen == [("message_redacted", {"message": message.pk})]


def test_only_ones_own_uploads_can_be_sent(ticket, as_ana, ana, mia):
    """D07, D08: the handle of somebody else's upload is of no use."""
    own = keep_upload(b"a", name="a.txt", content_type="text/plain", uploaded_by=ana.pk)
    other = keep_upload(b"b", name="b.txt", content_type="text/plain", uploaded_by=mia.pk)

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, AddReply("See", attachments=[own.key, other.key]), by=as_ana)
    assert refusal.value.code == "no_such_upload"
    own.refresh_from_db()
    assert own.message is None

    seen = does(ticket, AddReply("See", attachments=[own.key]), by=as_ana)
    assert seen[0][1]["attachments"] == 1
    with pytest.raises(HelpdeskError):
        does(ticket, AddReply("Again", attachments=[own.key]), by=as_ana)
    assert len(own.key) >= 22


def test_assigning_names_both_people(ticket, ana, leo):
    does(ticket, AssignTo(ana.pk))

    assert does(ticket, AssignTo(leo.pk)) == [
        ("assignee_changed", {"from": {"id": ana.pk, "name": "Ana"}, "to": {"id": leo.pk, "name": "Leo"}})
    ]
    assert does(ticket, AssignTo(leo.pk)) == []
    assert does(ticket, AssignTo(None))[0][1]["to"] is None


def test_those_who_cannot_answer_cannot_be_assigned(ticket, lou, ana):
    ana.is_active = False
    ana.save()

    for pk in (lou.pk, ana.pk, 10**9):
        with pytest.raises(HelpdeskError) as refusal:
            does(ticket, AssignTo(pk))
        assert (refusal.value.code, refusal.value.field) == ("no_such_agent", "assignee")
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_moving_to_another_team_lets_go_of_who_is_not_in_it(ticket, ana, technical):
    does(ticket, AssignTo(ana.pk))

    seen = does(ticket, MoveToTeam(technical.pk))

    assert [kind for kind, _data in seen] == ["team_changed", "assignee_changed"]
    assert (ticket.team, ticket.assignee) == (technical, None)


def test_moving_to_a_team_of_the_assignee_keeps_them(ticket, technical, billing):
    both = make_agent("Bea", teams=[billing, technical])
    does(ticket, AssignTo(both.pk))

    assert [kind for kind, _data in does(ticket, MoveToTeam(technical.pk))] == ["team_changed"]
    assert ticket.assignee == both


def test_fields_change_with_from_and_to(ticket):
    assert does(ticket, SetPriority("urgent")) == [("priority_changed", {"from": "normal", "to": "urgent"})]
    assert does(ticket, SetType("incident")) == [("type_changed", {"from": "question", "to": "incident"})]
    assert does(ticket, SetLanguage("DA")) == [("language_changed", {"from": "", "to": "da"})]
    assert does(ticket, SetSubject(" Printer \n out ")) == [
        ("subject_changed", {"from": "Printer on fire", "to": "Printer out"})
    ]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (SetPriority("vital"), "bad_priority"),
        (SetType("x"), "bad_type"),
        (SetLanguage("x" * 11), "bad_language"),
        (SetSubject(" "), "empty_subject"),
        (SetSubject("x" * 251), "long_subject"),
        (SetRequester(10**9), "no_such_customer"),
        (SetField("nope", 1), "no_such_field"),
        (AddTag("no spaces? <b>"), "bad_tag"),
        (AddTag("x" * 51), "bad_tag"),
        (Follow(10**9), "no_such_agent"),
        (AddParticipant(10**9), "no_such_customer"),
        (Snooze("tomorrow"), "bad_time"),
        (Snooze("2026-01-01T10:00:00"), "bad_time"),
        (Snooze("2020-01-01T10:00:00Z"), "in_the_past"),
        (SetStatus("nonsense"), "bad_move"),
    ],
)
def test_nonsense_is_refused_with_a_code_and_changes_nothing(ticket, action, code):
    before = Event.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, action)

    assert refusal.value.code == code
    assert refusal.value.field
    assert Event.objects.count() == before


def test_another_requester_brings_their_organisation(ticket):
    bo = make_customer("Bo", "bo@beta.example")

    seen = does(ticket, SetRequester(bo.pk))

    assert seen[0][1]["to"] == {"id": bo.pk, "name": "Bo"}
    assert (ticket.requester, ticket.organization) == (bo, bo.organization)


def test_tags_are_normalised_and_hung_once(ticket):
    assert does(ticket, AddTag(" Late  Payment ")) == [("tag_added", {"tag": "late-payment"})]
    assert does(ticket, AddTag("late-payment")) == []
    assert does(ticket, RemoveTag("LATE-payment")) == [("tag_removed", {"tag": "late-payment"})]
    assert does(ticket, RemoveTag("late-payment")) == []


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", " Berlin ", "Berlin"),
        ("number", "12", 12),
        ("number", "12.5", 12.5),
        ("number", 3, 3),
        ("date", "2026-02-28", "2026-02-28"),
        ("choice", "red", "red"),
        ("checkbox", "on", True),
        ("checkbox", False, False),
    ],
)
def test_custom_fields_keep_typed_values(ticket, kind, given, kept):
    FieldDefinition.objects.create(key="extra", label="Extra", kind=kind, choices=["red", "blue"])

    seen = does(ticket, SetField("extra", given))

    assert seen == [("field_changed", {"key": "extra", "label": "Extra", "from": None, "to": kept})]
    assert ticket.custom == {"extra": kept}
    assert Ticket.objects.get(custom__extra=kept) == ticket
    assert does(ticket, SetField("extra", ""))[0][1]["to"] is None
    assert ticket.custom == {}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", "twelve"),
        ("number", "nan"),
        ("number", "1e400"),
        ("number", True),
        ("date", "2026-02-30"),
        ("choice", "green"),
        ("checkbox", "maybe"),
        ("text", "x" * 1001),
    ],
)
def test_custom_fields_refuse_other_types(ticket, kind, given):
    FieldDefinition.objects.create(key="extra", label="Extra", kind=kind, choices=["red"])

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, SetField("extra", given))

    assert (refusal.value.code, refusal.value.field) == ("bad_value", "custom_extra")
    ticket.refresh_from_db()
    assert ticket.custom == {}


def test_a_needed_field_stands_before_solving(ticket, as_ana):
    FieldDefinition.objects.create(key="cause", label="Cause", kind="text", required_to_solve=True)

    with pytest.raises(HelpdeskError) as refusal:
        does(ticket, SetStatus("solved"), by=as_ana)
    assert (refusal.value.code, refusal.value.field) == ("field_needed", "custom_cause")

    does(ticket, SetField("cause", "dust"), SetStatus("solved"), by=as_ana)
    assert ticket.status == "solved"


def test_following_is_for_oneself_or_by_those_who_assign(ticket, lou, ana, as_ana):
    assert does(ticket, Follow(lou.pk), by=Actor.agent(lou)) == [
        ("follower_added", {"agent": {"id": lou.pk, "name": "Lou"}})
    ]
    with pytest.raises(Denied):
        does(ticket, Follow(ana.pk), by=Actor.agent(lou))
    assert does(ticket, Unfollow(lou.pk), by=as_ana)[0][0] == "follower_removed"
    assert does(ticket, Unfollow(lou.pk), by=as_ana) == []


def test_participants_come_and_go(ticket, kim):
    bo = make_customer("Bo", "bo@beta.example")

    assert does(ticket, AddParticipant(bo.pk)) == [("participant_added", {"customer": {"id": bo.pk, "name": "Bo"}})]
    assert does(ticket, AddParticipant(kim.pk)) == []
    assert does(ticket, RemoveParticipant(bo.pk))[0][0] == "participant_removed"
    assert not ticket.participants.exists()


def test_a_snoozed_ticket_wakes_when_it_is_time(ticket, as_ana):
    with time_machine.travel("2026-11-02T10:00:00Z", tick=False) as clock:
        does(ticket, Snooze("2026-11-03T09:00:00+01:00"), by=as_ana)
        assert ticket.is_snoozed
        clock.move_to("2026-11-03T07:59:59Z")
        assert sweeps.wake_snoozed() == 0
        clock.move_to("2026-11-03T08:00:00Z")
        assert sweeps.wake_snoozed() == 1
        assert sweeps.wake_snoozed() == 0
    ticket.refresh_from_db()
    assert not ticket.is_snoozed
    assert Change.objects.latest("pk").actor_name == "snooze"


def test_a_snoozed_ticket_wakes_when_the_customer_writes_or_by_hand(ticket, kim, as_ana):
    does(ticket, Snooze("2099-01-01T00:00:00Z"), by=as_ana)
    assert says(ticket, kim)[1][0] == "woken"
    assert not ticket.is_snoozed

    does(ticket, Snooze("2099-01-01T00:00:00Z"), by=as_ana)
    assert does(ticket, Wake(), by=as_ana)[0][0] == "woken"
    assert does(ticket, Wake(), by=as_ana) == []


def test_a_solved_ticket_closes_by_itself_after_its_days(ticket, kim, settings):
    settings.AUTO_CLOSE_DAYS = 7
    with time_machine.travel("2026-11-02T10:00:00Z", tick=False) as clock:
        does(ticket, SetStatus("solved"))
        clock.shift(timedelta(days=7, seconds=-1))
        assert sweeps.close_solved() == 0
        clock.shift(1)
        assert sweeps.close_solved() == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.closed_at is not None) == ("closed", True)
    assert Change.objects.latest("pk").via == "schedule"


def test_no_days_means_that_nothing_closes_by_itself(ticket, settings):
    settings.AUTO_CLOSE_DAYS = 0
    does(ticket, SetStatus("solved"))
    Ticket.objects.update(solved_at=now() - timedelta(days=4000))

    assert sweeps.close_solved() == 0


def test_a_link_is_remembered_on_both_tickets(ticket, kim, as_ana, billing):
    other = make_ticket(kim, team=billing)

    link_tickets(ticket.pk, other.pk, "parent", by=as_ana, via="web")

    assert Event.objects.of_ticket(ticket.pk).last().data == {"ticket": other.pk, "kind": "parent"}
    assert Event.objects.of_ticket(other.pk).last().data == {
        "ticket": ticket.pk,
        "kind": "parent",
        "from_far_side": True,
    }
    assert list(Ticket.objects.linked_to(other.pk)) == [ticket]
    assert link_tickets(ticket.pk, other.pk, "parent", by=as_ana, via="web") is None
    with pytest.raises(HelpdeskError):
        link_tickets(other.pk, ticket.pk, "parent", by=as_ana, via="web")

    unlink_tickets(other.pk, ticket.pk, "parent", by=as_ana, via="web")
    assert not TicketLink.objects.exists()


def test_an_unseen_ticket_cannot_be_linked_and_is_not_hinted_at(ticket, kim, as_ana, technical):
    """E07: neither existence nor title leaks."""
    unseen = make_ticket(kim, team=technical, subject="canary")

    answers = []
    for pk in (unseen.pk, 10**9):
        with pytest.raises(HelpdeskError) as refusal:
            link_tickets(ticket.pk, pk, "related", by=as_ana, via="web")
        answers.append((refusal.value.code, str(refusal.value), refusal.value.status))

    assert answers[0] == answers[1]
    assert not TicketLink.objects.exists()


def test_every_action_survives_being_stored():
    examples = [
        SetStatus("open"),
        AddTag("x"),
        AssignTo(None),
        MoveToTeam(3),
        SetPriority("high"),
        AddNote("n"),
        AddReply("r", cc=["a@b.example"]),
        SetField("k", 1),
        Snooze("2099-01-01T00:00:00Z"),
        Wake(),
        Follow(1),
    ]

    for action in examples:
        again = load(action.dump())
        assert again.dump() == action.dump()
        assert type(again) is type(action)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"do": "fly"}, "unknown_action"),
        ({}, "unknown_action"),
        ({"do": "set_status", "status": "open", "force": True}, "bad_step"),
        ({"do": "set_status"}, "bad_step"),
    ],
)
def test_a_stored_step_that_makes_no_sense_is_refused_with_a_code(step, code):
    with pytest.raises(HelpdeskError) as refusal:
        load(step)

    assert refusal.value.code == code


def test_customers_can_write_and_nothing_else(ticket, as_kim):
    """E08, E09: a customer's actor holds one permission, whatever Action arrives with it."""
    from tickets.actions.base import REGISTRY

    allowed = {name for name, action in REGISTRY.items() if as_kim.can(action.permission)}

    assert allowed == {"add_customer_message"}
    with pytest.raises(Denied):
        does(ticket, AddNote("psst"), by=as_kim)
    assert ticket.messages.count() == 1


def test_a_customer_reaches_only_tickets_they_take_part_in(ticket, kim):
    bo = make_customer("Bo", "bo@beta.example")
    as_bo = Actor.customer(bo.pk, "Bo")
    assert not Ticket.objects.visible_to(as_bo).exists()

    does(ticket, AddParticipant(bo.pk))

    assert list(Ticket.objects.visible_to(as_bo)) == [ticket]
    assert says(ticket, bo)[0][0] == "message_added"


def test_visibility_by_role_and_team(kim, ana, leo, mia, otto, root, lou, billing, technical):
    ours, theirs, nobodys = (make_ticket(kim, team=team) for team in (billing, technical, None))
    assigned, followed = (make_ticket(kim, team=make_team(name)) for name in ("Sales", "Legal"))
    does(assigned, AssignTo(ana.pk))
    does(followed, Follow(ana.pk))

    def seen_by(agent):
        return set(Ticket.objects.visible_to(Actor.agent(agent)))

    assert seen_by(ana) == {ours, nobodys, assigned, followed}
    assert seen_by(lou) == seen_by(leo) == {ours, nobodys}
    assert seen_by(mia) == {theirs, nobodys}
    assert seen_by(otto) == seen_by(root) == {ours, theirs, nobodys, assigned, followed}


def test_a_setting_opens_all_tickets_to_agents(kim, ana, technical, settings):
    theirs = make_ticket(kim, team=technical)
    assert theirs not in Ticket.objects.visible_to(Actor.agent(ana))

    settings.AGENTS_SEE_ALL = True

    assert theirs in Ticket.objects.visible_to(Actor.agent(ana))


def test_internal_notes_never_reach_a_customer(ticket, as_ana, as_kim):
    """E08: excluded in the queryset, not in a template."""
    does(ticket, AddNote("canary-note"), by=as_ana)

    assert [m.text for m in Message.objects.filter(ticket=ticket).visible_to(as_kim)] == ["It burns."]


def test_a_ticket_can_be_opened_with_its_first_words(kim, as_ana, ana):
    ticket, change = open_ticket(
        "  Call\r\nback ", kim, AddReply("We will call"), AssignTo(ana.pk), by=as_ana, via="web", channel="phone"
    )

    ticket.refresh_from_db()
    assert (ticket.subject, ticket.status, ticket.assignee) == ("Call back", "open", ana)
    assert [e.kind for e in change.events.order_by("pk")] == [
        "opened",
        "message_added",
        "status_changed",
        "assignee_changed",
    ]


def test_a_light_agent_opens_nothing(kim, lou):
    with pytest.raises(Denied):
        open_ticket("x", kim, by=Actor.agent(lou), via="web", channel="web")

    assert not Ticket.objects.exists()


def test_roles_of_the_field_are_all_in_the_table():
    from agents.permissions import ROLE_PERMISSIONS

    assert set(ROLE_PERMISSIONS) == set(Role.values)
