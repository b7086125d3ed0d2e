"""One object of each kind that a URL can name: one in Ana's team, one in another, each with its canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils.timezone import now

from agents.actors import Actor
from agents.integrations import make_service
from agents.models import Agent, ApiToken, Service, Team
from agents.tokens import make_token as make_api_token
from automation.models import Macro
from channels.models import InboundMessage, InboundRaw, LocalMail, Mailbox, OutboundEmail
from customers.models import Customer, Organization, OrganizationDomain
from helpdesk.lib import vault
from notifications.models import ChatHook, Notification
from reports.models import ExportJob, ReportSchedule
from sla.models import Calendar, Escalation, SlaClock, SlaPolicy, SlaPolicyVersion, SlaRevision
from sla.policies import proposal_of
from surveys.models import Survey
from surveys.tokens import make_token
from tests.factories import make_customer, make_ticket
from tickets.actions import AddNote, AddReply
from tickets.attachments import keep_upload
from tickets.models import (
    BulkItem,
    BulkJob,
    CannedText,
    Change,
    Event,
    FieldDefinition,
    SavedView,
    ScheduledReply,
    Ticket,
)
from tickets.perform import perform
from webhooks import signing
from webhooks.models import Webhook, WebhookDelivery

MACRO = [{"do": "add_tag", "tag": "by-macro"}]
# What "pk" names in the addresses of the mail pages.
PK_MEANS = {
    "inbound": "append letter open_from replay source spam",
    "outbound": "send_again",
    "mailbox": "mailbox test_mailbox",
    "local": "outbox_answer outbox_file outbox_frame outbox_mail outbox_source",
    "ticket": "held_confirm held_open held_panel held_spam",
}


@dataclass
class Objects:
    """Arguments by name, for the side that Ana may see and the side that she may not."""

    by_param: dict[str, dict[str, Any]]

    def argument(self, url: str, param: str, side: str) -> Any:
        values = self.by_param.get(f"{url}.{param}") or self.by_param.get(param)
        assert values, f"Say in tests/matrix_objects.py what {param} of {url} is."
        return values[side]


def make(kim: Customer, agents: dict[str, Agent], billing: Team, technical: Team) -> Objects:
    own = _ticket(kim, billing, agents["ana"], "own")
    foreign = _ticket(make_customer("Bo", "bo@beta.example"), technical, agents["mia"], "foreign-canary")
    boxes = {
        side: Mailbox.objects.create(name=side, address=f"{side}@desk.example", team=team)
        for side, team in (("own", billing), ("foreign", technical))
    }
    field = FieldDefinition.objects.create(key="plan", label="Plan", kind="text")
    organization = Organization.objects.create(name="Alpha")
    pairs = {"own": (own, boxes["own"]), "foreign": (foreign, boxes["foreign"])}
    inbound = {side: _inbound(ticket, box) for side, (ticket, box) in pairs.items()}
    outbound = {side: _outbound(ticket, box) for side, (ticket, box) in pairs.items()}
    letter = LocalMail.objects.create(subject="x", raw=b"Subject: x\r\n\r\nx")
    local = {"own": letter, "foreign": letter}
    tickets = {side: ticket for side, (ticket, _box) in pairs.items()}
    domain = OrganizationDomain.objects.create(organization=organization, domain="alpha.example")
    policy = SlaPolicy.objects.create(name="Kept aside", active=False)
    SlaPolicyVersion.objects.create(policy=policy, number=1, targets={"resolution": {"normal": 60}})
    both: dict[str, dict[str, Any]] = {
        "ticket_id": {side: ticket.pk for side, ticket in tickets.items()},
        "message_id": {side: ticket.messages.earliest("pk").pk for side, ticket in tickets.items()},
        "change_id": {side: ticket.changes.earliest("pk").pk for side, ticket in tickets.items()},
        "planned_id": {
            side: _planned(ticket, agents[who]).pk
            for (side, ticket), who in zip(tickets.items(), ("ana", "mia"), strict=True)
        },
        "canned_id": {
            "own": CannedText.objects.create(owner=agents["ana"], title="own", body="Hi").pk,
            "foreign": CannedText.objects.create(team=technical, title="foreign-canary", body="Hi").pk,
        },
        "macro_id": {
            "own": Macro.objects.create(owner=agents["ana"], name="own", steps=MACRO).pk,
            "foreign": Macro.objects.create(team=technical, name="foreign-canary", steps=MACRO).pk,
        },
        "key": {side: _file(ticket) for side, ticket in tickets.items()},
        "customer_id": {"own": kim.pk, "foreign": foreign.requester_id},
        "organization_id": {"own": organization.pk, "foreign": organization.pk},
        "domain_id": {"own": domain.pk, "foreign": domain.pk},
        "address_id": {"own": kim.addresses.get().pk, "foreign": foreign.requester.addresses.get().pk},
        "team_id": {"own": billing.pk, "foreign": technical.pk},
        "agent_id": {"own": agents["lou"].pk, "foreign": agents["mia"].pk},
        "mail_id": {side: row.pk for side, row in inbound.items()},
        "session_id": {side: _session(agents[who], side).pk for side, who in (("own", "lou"), ("foreign", "mia"))},
        "field_id": {"own": field.pk, "foreign": field.pk},
        "view_id": {side: _view(agents[who]).pk for side, who in (("own", "ana"), ("foreign", "mia"))},
        "job_id": {side: _job(agents[who], tickets[side]).pk for side, who in (("own", "ana"), ("foreign", "mia"))},
        "calendar_id": dict.fromkeys(("own", "foreign"), Calendar.objects.create(name="Support").pk),
        "policy_id": dict.fromkeys(("own", "foreign"), policy.pk),
        "revision_id": dict.fromkeys(("own", "foreign"), _revision(policy).pk),
        "what": {"own": "assignee", "foreign": "assignee"},
        "kpi": {"own": "created", "foreign": "created"},
        "token": {"own": "made-up", "foreign": "made-up"},
        "number": {"own": 0, "foreign": 0},
        "service_id": dict.fromkeys(("own", "foreign"), _service(agents["root"]).pk),
        "token_id": {side: _token(agents[who]).pk for side, who in (("own", "ana"), ("foreign", "mia"))},
        "clock_id": {side: _clock(ticket).pk for side, ticket in tickets.items()},
        "rest": {"own": "nowhere", "foreign": "nowhere"},
        "score": {"own": 5, "foreign": 5},
        "language": {"own": "da", "foreign": "da"},
        "escalation_id": {side: _escalation(ticket).pk for side, ticket in tickets.items()},
        "notification_id": {
            side: _notification(tickets[side], agents[who]).pk for side, who in (("own", "ana"), ("foreign", "mia"))
        },
    }
    kinds: dict[str, dict[str, Any]] = {
        "inbound": inbound,
        "outbound": outbound,
        "mailbox": boxes,
        "local": local,
        "ticket": tickets,
    }
    # Opting out by the link writes a row, whoever follows it: tests/surveys looks at that.
    link = _survey_link(own)
    surveys = {"own": own, "foreign": foreign}
    _survey_link(foreign)
    both["survey_id"] = {side: Survey.objects.get(ticket=ticket).pk for side, ticket in surveys.items()}
    for url in ("page", "score"):
        both[f"surveys:{url}.token"] = {"own": link, "foreign": "made-up"}
    hook = ChatHook.objects.create(name="Desk", program="slack", kinds=["escalated"])
    for url in ("chat_hook", "test_chat_hook", "remove_chat_hook"):
        both[f"notifications:{url}.pk"] = dict.fromkeys(("own", "foreign"), hook.pk)
    both |= _webhook(agents["root"], tickets)
    both |= _reports(agents)
    for kind, urls in PK_MEANS.items():
        both |= {f"channels:{url}.pk": {side: row.pk for side, row in kinds[kind].items()} for url in urls.split()}
    return Objects(both)


def _ticket(customer: Customer, team: Team, agent: Agent, word: str) -> Ticket:
    ticket = make_ticket(customer, team=team, subject=f"About {word}", text=f"Words {word}")
    by = Actor.agent(agent)
    file = keep_upload(b"\x89PNG\r\n\x1a\n", name=f"{word}.png", content_type="image/png", uploaded_by=agent.pk)
    perform(ticket.pk, AddReply(f"Answer {word}", attachments=[file.key]), by=by, via="web")
    perform(ticket.pk, AddNote(f"Note {word}"), by=by, via="web")
    return ticket


def _job(agent: Agent, ticket: Ticket) -> BulkJob:
    """Not started: it waits for its words."""
    job = BulkJob.objects.create(agent=agent, state=BulkJob.State.DRAFT, total=1)
    BulkItem.objects.create(job=job, ticket=ticket.pk)
    return job


def _reports(agents: dict[str, Agent]) -> dict[str, dict[str, Any]]:
    """Leo's own, and those of the ops manager."""
    whose = {"own": agents["leo"], "foreign": agents["otto"]}
    week, later = now() + timedelta(days=7), now() + timedelta(days=1)
    made: dict[str, dict[str, Any]] = {"schedule_id": {}}
    for url in ("export", "export_download"):
        made[f"reports:{url}.job_id"] = {
            side: ExportJob.objects.create(agent=agent, kpi="created", format="csv", expires_at=week).pk
            for side, agent in whose.items()
        }
    for side, agent in whose.items():
        row = ReportSchedule.objects.create(name="Weekly", page="overview", made_by=agent, next_at=later)
        made["schedule_id"][side] = row.pk
    made["page"] = {"own": "overview", "foreign": "no-such-page"}
    return made | {name: dict.fromkeys(whose, value) for name, value in (("table", "flow"), ("file_format", "csv"))}


