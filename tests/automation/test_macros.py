"""Macros: one gesture that does and says what was kept; whose they are; and what becomes of broken ones."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from agents.audit import phrase
from agents.records import AgentAudit
from agents.teams import archive_team
from automation.macros.foretelling import foretell
from automation.macros.house import House
from automation.macros.keeping import copy_macro, move_macro, remove_macro, save_macro, troubles
from automation.macros.model import Macro
from automation.macros.verbs import ApplyMacro, visible_macro
from automation.macros.vocabulary import VERBS, row_of, said, step_of
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible, Stale
from tests.factories import make_team
from tickets.actions import SetField, SetStatus
from tickets.actions.base import REGISTRY
from tickets.models import BulkJob, Change, Event, FieldDefinition, Message, Tag, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

KNOWN_AS = {
    "name": "Refund approved",
    "description": "",
    "body": "Dear {{ requester.first_name }}, the money for #{{ ticket.number }} is on its way.",
    "kind": "reply",
    "active": True,
    "shared": False,
    "team_id": None,
    "steps": [
        {"do": "set_status", "status": "pending"},
        {"do": "add_tag", "tag": "Refund"},
        {"do": "take"},
    ],
}


def facts(ticket):
    change = Change.objects.filter(ticket=ticket).latest("pk")
    return change, [(event.kind, event.data) for event in change.events.order_by("pk")]


def test_a_macro_does_and_says_everything_as_one_change_of_whoever_applies_it(ticket, ana, as_ana):
    macro = save_macro(as_ana, KNOWN_AS)
    assert macro.steps[1] == {"do": "add_tag", "tag": "refund"}

    perform(ticket.pk, ApplyMacro(macro.pk, version=1), by=as_ana, via="macro")

    change, told = facts(ticket)
    assert (change.via, change.actor_name) == ("macro", "Ana")
    assert told[0] == ("macro_applied", {"macro": {"id": macro.pk, "name": "Refund approved"}})
    assert [kind for kind, _data in told[1:]] == ["status_changed", "tag_added", "assignee_changed", "message_added"]
    message = Message.objects.get(pk=told[-1][1]["message"])
    assert (message.text, message.public) == (f"Dear Kim, the money for #{ticket.pk} is on its way.", True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee_id) == ("pending", ana.pk)


def test_what_is_so_already_leaves_no_trace_unless_words_came_with_it(ticket, as_ana):
    macro = save_macro(as_ana, {**KNOWN_AS, "body": "", "steps": [{"do": "set_priority", "priority": "normal"}]})
    before = Change.objects.count()

    assert perform(ticket.pk, ApplyMacro(macro.pk), by=as_ana, via="macro") is None
    assert Change.objects.count() == before

    spoken = save_macro(as_ana, {**KNOWN_AS, "steps": []})
    perform(ticket.pk, ApplyMacro(spoken.pk, words=False), by=as_ana, via="macro")
    assert [kind for kind, _data in facts(ticket)[1]] == ["macro_applied"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"do": "set_status", "status": "closed"}, "bad_step"),
        ({"do": "set_status"}, "bad_step"),
        ({"do": "set_status", "status": 7}, "bad_step"),
        ({"do": "assign_to", "agent_id": True}, "bad_step"),
        ({"do": "assign_to", "agent_id": 10**9}, "bad_step"),
        ({"do": "move_to_team", "team_id": 10**9}, "bad_step"),
        ({"do": "add_tag", "tag": "<b>"}, "bad_step"),
        ({"do": "set_field", "key": "nothing", "value": "1"}, "bad_step"),
        ({"do": "snooze_for", "days": 0}, "bad_step"),
        ({"do": "redact_message", "message_id": 1}, "unknown_action"),
        ({"do": "apply_macro", "macro_id": 1}, "unknown_action"),
        ({"do": ["take"]}, "unknown_action"),
        ({}, "unknown_action"),
    ],
)
def test_a_step_that_nobody_could_do_is_refused_where_it_stands(step, code, as_ana):
    with pytest.raises(HelpdeskError) as refusal:
        save_macro(as_ana, {**KNOWN_AS, "steps": [{"do": "take"}, step]})

    assert refusal.value.code == code
    assert refusal.value.field is not None
    assert refusal.value.field.startswith("steps.1")
    assert not Macro.objects.exists()


def test_steps_go_through_the_form_and_come_back_as_they_were(billing, ana):
    FieldDefinition.objects.create(key="order", label="Order", kind="number")
    FieldDefinition.objects.create(key="paid", label="Paid", kind="checkbox")
    house = House.read()
    known = house.kinds
    assert house.kinds is known  # made once for a page of thousands of steps
    steps = [
        {"do": "assign_to", "agent_id": None},
        {"do": "assign_to", "agent_id": ana.pk},
        {"do": "move_to_team", "team_id": billing.pk},
        {"do": "set_field", "key": "order", "value": 7},
        {"do": "set_field", "key": "order", "value": 1},
        {"do": "set_field", "key": "order", "value": 0},
        {"do": "set_field", "key": "order", "value": None},
        {"do": "set_field", "key": "paid", "value": True},
        {"do": "set_field", "key": "paid", "value": False},
        {"do": "snooze_for", "days": 3},
        {"do": "wake"},
    ]

    again = [step_of(known[row_of(step)[0]], row_of(step)[1]) for step in steps]

    assert again[:3] == steps[:3]
    assert [step["value"] for step in again[3:9]] == ["7", "1", "0", "", "on", "off"]
    assert again[9:] == steps[9:]
    assert [said(step, house) for step in steps] == [
        "Assign to an agent: Nobody",
        "Assign to an agent: Ana",
        "Move to a team: Billing",
        "Order: 7",
        "Order: 1",
        "Order: 0",
        "Order: Empty",
        "Paid: Yes",
        "Paid: No",
        "Snooze for 3 days",
        "Wake now",
    ]
    assert set(VERBS) <= set(REGISTRY)


def test_the_preview_tells_from_and_to_and_what_is_refused_and_changes_nothing(ticket, ana, as_ana):
    field = FieldDefinition.objects.create(key="reason", label="Reason", kind="text", required_to_solve=True)
    steps = [
        {"do": "set_priority", "priority": "high"},
        {"do": "set_status", "status": "solved"},
        {"do": "add_tag", "tag": "refund"},
        {"do": "set_type", "type": "question"},
    ]
    macro = save_macro(as_ana, {**KNOWN_AS, "body": "Hello {{ requester.first_name }} {{ my.sum }}", "steps": steps})
    before = (Change.objects.count(), Event.objects.count())

    told = foretell(macro, ticket, ana, as_ana)

    assert [(line.what, line.before, line.after, line.refused, line.changes) for line in told.lines] == [
        ("Priority", "Normal", "High", "", True),
        ("State: Solved", "", "", "Fill in “Reason” before solving.", True),
        ("New tag", "", "refund", "", True),
        ("Type: Question", "", "", "", False),
    ]
    assert told.is_refused
    assert (told.words.text, told.words.unknown) == ("Hello Kim {{ my.sum }}", ("my.sum",))
    assert (Change.objects.count(), Event.objects.count()) == before
    assert not Tag.objects.exists()
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.priority_slug, fresh.status, fresh.version) == ("normal", "new", 1)

    perform(ticket.pk, SetField(field.key, "broken"), by=as_ana, via="web")
    assert not foretell(macro, ticket, ana, as_ana).is_refused


def test_a_refused_step_leaves_nothing_of_the_macro(ticket, as_ana):
    perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
    perform(ticket.pk, SetStatus("closed"), by=Actor.system("test"), via="test")
    macro = save_macro(as_ana, {**KNOWN_AS, "steps": [{"do": "add_tag", "tag": "x"}]})
    before = Change.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        perform(ticket.pk, ApplyMacro(macro.pk), by=as_ana, via="macro")

    assert refusal.value.code == "ticket_closed"
    assert Change.objects.count() == before
    assert not ticket.tags.exists()


def test_steps_run_with_the_rights_of_who_applies_them_never_of_who_wrote_them(ticket, lou, leo):
    """E14: a supervisor's macro gives a light agent no right."""
    by_leo = Actor.agent(leo)
    shared = save_macro(by_leo, {**KNOWN_AS, "shared": True})
    before = Change.objects.count()

    with pytest.raises(Denied):
        perform(ticket.pk, ApplyMacro(shared.pk), by=Actor.agent(lou), via="macro")
    assert Change.objects.count() == before

    by_lou = Actor.agent(lou)
    note = save_macro(by_lou, {**KNOWN_AS, "kind": "note", "body": "Seen by {{ agent.first_name }}.", "steps": []})
    perform(ticket.pk, ApplyMacro(note.pk), by=by_lou, via="macro")
    assert Message.objects.filter(ticket=ticket).latest("pk").text == "Seen by Lou."
    with pytest.raises(Denied):
        save_macro(by_lou, KNOWN_AS)


