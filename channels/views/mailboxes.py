"""Settings of mailboxes: where mail comes in, and under which name answers leave."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from channels import mailbox_settings
from channels.forms import MailboxForm
from channels.models import Mailbox, MailboxChange
from channels.transports.imap_check import check_connection
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, answer

CHANGES_SHOWN = 20


@require_safe
@needs(Permission.MANAGE_MAILBOXES)
def mailbox_list(request: AgentRequest) -> HttpResponse:
    context = {
        "mailboxes": Mailbox.objects.select_related("team")[:500],
        "local": not settings.SMTP_HOST,
        "agents_answer": settings.AGENTS_ANSWER_BY_MAIL,
        "nobody_vouches": not settings.TRUSTED_AUTHSERV_ID,
    }
    return render(request, "channels/mailboxes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_MAILBOXES)
def new_mailbox(request: AgentRequest) -> HttpResponse:
    return _form(request, Mailbox())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_MAILBOXES)
def mailbox(request: AgentRequest, pk: int) -> HttpResponse:
    return _form(request, _found(pk))


@require_POST
@needs(Permission.MANAGE_MAILBOXES)
def test(request: AgentRequest, pk: int) -> HttpResponse:
    """Try the stored settings now; the page says what came of it."""
    found = _found(pk)
    try:
        if not found.imap_host:
            raise HelpdeskError("no_host", _("This mailbox has no IMAP server."), field="imap_host")
        count = check_connection(found)
    except HelpdeskError as refusal:
        said = Said(str(refusal), error=True)
    else:
        words = ngettext(
            "The connection works: %(n)d mail in the folder.", "The connection works: %(n)d mails in the folder.", count
        )
        said = Said(words % {"n": count})
    return answer(request, "", {}, to=reverse("channels:mailbox", args=[pk]), said=said)


def _form(request: AgentRequest, instance: Mailbox) -> HttpResponse:
    form = MailboxForm(posted(request), instance=instance)
    if request.method == "POST" and form.is_valid():
        mailbox_settings.save_mailbox(form.instance, request.actor, form.cleaned_data["imap_password"])
        said = Said(_("%(name)s was saved.") % {"name": form.instance.name})
        return answer(request, "", {}, to=reverse("channels:mailboxes"), said=said)
    changes = MailboxChange.objects.filter(mailbox_id=instance.pk).select_related("agent")[:CHANGES_SHOWN]
    told = [(change, mailbox_settings.in_words(change)) for change in changes] if instance.pk else []
    context = {"form": form, "mailbox": instance, "changes": told}
    return render(request, "channels/mailbox.html", context, status=422 if form.errors else 200)


def _found(pk: int) -> Mailbox:
    found = Mailbox.objects.select_related("team").filter(pk=pk).first()
    if found is None:
        raise NotVisible("not_found", _("There is no such mailbox."))
    return found
