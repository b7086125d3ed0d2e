"""The mail console: what came in, what became of it and why, and what a person decides instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from channels import reviewing
from channels.forms import DryRunForm, TicketNumberForm
from channels.models import InboundMessage, InboundRaw
from channels.views.downloads import as_download
from channels.views.evidence import shown_evidence
from channels.views.lists import known_state, links, page_of, tabs
from channels.views.reasons import said_reason
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, answer
from tickets.models import Ticket

State = InboundMessage.State
SHOWN_SOURCE = 200_000
UNDECIDED = (State.HELD, State.FAILED, State.IGNORED, State.SPAM)


@require_safe
@needs(Permission.MAIL_CONSOLE)
def console(request: AgentRequest) -> HttpResponse:
    mails = InboundMessage.objects.visible_to(request.actor)
    state = known_state(request, InboundMessage.State)
    shown = mails.filter(state=state) if state else mails
    page = page_of(request, shown.for_console(), "received_at")
    context = {"mails": page.rows, "tabs": tabs(mails, InboundMessage.State, state), **links(request, page)}
    return render(request, "channels/console.html", context)


@require_safe
@needs(Permission.MAIL_CONSOLE)
def letter(request: AgentRequest, pk: int) -> HttpResponse:
    mail = _found(request, pk)
    raw = _raw(mail)
    context = {
        "mail": mail,
        "evidence": shown_evidence(mail.evidence, request.actor),
        "why": said_reason(mail.reason) if mail.reason else "",
        "kind": said_reason(mail.kind) if mail.kind else "",
        "undecided": mail.state in UNDECIDED,
        "source": raw[:SHOWN_SOURCE].decode("utf-8", "replace") if raw is not None else "",
        "withheld": raw is None,
        "cut": raw is not None and len(raw) > SHOWN_SOURCE,
        "form": TicketNumberForm(initial={"ticket": mail.ticket_id or ""}),
    }
    return render(request, "channels/letter.html", context)


@require_safe
@needs(Permission.MAIL_CONSOLE)
def source(request: AgentRequest, pk: int) -> HttpResponse:
    mail = _found(request, pk)
    raw = _raw(mail)
    if raw is None:
        raise NotVisible("not_found", _("The source is not there any more."))
    return as_download(raw, f"mail-{mail.pk}.eml")


@require_POST
@needs(Permission.MAIL_CONSOLE)
def append(request: AgentRequest, pk: int) -> HttpResponse:
    _found(request, pk)  # before anything else is looked at: what one may not see is 404, whatever was sent
    _found(request, pk)
    form = TicketNumberForm(request.POST)
    if not form.is_valid():
        raise HelpdeskError("bad_number", _("Write the number of a ticket."), field="ticket")
    ticket = Ticket.objects.get_visible(form.cleaned_data["ticket"], request.actor)
    return _decide(
        request,
        pk,
        lambda: reviewing.append_to(pk, ticket.pk, by=request.actor),
        _("The mail is on ticket #%(number)s now.") % {"number": ticket.pk},
    )


@require_POST
@needs(Permission.MAIL_CONSOLE)
def open_ticket(request: AgentRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda: reviewing.open_from(pk, by=request.actor), _("A new ticket was opened."))


@require_POST
@needs(Permission.MAIL_CONSOLE)
def spam(request: AgentRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda: reviewing.mark_spam(pk, by=request.actor), _("The mail was marked as spam."))


@require_POST
@needs(Permission.MAIL_CONSOLE)
def replay(request: AgentRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda: reviewing.replay(pk, by=request.actor), _("The mail was read again."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MAIL_CONSOLE)
def dry_run(request: AgentRequest) -> HttpResponse:
    """What would become of a mail; nothing is stored."""
    form = DryRunForm(posted(request))
    report = None
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["source"].replace("\r\n", "\n").encode("utf-8", "surrogateescape")
        try:
            report = reviewing.dry_run(raw)
        except HelpdeskError as refused:
            form.add_error("source", str(refused))
    context: dict[str, Any] = {"form": form, "report": report}
    if report is not None:
        context["evidence"] = shown_evidence(report.evidence(), request.actor)
        context["kind"] = said_reason(report.verdict.kind)
    return render(request, "channels/dry_run.html", context, status=422 if form.errors else 200)


def _decide(request: AgentRequest, pk: int, gesture: Callable[[], object], words: str) -> HttpResponse:
    """Do it to a mail that the reader may see; a refusal is told where the reader stands."""
    _found(request, pk)
    here = reverse("channels:letter", args=[pk])
    try:
        gesture()
    except HelpdeskError as refused:
        if refused.status in (403, 404):
            raise
        return answer(request, "", {}, to=here, said=Said(str(refused), error=True))
    return answer(request, "", {}, to=here, said=Said(words))


def _found(request: AgentRequest, pk: int) -> InboundMessage:
    mails = InboundMessage.objects.visible_to(request.actor)
    mail = mails.for_console().select_related("message", "duplicate_of").filter(pk=pk).first()
    if mail is None:
        raise NotVisible("not_found", _("There is no such mail."))
    return mail


def _raw(mail: InboundMessage) -> bytes | None:
    """The source, unless it is gone or its words were redacted on the ticket."""
    if mail.message is not None and mail.message.redacted_at is not None:
        return None
    raw = InboundRaw.objects.filter(inbound=mail).first()
    return bytes(raw.data) if raw is not None else None