def test_a_macro_of_others_is_absent_and_a_shared_one_is_changed_by_supervisors(ticket, ana, leo, mia, otto, billing):
    """E14: personal ones are their owner's; a team's are for the team; for everybody means everybody."""
    as_ana, as_leo, as_mia, as_otto = (Actor.agent(one) for one in (ana, leo, mia, otto))
    own = save_macro(as_ana, KNOWN_AS)
    teams = save_macro(as_leo, {**KNOWN_AS, "shared": True, "team_id": billing.pk})
    alls = save_macro(as_leo, {**KNOWN_AS, "shared": True})
    other = make_team("Sales")

    def seen(actor):
        return set(Macro.objects.visible_to(actor).values_list("pk", flat=True))

    assert seen(as_ana) == {own.pk, teams.pk, alls.pk}
    assert seen(as_leo) == {teams.pk, alls.pk}
    assert seen(as_mia) == {alls.pk}
    assert seen(as_otto) == {teams.pk, alls.pk}
    assert seen(Actor.customer(1, "Kim")) == set()
    for hidden in (lambda: visible_macro(own.pk, as_leo), lambda: copy_macro(teams.pk, as_mia)):
        with pytest.raises(NotVisible):
            hidden()
    with pytest.raises(NotVisible):
        perform(ticket.pk, ApplyMacro(own.pk), by=as_leo, via="api")
    for denied in (lambda: remove_macro(teams.pk, as_ana), lambda: save_macro(as_ana, {**KNOWN_AS, "shared": True})):
        with pytest.raises(Denied):
            denied()
    with pytest.raises(HelpdeskError) as refusal:
        save_macro(as_leo, {**KNOWN_AS, "shared": True, "team_id": other.pk})
    assert (refusal.value.code, refusal.value.field) == ("no_such_team", "team_id")

    copied = copy_macro(teams.pk, as_ana)
    assert (copied.name, copied.owner_id, copied.team_id, copied.steps) == (
        "Copy of Refund approved",
        ana.pk,
        None,
        teams.steps,
    )
    move_macro(copied.pk, as_ana, -1)
    assert list(Macro.objects.filter(owner=ana).in_order().values_list("pk", flat=True)) == [copied.pk, own.pk]


