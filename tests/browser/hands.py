"""A process beside the running product that makes what a test starts from, and tells what was stored.

It reads one JSON list [name, arguments] a line and answers each with one JSON line. One process for the whole run,
because starting Django anew for every ticket would cost seconds each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.utils.timezone import localdate, now  # noqa: E402

from agents.actors import Actor  # noqa: E402
from agents.links import make_link  # noqa: E402
from agents.models import Agent, Team  # noqa: E402
from automation.models import Macro  # noqa: E402
from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail  # noqa: E402
from channels.signing import reply_address  # noqa: E402
from customers.models import Customer, Organization  # noqa: E402
from notifications.reading import mark_read  # noqa: E402
from sla.actions import Escalate, SetBreachCause  # noqa: E402
from sla.models import (  # noqa: E402
    Calendar,
    CalendarVersion,
    SlaClock,
    SlaPolicy,
    SlaPolicyVersion,
    SlaRevision,
    SlaRevisionBatch,
)
from sla.policies import proposal_of  # noqa: E402
from surveys.models import Survey  # noqa: E402
from surveys.tokens import make_token  # noqa: E402
from tests.browser import people  # noqa: E402
from tests.factories import make_agent, make_customer, make_ticket  # noqa: E402
from tests.sla.making import make_policy  # noqa: E402
from tickets.actions import AddCustomerMessage, AddNote, AddReply, AddTag, AssignTo, MoveToTeam, SetStatus, Snooze  # noqa: E402
from tickets.attachments import keep_upload  # noqa: E402
from tickets.models import BulkItem, BulkJob, CannedText, Draft, Event, FieldDefinition, Ticket  # noqa: E402
from tickets.opening import open_ticket as open_the_ticket  # noqa: E402
from tickets.perform import perform  # noqa: E402
from tickets.saved_views import save_view  # noqa: E402

ORDERS: dict[str, Callable[..., Any]] = {}


def order(function: Callable[..., Any]) -> Callable[..., Any]:
    ORDERS[function.__name__] = function
    return function


@order
def prepare() -> None:
    people.move_in()


@order
def open_ticket(
    subject: str,
    text: str = "It burns.",
    name: str = "Kim Jensen",
    email: str = "kim@alpha.example",
    team: str | None = "Support",
) -> int:
    """A ticket that a customer opened, in a team; its number."""
    where = Team.objects.get(name=team) if team else None
    return make_ticket(make_customer(name, email), subject=subject, text=text, team=where).pk


@order
def run_out(subject: str, seconds: int) -> int:
    """A ticket in Support whose first answer is due in so many seconds, and whose policy asks the team when it is late.

    Targets are whole minutes: it was opened as long ago as is left of the last. Fewer than none: it is late already.
    """
    minutes = max(1, -(-seconds // 60))
    kim = make_customer("Run Out", f"{uuid4().hex[:8]}@runs-out.example")
    support = Team.objects.get(name="Support")
    asks = {"metric": "first_response", "at": "0", "do": [], "notify": ["role:supervisor"], "escalate": True}
    make_policy(
        f"Of {subject}",
        conditions=[{"requester": [str(kim.pk)]}],
        position=0,
        first_response=minutes,
        ladder=[{**asks, "to": {"team": support.pk}, "ack_minutes": 30}],
    )
    words = AddCustomerMessage(kim.pk, kim.display_name, "It burns.", from_address=kim.email)
    opened = now() - timedelta(seconds=60 * minutes - seconds)
    by = Actor.customer(kim.pk, kim.display_name).importing()
    ticket, _change = open_the_ticket(
        subject, kim, words, by=by, via="email", channel="email", team_id=support.pk, at=opened
    )
    return ticket.pk


@order
def escalate(ticket: int, agent: str, text: str) -> None:
    """An agent asks somebody above to look at a ticket."""
    by = Actor.agent(Agent.objects.get(name__startswith=agent))
    perform(ticket, Escalate("customer_upset", text), by=by, via="web")


@order
def act(ticket: int, agent: str, **changes: Any) -> None:
    """What an agent did to a ticket: note=, reply=, status=, tags=, assignee=, file=[name, text]."""
    who = Agent.objects.get(name__startswith=agent)
    kept = []
    if "file" in changes:
        name, text = changes["file"]
        kind = "image/png" if name.endswith(".png") else "text/plain"
        data = PIXEL if name.endswith(".png") else text.encode()
        kept = [keep_upload(data, name=name, content_type=kind, uploaded_by=who.pk).key]
    actions: list[Any] = [AddTag(tag) for tag in changes.get("tags", [])]
    if "assignee" in changes:
        actions.append(AssignTo(Agent.objects.get(name__startswith=changes["assignee"]).pk))
    if "note" in changes:
        actions.append(AddNote(changes["note"], attachments=kept))
    if "reply" in changes:
        actions.append(AddReply(changes["reply"], attachments=kept))
    if "status" in changes:
        actions.append(SetStatus(changes["status"]))
    by = Actor.system("auto-close") if changes.get("status") == "closed" else Actor.agent(who)
    perform(ticket, *actions, by=by, via="schedule" if by.kind == "system" else "web")


@order
def read_all(agent: str) -> int:
    """Somebody has read all news; how many there were."""
    return mark_read(Actor.agent(Agent.objects.get(name__startswith=agent)))


@order
def move(ticket: int, agent: str, team: str) -> None:
    """An agent puts a ticket into another team's queue."""
    by = Actor.agent(Agent.objects.get(name__startswith=agent))
    perform(ticket, MoveToTeam(Team.objects.get(name=team).pk), by=by, via="web")


