"""What the pictures show: programs that run inside the throwaway install, as `manage.py shell -c`."""

# A ticket worth showing: a conversation with notes and a file, of somebody with an organisation. Runs in the product.
CHOOSE = """
import json
from django.db.models import Count, Q
from agents.actors import Actor
from agents.models import Agent, Team
from automation.models import Macro
from channels.models import Mailbox
from tickets.actions import SetStatus
from tickets.models import BulkItem, BulkJob, CannedText, Message, Ticket
from tickets.saved_views import save_view
notes = Count("messages", Q(messages__public=False))
row = (
    Ticket.objects.filter(language="en", organization__isnull=False, assignee__isnull=False)
    .filter(pk__in=Message.objects.filter(attachments__isnull=False).values("ticket")).exclude(status="closed")
    .annotate(notes=notes, size=Count("messages")).filter(notes__gte=1, size__gte=4).order_by("-activity_at")[0]
)
other = Ticket.objects.filter(status="open").exclude(pk=row.pk).order_by("-activity_at")[0]
manager = Agent.objects.get(name="Nadia Kovalchuk")
agent = Agent.objects.get(name="Sofie Lindgaard")
closed = list(Ticket.objects.filter(status="closed").order_by("-activity_at")[:3])
steps = [SetStatus("pending").dump()]
job = BulkJob.objects.create(agent=manager, state="done", total=25, came_from="view=all", steps=steps)
for ticket in closed:
    why = "A ticket that is “Closed” cannot become “Pending”."
    BulkItem.objects.create(job=job, ticket=ticket.pk, state="refused", code="no_such_move", reason=why)
done = Ticket.objects.filter(status="pending").order_by("-activity_at")[:22]
BulkItem.objects.bulk_create(BulkItem(job=job, ticket=ticket.pk, state="done") for ticket in done)
draft = BulkJob.objects.create(agent=manager, state="draft", total=22, came_from="view=all")
BulkItem.objects.bulk_create(BulkItem(job=draft, ticket=ticket.pk) for ticket in done)
columns = ["number", "team", "tags"]
kept = {"name": "Waits for long", "text": "is:open waiting>4h", "sort": "waiting", "columns": columns}
view = save_view(Actor.agent(agent), kept)
print(json.dumps({
    "ticket": row.pk, "customer": row.requester_id, "organization": row.organization_id, "other": other.pk,
    "shared": Ticket.objects.filter(status="open", team__in=agent.teams.all()).order_by("-activity_at")[0].pk,
    "message": row.messages.order_by("pk").last().pk, "job": job.pk, "draft": draft.pk, "view": view.pk,
    "team": Team.objects.order_by("pk").first().pk, "agent": agent.pk,
    "text": CannedText.objects.filter(owner=None).order_by("pk").first().pk,
    "macro": Macro.objects.filter(owner=None).exclude(body="").order_by("pk").first().pk,
    "mailbox": Mailbox.objects.order_by("pk").first().pk,
}))
"""
# What the mail console shows: questions, a robot, an answer, and a stranger's answer that waits.
MAILS = """
import email.message, json
from channels.inbound import process, receive
from channels.models import Mailbox
from channels.signing import reply_address
from customers.models import Customer
box = Mailbox.objects.order_by("pk").first()
signed = reply_address(box, {ticket})
known = Customer.objects.get(pk={customer}).email
rows = [
    ("Erik Dahl <erik@nordlys.example>", box.address, "Where is my parcel?", "Hello, it is late.", dict()),
    ("Shop Bot <no-reply@shop.example>", box.address, "Out of office", "Away.", {{"Auto-Submitted": "auto-replied"}}),
    ("Rory Selwood <" + known + ">", signed, "Re: Error E22 on the display", "It works again, thank you all.", dict()),
    ("Mona Berg <mona@elsewhere.example>", signed, "Re: Error E22 on the display", "I have the same.", dict()),
    ("Anna Wolska <anna@rowery.example>", box.address, "Question about invoice F-7301", "Which VAT number?", dict()),
]
for number, (sender, to, subject, text, more) in enumerate(rows):
    mail = email.message.EmailMessage()
    headers = {{"From": sender, "To": to, "Subject": subject, "Message-ID": f"<{{number}}@pictures.example>", **more}}
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    address = sender.split("<")[1][:-1]
    kept = receive(mail.as_bytes(), box, transport="smtp", envelope_from=address, envelope_to=[to])
    process(kept.pk)
    if number == 3:
        print(json.dumps({{"letter": kept.pk}}))
"""
# What the pages of promises show: a ticket that is late and was paused, a policy whose edit is weighed, chat channels.
PROMISES = """
import json
from datetime import timedelta
from django.db.models import Count, Q
from django.utils.timezone import now
from agents.actors import Actor
from agents.models import Agent
from automation.models import TeamRouting
from helpdesk.lib import vault
from notifications import chat
from notifications.chat_models import ChatDelivery, ChatHook
from sla import policies
from sla.impact import weigh
from sla.models import Calendar, SlaClock, SlaPolicy
manager, lead = Agent.objects.get(name="Nadia Kovalchuk"), Agent.objects.get(name="Hannah Whitcombe")
stood = Count("legs", Q(legs__running=False))
late = SlaClock.objects.filter(state="breached_open", ticket__team__in=lead.teams.all()).select_related("ticket")
rows = late.annotate(stood=stood).order_by("pk")
clock = max(rows, key=lambda row: (row.stood > 0, row.ticket.language == "en", row.stood))
policy = SlaPolicy.objects.get(name="Everybody else")
wanted = policies.proposal_of(policy)
shorter = {priority: minutes // 2 for priority, minutes in wanted["targets"]["first_response"].items()}
wanted["targets"] = {**wanted["targets"], "first_response": shorter}
revision = policies.propose_policy(Actor.agent(manager), wanted, policy.pk)
weigh(revision)
address = "https://hooks.slack.example/services/T01/B02/pictures"
for name, program, sent in (("#support-alerts", "slack", 12), ("Workshop desk", "teams", 190)):
    hook = ChatHook.objects.create(
        name=name, program=program, kinds=["escalated", "breached"], created_by=manager,
        url_secret=vault.encrypt(chat.PURPOSE, address), url_shown="hooks.slack.example/…ures",
    )
    at = now() - timedelta(minutes=sent)
    ChatDelivery.objects.create(hook=hook, state="sent", status=200, attempts=1, created_at=at, sent_at=at)
print(json.dumps({
    "late": clock.ticket_id, "policy": policy.pk, "revision": revision.pk,
    "calendar": Calendar.objects.get(name="Kyiv").pk, "own_team": lead.teams.first().pk,
    "routed": TeamRouting.objects.filter(mode="least_loaded").order_by("pk").first().team_id,
    "hook": ChatHook.objects.order_by("pk").first().pk,
}))
"""
# What other systems and customers see: a webhook with a delivery that came in at the second attempt, an integration,
# an open survey.
OUTSIDE = """
import json
from datetime import timedelta
from django.utils.timezone import now
from agents.actors import Actor
from agents.models import Agent, Team
from agents.integrations import make_with_token
from helpdesk.lib import vault
from surveys.models import Survey
from surveys.tokens import make_token
from tickets.models import Event
from webhooks import signing
from webhooks.models import Webhook, WebhookAttempt, WebhookDelivery
owner = Agent.objects.filter(role="admin").order_by("pk").first()
hook = Webhook.objects.create(
    name="Shop", url="https://shop.example/hooks/helpdesk", kinds=["opened", "status_changed"], owner=owner,
    secret=vault.encrypt(signing.PURPOSE, signing.new_secret()),
)
event = Event.objects.filter(kind="status_changed").select_related("change").order_by("-pk").first()
at = now() - timedelta(minutes=12)
delivery = WebhookDelivery.objects.create(
    webhook=hook, ticket_id=event.change.ticket_id, event=event, kind=event.kind, message_id="msg_pictures_1",
    state="sent", attempts=2, status=200, created_at=at, due_at=at, give_up_at=at + timedelta(days=1), ended_at=at,
)
for number, (status, text) in enumerate(((503, "Back in a minute."), (200, "ok")), start=1):
    WebhookAttempt.objects.create(
        delivery=delivery, number=number, at=at, url=hook.url, duration_ms=140 * number, status=status,
        reason="" if status == 200 else "status", answer_headers=[["Content-Type", "text/plain"]], answer_text=text,
    )
service, _secret = make_with_token(
    Actor.agent(owner), name="Contact form", role="agent", teams=Team.objects.order_by("pk")[:2],
    files_for_customers=True, scope="file", expires_at=None,
)
survey = Survey.objects.filter(state="sent").order_by("-pk").first()
print(json.dumps({
    "webhook": hook.pk, "delivery": delivery.pk, "service": service.pk,
    "survey": make_token(survey) if survey else "none",
}))
"""