def test_a_macro_that_was_changed_or_switched_off_meanwhile_is_refused(ticket, as_ana):
    macro = save_macro(as_ana, KNOWN_AS)
    save_macro(as_ana, {**KNOWN_AS, "name": "Refund"}, macro.pk)

    with pytest.raises(HelpdeskError) as stale:
        perform(ticket.pk, ApplyMacro(macro.pk, version=1), by=as_ana, via="macro")
    save_macro(as_ana, {**KNOWN_AS, "active": False}, macro.pk)
    with pytest.raises(HelpdeskError) as off:
        perform(ticket.pk, ApplyMacro(macro.pk), by=as_ana, via="macro")

    assert (stale.value.code, off.value.code) == ("macro_changed", "macro_off")
    assert not ticket.tags.exists()


def test_of_two_who_save_one_macro_the_later_is_told_and_one_that_is_gone_stays_gone(client, leo, as_ana):
    """Each save is a version of its own, so that nobody applies what they did not look at."""
    as_leo = Actor.agent(leo)
    macro = save_macro(as_leo, {**KNOWN_AS, "shared": True})
    address, shared = f"/settings/macros/{macro.pk}/", {**KNOWN_AS, "shared": True}
    sent = {"name": "Mine", "description": "", "team": "all", "body": "As I wrote it", "kind": "reply", "active": "on"}
    client.force_login(leo)
    assert '<input type="hidden" name="version" value="1"' in client.get(address).content.decode()

    assert save_macro(as_leo, {**shared, "name": "A colleague's"}, macro.pk, version=1).version == 2
    with pytest.raises(Stale) as late:
        save_macro(as_leo, {**shared, "name": "Late"}, macro.pk, version=1)
    assert late.value.code == "macro_changed"
    added = client.post(address, {**sent, "version": "1", "new": "take", "add": "1"}).content.decode()
    assert '<input type="hidden" name="version" value="1"' in added
    rows = {"what-0": "add_tag", "value-0": "mine"}
    for behind in ({"version": "1"}, {}):
        refused = client.post(address, {**sent, **rows, **behind})
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "This macro was changed meanwhile; look at it again." in page
        for kept in ('value="Mine"', "As I wrote it", 'value="mine"', '<input type="hidden" name="version" value="2"'):
            assert kept in page
    now = Macro.objects.get()
    assert (now.name, now.version) == ("A colleague's", 2)
    assert client.post(address, {**sent, **rows, "version": "2"}).status_code == 302
    now = Macro.objects.get()
    assert (now.name, now.version, now.steps) == ("Mine", 3, [{"do": "add_tag", "tag": "mine"}])

    with pytest.raises(Denied):
        save_macro(as_ana, KNOWN_AS, macro.pk)
    remove_macro(macro.pk, as_leo)
    with pytest.raises(NotVisible):
        save_macro(as_leo, shared, macro.pk, version=3)
    assert not Macro.objects.exists()


