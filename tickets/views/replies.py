"""Sending: now, later or taken back. Whatever is refused or asked, the words stay where they were written."""

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
from helpdesk.lib.errors import HelpdeskError, NotVisible, Stale
from helpdesk.lib.http import Said, answer, is_fragment
from helpdesk.lib.moments import near_day_and_time
from tickets.actions import WithdrawMessage
from tickets.drafts import discard_draft, take_back
from tickets.forms import ReplyForm
from tickets.models import Change, Message, ScheduledReply, Ticket
from tickets.perform import perform
from tickets.reply_doubts import doubts_about
from tickets.scheduling import drop_scheduled, edit_scheduled, schedule_reply, send_now
from tickets.views.answers import changed, composer, fragment, loaded, may, news, news_by_others
from tickets.views.detail import page_again
from tickets.views.files import keep
from tickets.views.gestures import expect_fresh, is_out_of_sight, moved_away, perform_fresh
from tickets.views.written import sent_in


@require_POST
@signed_in
def replies(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """An answer or a note, and the state with it; with `later`, an answer that waits for its moment."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    form = ReplyForm(request.POST)
    also: list[str] = []
    try:
        data = form.checked()
        also = [keep(file, request.actor).key for file in request.FILES.getlist("files")]
        if asked := _asked(request, ticket, form, also):
            return asked
        said = _planned(request, ticket, form, also) if data["later"] else _performed(request, ticket_id, form, also)
    except HelpdeskError as error:
        if error.status in (403, 404):
            raise
        return _not_sent(request, ticket_id, form, error, also)
    discard_draft(ticket_id, request.actor)
    if form.cleaned_data["macro"] and is_out_of_sight(request, ticket_id):
        return moved_away(request)
    return changed(request, ticket_id, said=said, events={"sent": {}}, silence=True)


def _performed(request: AgentRequest, ticket_id: int, form: ReplyForm, also: list[str]) -> Said:
    data = form.cleaned_data
    return _sent(perform_fresh(request, ticket_id, form.actions(also), data), data["kind"])


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


def _planned(request: AgentRequest, ticket: Ticket, form: ReplyForm, also: list[str]) -> Said:
    data, moment = form.cleaned_data, form.moment()
    if data["kind"] == "note" or moment is None:
        raise HelpdeskError("not_later", _("Only a reply can be sent later."), field="kind")
    if data["macro"]:
        words = _("A reply with a macro is sent now. Take the macro off to send it later.")
        raise HelpdeskError("not_later", words, field="macro")
    expect_fresh(request, ticket.pk, data["version"])
    to, cc = form.readers()
    row = schedule_reply(
        ticket,
        request.actor,
        body=data["body"],
        send_at=moment,
        to=to,
        cc=cc,
        status=data["status"],
        uploads=[*form.uploads(), *also],
        gesture=data["gesture"],
    )
    undo = reverse("tickets:planned", args=[ticket.pk, row.pk])
    return Said(_("It will be sent %(moment)s.") % {"moment": shown(row)}, undo=undo, undo_fields={"do": "edit"})


def shown(row: ScheduledReply) -> str:
    return near_day_and_time(row.send_at)


# --- asking and refusing -------------------------------------------------------------------------------------------


def _asked(request: AgentRequest, ticket: Ticket, form: ReplyForm, also: list[str]) -> HttpResponse | None:
    """A question before a reply that promises a file and has none, or goes to many or to strangers."""
    data = form.cleaned_data
    if data["kind"] == "note":
        return None
    found = doubts_about(ticket, data["body"], *form.readers(), files=len(form.uploads()) + len(also))
    open_ones = [doubt for doubt in found if doubt.code not in data["sure"]]
    if not open_ones:
        return None
    expect_fresh(request, ticket.pk, data["version"])  # what came meanwhile is looked at first
    said: dict[str, Any] = {"doubts": open_ones, "once_more": form.once_more([doubt.code for doubt in found])}
    if is_fragment(request):
        return render(request, "tickets/answers/_asked.html", {"draft": said}, status=422)
    return page_again(request, ticket.pk, sent_in(form, request.actor, also, **said), 422)


def _not_sent(
    request: AgentRequest, ticket_id: int, form: ReplyForm, error: HelpdeskError, also: list[str]
) -> HttpResponse:
    """With htmx only the reason travels: the words never left the page. Without, the page comes back with them."""
    if isinstance(error, Stale):
        return _crossed(request, ticket_id, form, also)
    if is_fragment(request):
        return render(request, "tickets/answers/_refused.html", {"error": str(error)}, status=error.status)
    return page_again(request, ticket_id, sent_in(form, request.actor, also, error=str(error)), error.status)


def _crossed(request: AgentRequest, ticket_id: int, form: ReplyForm, also: list[str]) -> HttpResponse:
    """Somebody was quicker: what they wrote stands above one's own words, and one chooses with open eyes."""
    context = news(request, ticket_id)
    said: dict[str, Any] = {
        "crossed": [entry for entry in context["entries"] if entry.message and not _own(request, entry.message)][-3:],
        "wrote": news_by_others(request, ticket_id),
        "once_more": form.once_more(()),
        "error": _("This ticket changed while you were writing. Look at it, then send again; your draft is kept."),
    }
    if is_fragment(request):
        return render(request, "tickets/answers/_changed.html", {**context, "draft": said}, status=409)
    return page_again(request, ticket_id, sent_in(form, request.actor, also, **said), 409)


def _own(request: AgentRequest, message: Message) -> bool:
    return message.agent_id == request.actor.id


# --- back into the composer ----------------------------------------------------------------------------------------


@require_POST
@signed_in
def withdrawal(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Undo send: the reply never leaves, and its words and files go back into the composer."""
    done = perform(ticket_id, WithdrawMessage(message_id), by=request.actor, via="web")
    if done is not None:  # a second press takes nothing back twice
        take_back(Message.objects.get(pk=message_id, ticket_id=ticket_id), request.actor)
    return _written_again(request, ticket_id, Said(_("Taken back; nothing was sent.")))


@require_POST
@signed_in
def planned(request: AgentRequest, ticket_id: int, planned_id: int) -> HttpResponse:
    """A reply that waits: `do` is "edit" (back into the composer), "send" (now) or "drop"."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    if not ScheduledReply.objects.visible_to(request.actor).filter(pk=planned_id, ticket_id=ticket_id).exists():
        raise NotVisible("not_found", _("There is no such planned reply."))
    do = request.POST.get("do")
    if do == "edit":
        edit_scheduled(ticket_id, planned_id, request.actor)
        return _written_again(request, ticket_id, Said(_("It waits in the composer; nothing was sent.")))
    if do == "send":
        return changed(request, ticket_id, said=_sent(send_now(ticket_id, planned_id, request.actor), "reply"))
    if do == "drop":
        drop_scheduled(ticket_id, planned_id, request.actor)
        return changed(request, ticket_id, said=Said(_("The planned reply is gone.")))
    raise HelpdeskError("invalid", _("Choose one from the list."), field="do")


def _written_again(request: AgentRequest, ticket_id: int, said: Said) -> HttpResponse:
    if not is_fragment(request):
        to = f"{reverse('tickets:detail', args=[ticket_id])}#composer"
        return answer(request, "", {}, to=to, said=said)
    answered = changed(request, ticket_id, said=said)
    ticket = loaded(request, ticket_id)
    context = {"ticket": ticket, "can": may(request), "swap": True, **composer(request, ticket)}
    answered.content += fragment(request, "tickets/_composer.html", context).encode()
    return answered