def _revision(policy: SlaPolicy) -> SlaRevision:
    """Counted, and not in force."""
    proposal = proposal_of(policy) | {"active": True}
    return SlaRevision.objects.create(kind="policy", policy=policy, proposal=proposal, state="weighed")


def _notification(ticket: Ticket, agent: Agent) -> Notification:
    change = Change.objects.filter(ticket=ticket).latest("pk")
    return Notification.objects.create(agent=agent, ticket=ticket, change=change, kind="note")


def _escalation(ticket: Ticket) -> Escalation:
    return Escalation.objects.create(
        ticket=ticket, source="agent", reason="other", text="canary", raised_by_name="Ana", team=ticket.team
    )


def _token(agent: Agent) -> ApiToken:
    return make_api_token(Actor.agent(agent), name="canary", scope="read")[0]


def _service(root: Agent) -> Service:
    by, given = Actor.agent(root), {"role": "agent", "teams": [], "files_for_customers": True}
    return make_service(by, name="canary", **given)


def _clock(ticket: Ticket) -> SlaClock:
    """Counts, and promises nothing."""
    return SlaClock.objects.create(ticket=ticket, metric="resolution", sequence=99, started_at=now())


def _webhook(owner: Agent, tickets: dict[str, Ticket]) -> dict[str, dict[str, Any]]:
    """Its address leads inside: what is sent to it goes nowhere."""
    secret = vault.encrypt(signing.PURPOSE, signing.new_secret())
    hook = Webhook.objects.create(name="Elsewhere", url="https://10.0.0.1/x", owner=owner, secret=secret)
    deliveries = {}
    for side, ticket in tickets.items():
        event = Event.objects.filter(change__ticket=ticket).earliest("pk")
        owed = {"webhook": hook, "ticket": ticket, "event": event, "kind": event.kind, "message_id": f"evt_{event.pk}"}
        ended = {"state": "failed", "give_up_at": now(), "ended_at": now()}
        deliveries[side] = WebhookDelivery.objects.create(**owed, **ended).pk
    return {"webhook_id": dict.fromkeys(("own", "foreign"), hook.pk), "delivery_id": deliveries}