@order
def nap(ticket: int, agent: str, seconds: float) -> None:
    """An agent snoozes a ticket for less than the page offers."""
    by = Actor.agent(Agent.objects.get(name__startswith=agent))
    perform(ticket, Snooze((now() + timedelta(seconds=seconds)).isoformat()), by=by, via="web")


@order
def facts(ticket: int) -> dict[str, Any]:
    """What the database holds of a ticket."""
    row = Ticket.objects.select_related("assignee", "team").get(pk=ticket)
    return {
        "status": row.status,
        "assignee": row.assignee.name if row.assignee else None,
        "team": row.team.name if row.team else None,
        "priority": row.priority_slug,
        "messages": [
            {"text": m.text, "public": m.public, "by": m.author_name, "files": [a.name for a in m.attachments.all()]}
            for m in row.messages.filter(withdrawn_at=None).order_by("pk")
        ],
        "outgoing": list(OutboundEmail.objects.filter(ticket_id=ticket).values_list("state", flat=True)),
    }


@order
def canned(title: str, shortcut: str, body: str) -> None:
    """A text that everybody may use."""
    CannedText.objects.create(title=title, shortcut=shortcut, body=body)


@order
def macro(name: str, steps: list[dict[str, Any]], body: str) -> None:
    """A macro that everybody may use."""
    Macro.objects.create(name=name, steps=steps, body=body)


@order
def draft_files(ticket: int) -> list[str] | None:
    """The files of the draft that somebody has on this ticket; None when there is no draft."""
    draft = Draft.objects.filter(ticket_id=ticket).first()
    return [file.name for file in draft.attachments.all()] if draft else None


@order
def ticket_of(header_id: str) -> int | None:
    """The ticket that a mail became or joined; None while it is on its way."""
    return InboundMessage.objects.filter(header_id=header_id).values_list("ticket_id", flat=True).first()


@order
def state_of(header_id: str) -> list[Any] | None:
    row = InboundMessage.objects.filter(header_id=header_id).values_list("pk", "state").first()
    return list(row) if row else None


@order
def hire(name: str) -> str:
    """One more agent of Support, for a test that changes how somebody signs in; the address."""
    return make_agent(name, teams=[Team.objects.get(name="Support")]).email


@order
def password_link(agent: str) -> str:
    """The link by which somebody chooses a new password."""
    return make_link(Agent.objects.get(name__startswith=agent), "reset")


@order
def survey_link(ticket: int) -> str:
    """The path behind the link of a survey about this ticket, as its requester got it."""
    row = Ticket.objects.get(pk=ticket)
    given = {"customer_id": row.requester_id, "solved_at": now(), "sent_at": now(), "handed_at": now()}
    solve = row.changes.latest("pk")
    survey = Survey.objects.create(ticket=row, solve=solve, sequence=1, state="sent", style="faces", **given)
    return f"/feedback/{make_token(survey)}/"


@order
def outgoing(ticket: int) -> list[str]:
    """The state of every mail that this ticket sends."""
    return list(OutboundEmail.objects.filter(ticket_id=ticket).values_list("state", flat=True))


@order
def reply_to(ticket: int) -> str:
    """The signed address by which a mail reaches this ticket."""
    return reply_address(Mailbox.objects.get(name="Support"), ticket)