def test_a_broken_macro_says_why(leo, as_ana, billing, root):
    sales = make_team("Sales")
    FieldDefinition.objects.create(key="order", label="Order", kind="text")
    steps = [{"do": "move_to_team", "team_id": sales.pk}, {"do": "set_field", "key": "order", "value": "7"}]
    macro = save_macro(as_ana, {**KNOWN_AS, "steps": [*steps, {"do": "assign_to", "agent_id": leo.pk}]})
    assert troubles([macro], House.read()) == {}

    archive_team(sales.pk, by=Actor.agent(root))
    FieldDefinition.objects.update(active=False)
    leo.is_active = False
    leo.save()
    macro.steps.append({"do": "juggle"})

    assert troubles([macro], House.read()) == {
        macro.pk: [
            "The team Sales is archived.",
            "The field Order is gone.",
            "Leo cannot be given tickets any more.",
            "Nobody knows this step any more.",
        ]
    }


def test_a_reply_takes_the_macro_with_it_and_a_chosen_state_counts_instead_of_its_own(client, ticket, ana, as_ana):
    macro = save_macro(as_ana, KNOWN_AS)
    client.force_login(ana)
    sent = {"kind": "reply", "body": "As I wrote it", "to": "kim@alpha.example", "macro": f"{macro.pk}:1"}

    assert client.post(f"/tickets/{ticket.pk}/replies/", {**sent, "status": "solved"}).status_code == 302

    change, told = facts(ticket)
    assert change.via == "macro"
    assert [kind for kind, _data in told] == [
        "macro_applied",
        "tag_added",
        "assignee_changed",
        "status_changed",
        "message_added",
    ]
    assert Ticket.objects.get(pk=ticket.pk).status == "solved"
    assert Message.objects.latest("pk").text == "As I wrote it"
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "applied the macro “Refund approved”" in page

    client.post(f"/tickets/{ticket.pk}/draft/", sent)
    draft = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'value="{macro.pk}:1" checked' in draft
    assert f'hx-get="/tickets/{ticket.pk}/macros/{macro.pk}/?chosen=1"' in draft
    before = Change.objects.count()
    later = client.post(f"/tickets/{ticket.pk}/replies/", {**sent, "later": "tomorrow"})
    assert later.status_code == 422
    assert f'value="{macro.pk}:1" checked' in later.content.decode()
    for wrong in ("x", "7", f"{macro.pk}:9", f"{macro.pk}:1:1"):
        assert client.post(f"/tickets/{ticket.pk}/replies/", {**sent, "macro": wrong}).status_code in (404, 422)
    assert Change.objects.count() == before


