"""What an agent does to a ticket: every gesture is a POST that makes Actions, performs them, and shows what changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError, Stale
from helpdesk.lib.http import Said, answer, is_fragment, number_in
from tickets.actions import Action, RedactMessage, WithdrawMessage
from tickets.forms import GestureForm, ReplyForm
from tickets.linking import link_tickets, unlink_tickets
from tickets.models import Change, Message, Ticket
from tickets.perform import perform
from tickets.views.answers import Draft, changed, composer, fragment, loaded, may, news, news_by_others
from tickets.views.detail import draft_of, refused_page
from tickets.views.files import keep


@require_POST
@signed_in
def change(request: AgentRequest, ticket_id: int, form_class: type[GestureForm]) -> HttpResponse:
    """One property in place. Somebody was quicker: the page gets their state, and the reader looks again."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    form = form_class(request.POST)
    data = form.checked()
    try:
        _perform(request, ticket_id, form.actions(), data)
    except Stale as error:
        if not is_fragment(request):
            raise
        return changed(request, ticket_id, said=Said(str(error), error=True), status=409)
    if not Ticket.objects.visible_to(request.actor).filter(pk=ticket_id).exists():
        return _moved_away(request)
    return changed(request, ticket_id)


def _perform(request: AgentRequest, ticket_id: int, actions: list[Action], data: dict[str, Any]) -> Change | None:
    """Perform what a form asked for. Somebody else's change makes it Stale; one's own a moment ago does not."""
    version, gesture = data["version"], data["gesture"] or None
    try:
        return perform(ticket_id, *actions, by=request.actor, via="web", version=version, gesture=gesture)
    except Stale:
        newest = Ticket.objects.values_list("version", flat=True).get(pk=ticket_id)
        since = Change.objects.filter(ticket_id=ticket_id, version__gt=version, version__lte=newest)
        if since.exclude(actor_kind="agent", actor_id=request.actor.id).exists():
            raise
        return perform(ticket_id, *actions, by=request.actor, via="web", version=newest, gesture=gesture)


def _moved_away(request: AgentRequest) -> HttpResponse:
    """The ticket went to a team whose tickets the reader does not see: back to the list."""
    inbox = reverse("tickets:inbox")
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": inbox})
    return answer(request, "", {}, to=inbox, said=Said(_("The ticket went to another team.")))


@require_POST
@signed_in
def replies(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """An answer or a note, and the state with it. Whatever is refused, the words stay where they were written."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    form = ReplyForm(request.POST)
    also: list[str] = []
    try:
        data = form.checked()
        also = [keep(file, request.actor).key for file in request.FILES.getlist("files")]
        done = _perform(request, ticket_id, form.actions(also), data)
    except HelpdeskError as error:
        if error.status in (403, 404):
            raise
        return _not_sent(request, ticket_id, form, error, also)
    return changed(request, ticket_id, said=_sent(done, data["kind"]), events={"sent": {}}, silence=True)


def _sent(done: Change | None, kind: str) -> Said:
    if done is None or kind == "note":
        return Said(_("Note saved."))
    message = Message.objects.filter(pk=_message_of(done) or 0).first()
    if message is None or not message.can_be_withdrawn:
        return Said(_("Reply sent."))
    undo = reverse("tickets:withdrawal", args=[message.ticket_id, message.pk])
    return Said(_("Reply sent."), undo=undo, undo_seconds=settings.UNDO_SEND_SECONDS)


def _message_of(done: Change) -> int | None:
    return next((e.data["message"] for e in done.events.all() if e.kind == "message_added"), None)


def _not_sent(
    request: AgentRequest, ticket_id: int, form: ReplyForm, error: HelpdeskError, also: list[str]
) -> HttpResponse:
    """With htmx only the reason travels: the words never left the page. Without, the page comes back with them."""
    why = _why(request, ticket_id, error)
    if is_fragment(request):
        # After a Stale the page also gets what it missed, so that the next press is made with open eyes.
        context = {**news(request, ticket_id), "error": why} if isinstance(error, Stale) else {"error": why}
        template = "_changed" if isinstance(error, Stale) else "_refused"
        return render(request, f"tickets/answers/{template}.html", context, status=error.status)
    given = form.data
    draft = Draft(
        body=given.get("body", ""),
        kind="note" if given.get("kind") == "note" else "reply",
        to=given.get("to", ""),
        cc=given.get("cc", ""),
        error=why,
        uploads=(*form.uploads(), *also),
    )
    return refused_page(request, ticket_id, draft, error.status)


def _why(request: AgentRequest, ticket_id: int, error: HelpdeskError) -> str:
    if isinstance(error, Stale) and (name := news_by_others(request, ticket_id)):
        words = _("%(name)s wrote while you were writing. Read it, then send again; your draft is kept.")
        return words % {"name": name}
    if isinstance(error, Stale):
        return _("This ticket changed while you were writing. Look at it, then send again; your draft is kept.")
    return str(error)


@require_POST
@signed_in
def withdrawal(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Undo send: the reply never leaves, and its words go back into the composer."""
    perform(ticket_id, WithdrawMessage(message_id), by=request.actor, via="web")
    message = Message.objects.get(pk=message_id, ticket_id=ticket_id)
    if not is_fragment(request):
        to = f"{reverse('tickets:detail', args=[ticket_id])}?draft={message_id}#composer"
        return answer(request, "", {}, to=to, said=Said(_("Taken back; nothing was sent.")))
    answered = changed(request, ticket_id, said=Said(_("Taken back; nothing was sent.")))
    answered.content += _composer_again(request, ticket_id, message)
    return answered


def _composer_again(request: AgentRequest, ticket_id: int, message: Message) -> bytes:
    ticket = loaded(request, ticket_id)
    context = {"ticket": ticket, "can": may(request), "swap": True, **composer(request, ticket, draft_of(message))}
    return fragment(request, "tickets/_composer.html", context).encode()


@require_POST
@signed_in
def redaction(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Remove a message's words for good."""
    perform(ticket_id, RedactMessage(message_id), by=request.actor, via="web")
    return changed(request, ticket_id, said=Said(_("The words of the message were removed.")))


@require_POST
@signed_in
def links(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Tie this ticket to another by its number, or untie them. `kind` is read from this ticket's side."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    number = number_in(request.POST.get("number", "").strip().lstrip("#"))
    if number is None:
        raise HelpdeskError("no_such_ticket", _("Enter the number of a ticket."), field="link")
    kind = request.POST.get("kind", "related")
    ends = (number, ticket_id) if request.POST.get("far") else (ticket_id, number)
    if request.POST.get("remove"):
        unlink_tickets(*ends, kind, by=request.actor, via="web")
    else:
        link_tickets(*ends, kind, by=request.actor, via="web")
    return changed(request, ticket_id)