@order
def scene() -> dict[str, int]:
    """Rows for the pages that list something: an organisation with people, fields of every kind, an odd one out."""
    organisation = Organization.objects.create(name="Alpha Print & Paper")
    for number in range(1, 4):
        customer = make_customer(f"Person {number}", f"person{number}@alpha-print.example")
        Customer.objects.filter(pk=customer.pk).update(organization=organisation)
    for place, kind in enumerate(FieldDefinition.Kind.values):
        choices = ["Blue", "Red"] if kind == "choice" else []
        FieldDefinition.objects.create(key=f"a-{kind}", label=f"A {kind}", kind=kind, choices=choices, position=place)
    return {
        "organization": organisation.pk,
        "customer": Customer.objects.get(organization=organisation, name="Person 1").pk,
        "twin": make_customer("Person One", "person1@home.example").pk,
        "team": Team.objects.get(name="Support").pk,
        "agent": Agent.objects.get(name="Sam Other").pk,
        "mailbox": Mailbox.objects.get(name="Support").pk,
        "field": FieldDefinition.objects.get(key="a-choice").pk,
        "view": _view(),
        "calendar": _calendar(),
        **_promises(),
        "chat": _chat(),
        **_webhook(),
        **_service(),
        "canned": CannedText.objects.create(title="To all", shortcut="all", body="Dear {{ requester.name }},").pk,
        "macro": _macro(),
        "local": LocalMail.objects.create(subject="A mail that stayed", raw=LETTER).pk,
        **_jobs(),
        **_reports(),
        **_supervision(),
    }


def _macro() -> int:
    """One that does and says something, with a step that is broken."""
    lost = {"do": "set_field", "key": "gone", "value": "1"}
    steps = [{"do": "set_priority", "priority": "high"}, {"do": "add_tag", "tag": "refund"}, lost]
    macro: int = Macro.objects.create(name="Refund approved", steps=steps, body="Dear {{ requester.name }},").pk
    return macro


def _service() -> dict[str, int]:
    from agents.integrations import make_service

    by = Actor.agent(Agent.objects.filter(role="admin").earliest("pk"))
    return {"service": make_service(by, name="Web form", role="agent", teams=[], files_for_customers=True).pk}


def _webhook() -> dict[str, int]:
    """A webhook with a delivery that failed once and arrived, and a test that was refused."""
    from helpdesk.lib import vault
    from webhooks import administration, signing
    from webhooks.models import Webhook, WebhookAttempt, WebhookDelivery

    owner = Agent.objects.filter(role="admin").earliest("pk")
    secret = vault.encrypt(signing.PURPOSE, signing.new_secret())
    # Nobody is told anything: it is off.
    off = {"active": False, "off_because": "by_hand", "off_at": now()}
    known = {"kinds": ["message_added"], "query": "team:support", "secret": secret, **off}
    hook = Webhook.objects.create(name="Warehouse", url="https://10.0.0.1/hooks", owner=owner, **known)
    event = Event.objects.earliest("pk")
    of = {"webhook": hook, "ticket_id": event.change.ticket_id, "event": event, "kind": event.kind}
    ended = {"state": "sent", "attempts": 2, "status": 200, "give_up_at": now(), "ended_at": now()}
    delivery = WebhookDelivery.objects.create(message_id="evt_axe", **of, **ended)
    for number, (status, reason) in enumerate(((500, "status"), (200, "")), 1):
        said = {"status": status, "reason": reason, "answer_headers": [["Server", "x"]], "answer_text": "ok"}
        WebhookAttempt.objects.create(delivery=delivery, number=number, at=now(), url=hook.url, **said)
    administration.test(hook, Actor.agent(owner))
    return {"webhook": hook.pk, "delivery": delivery.pk}


def _chat() -> int:
    """A channel with a test that failed: its address leads inside."""
    from notifications.chat_models import ChatDelivery, ChatHook

    hook = ChatHook.objects.create(
        name="#support", program="slack", url_shown="hooks.slack.com/…x7Qz", kinds=["escalated"]
    )
    ChatDelivery.objects.create(hook=hook, is_test=True, state="failed", attempts=1, last_error="refused")
    return hook.pk


def _calendar() -> int:
    """Hours of every kind, with holidays, a closed day and one-off hours."""
    calendar = Calendar.objects.create(name="Support hours")
    week = [[[540, 720], [765, 1020]]] * 5 + [[], []]
    soon = localdate() + timedelta(days=3)
    CalendarVersion.objects.create(
        calendar=calendar, number=1, zone="Europe/Copenhagen", weekly=week, country="DK", categories=["public"],
        closed_days={soon.isoformat(): "Stocktaking"}, openings={f"{soon.year + 1}-12-24": [[600, 720]]},
    )  # fmt: skip
    return calendar.pk