def test_on_the_page_of_a_ticket_it_is_chosen_looked_at_and_applied(client, ticket, ana, as_ana, mia):
    """C10: what is written in a name is shown, never run. E14: to others it is not there."""
    hostile = "<script>alert(1)</script>"
    macro = save_macro(as_ana, {**KNOWN_AS, "name": hostile, "body": ""})
    client.force_login(ana)

    menu = client.get(f"/tickets/{ticket.pk}/macros/", headers={"HX-Request": "true"}).content.decode()
    piece = client.get(f"/tickets/{ticket.pk}/macros/{macro.pk}/", headers={"HX-Request": "true"}).content.decode()
    whole = client.get(f"/tickets/{ticket.pk}/macros/{macro.pk}/").content.decode()

    for html in (menu, piece, whole):
        assert hostile not in html
        assert "&lt;script&gt;" in html
    assert "<del>New</del>" in piece
    assert "<ins>Pending</ins>" in piece
    assert Ticket.objects.get(pk=ticket.pk).status == "new"
    sent = {"macro": f"{macro.pk}:1", "gesture": "once"}
    for _press in range(2):
        assert client.post(f"/tickets/{ticket.pk}/macros/{macro.pk}/", sent).status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).status == "pending"
    assert Change.objects.filter(ticket=ticket, via="macro").count() == 1
    assert hostile not in client.get("/settings/macros/").content.decode()
    leads_here = f'data-href="/tickets/{ticket.pk}/macros/{macro.pk}/"'
    assert leads_here in client.get("/palette/", {"q": "script", "ticket": ticket.pk}).content.decode()
    client.force_login(mia)
    assert leads_here not in client.get("/palette/", {"q": "script", "ticket": ticket.pk}).content.decode()
    assert client.get(f"/tickets/{ticket.pk}/macros/{macro.pk}/").status_code == 404
    assert client.get(f"/settings/macros/{macro.pk}/").status_code == 404


def test_steps_are_added_and_removed_without_a_script_and_mistakes_stand_at_their_step(client, ana):
    client.force_login(ana)
    form = {"name": "Refund", "description": "", "team": "mine", "body": "", "kind": "reply", "active": "on"}

    added = client.post("/settings/macros/new/", {**form, "new": "add_tag", "add": "1"})
    assert (added.status_code, Macro.objects.count()) == (200, 0)
    assert 'name="what-0" value="add_tag"' in added.content.decode()
    assert 'value="Refund"' in added.content.decode()
    rows = {"what-0": "add_tag", "value-0": "<b>", "what-1": "take", "value-1": ""}
    wrong = client.post("/settings/macros/new/", {**form, **rows})
    assert (wrong.status_code, Macro.objects.count()) == (422, 0)
    assert 'id="wrong-0"' in wrong.content.decode()
    fewer = client.post("/settings/macros/new/", {**form, **rows, "remove": "0"}).content.decode()
    assert 'name="what-0" value="take"' in fewer
    assert "what-1" not in fewer
    assert client.post("/settings/macros/new/", {**form, **rows, "owner": "1"}).status_code == 400
    assert client.post("/settings/macros/new/", {**form, "team": "{{7*7}}", "add": "1"}).status_code == 200
    assert client.post("/settings/macros/new/", {**form, **rows, "value-0": "refund"}).status_code == 302
    macro = Macro.objects.get()
    assert (macro.steps, macro.owner_id) == ([{"do": "add_tag", "tag": "refund"}, {"do": "take"}], ana.pk)
    assert (
        client.post(f"/settings/macros/{macro.pk}/", {**form, "version": "1", "what-0": "set_field:gone"}).status_code
        == 422
    )
    assert "refund" in client.get("/settings/macros/").content.decode()
    assert client.post(f"/settings/macros/{macro.pk}/delete/").status_code == 302
    assert not Macro.objects.exists()


