"""The local outbox: mails that left while no SMTP server is configured, and answers to them for trying things out."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from channels import inbound, local_outbox
from channels.forms import AnswerForm, LetterForm
from channels.models import LocalMail
from channels.views.downloads import as_download
from channels.views.lists import links, page_of
from helpdesk.lib.errors import NotVisible
from helpdesk.lib.http import Said
from helpdesk.lib.http import answer as answered

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def _only_here(request: AgentRequest) -> None:
    """In the embedded run for every agent, elsewhere for admins only; others get 404, as if it did not exist."""
    if not request.actor.permissions or not (settings.EMBEDDED or request.actor.can(Permission.MANAGE_MAILBOXES)):
        raise NotVisible("not_found", _("There is no such page."))


def _only_embedded(request: AgentRequest) -> None:
    """Playing a customer is for trying things out; a live house never offers it."""
    _only_here(request)
    if not settings.EMBEDDED or not request.actor.can(Permission.OPEN):
        raise NotVisible("not_found", _("There is no such page."))


@require_safe
@signed_in
def outbox(request: AgentRequest) -> HttpResponse:
    _only_here(request)
    page = page_of(request, LocalMail.objects.visible_to(request.actor).defer("raw"), "created_at")
    context = {"mails": page.rows, "plays": settings.EMBEDDED, "local": not settings.SMTP_HOST, **links(request, page)}
    return render(request, "channels/outbox.html", context)


@require_safe
@signed_in
def mail(request: AgentRequest, pk: int) -> HttpResponse:
    return _mail_page(request, _found(request, pk), AnswerForm())


def _mail_page(request: AgentRequest, found: LocalMail, form: AnswerForm) -> HttpResponse:
    source, cut = local_outbox.source_of(bytes(found.raw))
    context = {
        "mail": found,
        "parsed": local_outbox.read(found),
        "source": source,
        "cut": cut,
        "form": form if settings.EMBEDDED and found.outbound_id and request.actor.can(Permission.OPEN) else None,
    }
    return render(request, "channels/outbox_mail.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
@xframe_options_sameorigin
def frame(request: AgentRequest, pk: int) -> HttpResponse:
    """The HTML part as a document of its own, which may run, load and send nothing."""
    page = HttpResponse(local_outbox.frame_of(local_outbox.read(_found(request, pk))))
    page["Content-Security-Policy"] = FRAME_POLICY
    page["Referrer-Policy"] = "no-referrer"
    return page


@require_safe
@signed_in
def source(request: AgentRequest, pk: int) -> HttpResponse:
    return as_download(bytes(_found(request, pk).raw), f"mail-{pk}.eml")


@require_safe
@signed_in
def file(request: AgentRequest, pk: int, number: int) -> HttpResponse:
    attachments = local_outbox.read(_found(request, pk)).attachments
    if number >= len(attachments):
        raise Http404
    return as_download(attachments[number].data, attachments[number].name)


@require_POST
@signed_in
def answer(request: AgentRequest, pk: int) -> HttpResponse:
    """Answer as the recipient would; it takes the road of every mail that comes in."""
    _only_embedded(request)
    found = _found(request, pk)
    form = AnswerForm(request.POST)
    if not found.outbound_id:
        raise NotVisible("not_found", _("Account mails are not answered."))
    if not form.is_valid():
        return _mail_page(request, found, form)
    _deliver(local_outbox.answer_to(found, form.cleaned_data["body"]))
    said = Said(_("The answer is on its way into the helpdesk."))
    return answered(request, "", {}, to=reverse("channels:outbox"), said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: AgentRequest) -> HttpResponse:
    _only_embedded(request)
    form = LetterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _deliver(
            local_outbox.first_letter(data["sender"], data["name"], data["mailbox"], data["subject"], data["body"])
        )
        said = Said(_("The mail is on its way into the helpdesk."))
        return answered(request, "", {}, to=reverse("channels:outbox"), said=said)
    return render(request, "channels/outbox_write.html", {"form": form}, status=422 if form.errors else 200)


def _deliver(letter: local_outbox.Letter) -> None:
    inbound.receive(
        letter.raw, mailbox=None, transport="local", envelope_from=letter.sender, envelope_to=letter.recipients
    )


def _found(request: AgentRequest, pk: int) -> LocalMail:
    _only_here(request)
    found = LocalMail.objects.visible_to(request.actor).select_related("outbound").filter(pk=pk).first()
    if found is None:
        raise NotVisible("not_found", _("There is no such mail."))
    return found