def _promises() -> dict[str, int]:
    """A policy with a ladder and two versions, and an edit of it that would make a ticket late; none is in use."""
    insists = {"ack_minutes": 30, "repeat_every": 60, "max_repeats": 3}
    ladder = [
        {"metric": "resolution", "at": "80%", "do": [], "notify": ["assignee", "team_lead"], "escalate": False},
        {"metric": "resolution", "at": "+60m", "do": [{"do": "add_tag", "tag": "late"}], "escalate": True, **insists},
    ]
    lines = [{"tag": ["vip"]}, {"priority": [">=high"]}]
    policy = make_policy("Important ones", resolution=240, first_response=30, conditions=lines, ladder=ladder)
    SlaPolicy.objects.filter(pk=policy.pk).update(active=False)
    SlaPolicyVersion.objects.create(policy=policy, number=2, targets={"resolution": {"normal": 90}}, ladder=ladder)
    wanted = proposal_of(policy) | {"targets": {"resolution": {"normal": 45, "high": 30}}}
    ticket = make_ticket(make_customer("Kim Jensen", "kim@alpha.example"), subject="Late at once")
    numbers = {"seen": 90, "touched": 12, "gets": 4, "loses": 2, "keeps": 6, "sooner": 9, "later": 1, "late_at_once": 1}
    numbers |= {"late": [[ticket.pk, None]], "by_policy": {str(policy.pk): [8, 10]}}
    made = {"kind": "policy", "policy": policy, "proposal": wanted}
    weighed = SlaRevision.objects.create(**made, state="weighed", impact=numbers)
    done = SlaRevision.objects.create(
        **made, state="done", impact=numbers, open_too=True, laid_out=True, applied_at=now()
    )
    SlaRevisionBatch.objects.create(revision=done, first=1, last=9, tickets=9, done_to=9, moved=8, failed=1)
    return {"policy": policy.pk, "change": weighed.pk, "carried": done.pk}


def _supervision() -> dict[str, int]:
    """An escalated ticket of a busy agent, one that was late and nobody says why, and one that is explained."""
    ana = Agent.objects.get(name__startswith="Ana")
    kim, team = make_customer("Kim Jensen", "kim@alpha.example"), ana.teams.get()
    escalated, late, explained = (
        make_ticket(kim, AssignTo(ana.pk), subject=f"The {word} one", team=team)
        for word in ("escalated", "late", "explained")
    )
    by = Actor.agent(ana)
    perform(escalated.pk, Escalate("customer_upset", "She called twice."), by=by, via="web")
    for ticket in (late, explained):
        moment = now() - timedelta(hours=2)
        SlaClock.objects.create(
            ticket=ticket, metric="resolution", state="breached_closed", started_at=moment, breached_at=moment
        )
        perform(ticket.pk, SetStatus("solved"), by=by, via="web")
    perform(explained.pk, SetBreachCause("workload"), by=by, via="web")
    return {"busy": ana.pk, "escalated": escalated.pk, "late": late.pk}


LETTER = b"""From: support@desk.example\r\nTo: kim@alpha.example\r\nSubject: A mail that stayed\r\n\r\nHello Kim.\r\n"""


def _jobs() -> dict[str, int]:
    """Two bulk jobs of Ana's: one that ended with a refusal, one that waits for its words; and a ticket to split."""
    ana = Agent.objects.get(name__startswith="Ana")
    ticket = make_ticket(make_customer("Kim Jensen", "kim@alpha.example"), subject="In bulk", team=ana.teams.get())
    told = BulkJob.objects.create(agent=ana, state=BulkJob.State.DONE, total=2)
    why = {"state": BulkItem.State.REFUSED, "code": "not_open", "reason": "Only an open ticket can be snoozed."}
    BulkItem.objects.create(job=told, ticket=ticket.pk, **why)
    draft = BulkJob.objects.create(agent=ana, state=BulkJob.State.DRAFT, total=1)
    BulkItem.objects.create(job=draft, ticket=ticket.pk)
    return {"job": told.pk, "draft": draft.pk, "split": ticket.pk, "message": ticket.messages.get().pk}


def _reports() -> dict[str, int]:
    """Of the admin: a report mailed every week, of which a mail failed, and a file that is ready; and a target."""
    from reports.models import ExportJob, ReportMail, ReportSchedule, Target

    root = Agent.objects.get(name="Root Admin")
    later = now() + timedelta(days=3)
    schedule = ReportSchedule.objects.create(name="For Monday", page="overview", made_by=root, next_at=later)
    schedule.recipients.set([root])
    ReportMail.objects.create(schedule=schedule, agent=root, planned_for=now(), header_id="report-1", state="failed")
    job = {"kpi": "created", "format": "csv", "state": "done", "done": 30_000, "total": 30_000, "expires_at": later}
    Target.objects.create(kpi="first_response", value=3600, since=localdate(), set_by=root)
    return {"schedule": schedule.pk, "export": ExportJob.objects.create(agent=root, **job).pk}


def _view() -> int:
    """A view of Ana's with every kind of cell."""
    columns = ["number", "team", "assignee", "status", "priority", "tags", "waiting", "field_a-choice"]
    by = Actor.agent(Agent.objects.get(name__startswith="Ana"))
    return save_view(by, {"name": "All of it", "text": "is:open", "sort": "waiting", "columns": columns}).pk


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)

if __name__ == "__main__":
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(ORDERS[name](**arguments)), flush=True)