def _survey_link(ticket: Ticket) -> str:
    solve = Change.objects.filter(ticket=ticket).latest("pk")
    given = {"solve": solve, "customer_id": ticket.requester_id, "solved_at": now(), "sent_at": now()}
    return make_token(Survey.objects.create(ticket=ticket, sequence=1, state="sent", style="faces", **given))


def _planned(ticket: Ticket, agent: Agent) -> ScheduledReply:
    send_at = now() + timedelta(days=1)
    return ScheduledReply.objects.create(ticket=ticket, agent=agent, body="Planned canary", send_at=send_at)


def _view(agent: Agent) -> SavedView:
    return SavedView.objects.create(
        name=f"View of {agent.name}", owner=agent, parameters={"is": ["open"]}, text="is:open"
    )


def _session(agent: Agent, key: str) -> UserSession:
    return UserSession.objects.create(user=agent, ip="192.0.2.1", user_agent="A browser", session_key=key)


def _file(ticket: Ticket) -> str:
    return ticket.messages.get(attachments__isnull=False).attachments.get().key


def _inbound(ticket: Ticket, box: Mailbox) -> InboundMessage:
    row = InboundMessage.objects.create(
        mailbox=box,
        transport="smtp",
        size=20,
        sha256=f"{ticket.pk:064d}",
        state="held",
        ticket=ticket,
        from_address="stranger@x.example",
        subject=ticket.subject,
        kind="customer",
    )
    InboundRaw.objects.create(inbound=row, data=b"From: stranger@x.example\r\nSubject: hi\r\n\r\nhello\r\n")
    return row


def _outbound(ticket: Ticket, box: Mailbox) -> OutboundEmail:
    return OutboundEmail.objects.create(
        kind="reply",
        change=Change.objects.filter(ticket=ticket).earliest("pk"),
        ticket=ticket,
        mailbox=box,
        recipient="kim@alpha.example",
        header_id=f"m{ticket.pk}@desk.example",
        state="failed",
    )