def test_many_tickets_get_it_at_once_and_give_it_back_and_words_wait_for_a_yes(client, ticket, ana, as_ana):
    moves = save_macro(as_ana, {**KNOWN_AS, "body": ""})
    speaks = save_macro(as_ana, KNOWN_AS)
    client.force_login(ana)

    done = client.post("/tickets/bulk/macros/", {"ticket": ticket.pk, "macro": moves.pk})
    assert done.status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).status == "pending"
    job = BulkJob.objects.get()
    assert "Macro: Refund approved" in client.get(f"/tickets/bulk/{job.pk}/").content.decode()
    client.post(f"/tickets/bulk/{job.pk}/undo/")
    back = Ticket.objects.get(pk=ticket.pk)
    assert (back.status, back.assignee_id, back.tags.count()) == ("open", None, 0)

    looked = client.post("/tickets/bulk/macros/", {"ticket": ticket.pk, "macro": speaks.pk}, follow=True)
    page, (address, _status) = looked.content.decode(), looked.redirect_chain[0]
    assert f"Dear Kim, the money for #{ticket.pk}" in page
    told = {"macro": speaks.pk, "version": speaks.version}
    assert client.post(address, told).status_code == 422
    assert client.post(address, {**told, "version": 9, "sure": "1"}).status_code == 422
    assert not Message.objects.filter(ticket=ticket, agent=ana).exists()
    assert client.post(address, {**told, "sure": "1"}).status_code == 302
    assert Message.objects.get(ticket=ticket, agent=ana).text.startswith("Dear Kim, the money")
    spoken = client.get(f"/tickets/bulk/{BulkJob.objects.latest('pk').pk}/").content.decode()
    assert 'data-key="z"' not in spoken


def test_the_audit_log_tells_of_macros_that_others_apply_and_of_no_others(ana, leo):
    as_ana, as_leo = Actor.agent(ana), Actor.agent(leo)
    own = [save_macro(as_ana, KNOWN_AS) for _each in range(2)]
    move_macro(own[0].pk, as_ana, 1)
    remove_macro(own[0].pk, as_ana)
    shared = {**KNOWN_AS, "shared": True}
    macro = save_macro(as_leo, shared)
    copy_macro(macro.pk, as_ana)
    other = save_macro(as_leo, {**shared, "name": "Other"})
    for known_as in (shared, {**shared, "steps": [], "active": False}):
        save_macro(as_leo, known_as, macro.pk)
    move_macro(other.pk, as_leo, -1)
    move_macro(other.pk, as_leo, -1)  # it is first already
    with pytest.raises(Denied):
        remove_macro(macro.pk, as_ana)
    remove_macro(macro.pk, as_leo)

    assert [phrase(entry) for entry in AgentAudit.objects.order_by("pk")] == [
        "Leo made the shared macro Refund approved",
        "Leo made the shared macro Other",
        "Leo changed the shared macro Refund approved: steps, in use or not",
        "Leo put the shared macros into another order",
        "Leo deleted the shared macro Refund approved",
    ]
