"""Settings of the channels of chat programs: the list, one of them with its last messages, and its test."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import NotVisible
from helpdesk.lib.http import Said, answer
from notifications import chat_settings
from notifications.chat_forms import ChatHookForm
from notifications.chat_models import ChatDelivery, ChatHook

DELIVERIES = 20
MAY = (Permission.MANAGE_SLA, Permission.MANAGE_TEAMS)


@require_safe
@needs(*MAY)
def listing(request: AgentRequest) -> HttpResponse:
    return render(request, "notifications/chat/list.html", {"hooks": ChatHook.objects.for_settings()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY)
def new(request: AgentRequest) -> HttpResponse:
    return _form(request, ChatHook())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY)
def hook(request: AgentRequest, pk: int) -> HttpResponse:
    return _form(request, _found(pk))


@require_POST
@needs(*MAY)
def test(request: AgentRequest, pk: int) -> HttpResponse:
    """Write to the channel now; the page says how it went."""
    delivery = chat_settings.test_hook(_found(pk))
    if delivery.state == ChatDelivery.State.SENT:
        said = Said(_("The message was accepted."))
    else:
        said = Said(_("The message was not accepted: see below."), error=True)
    return answer(request, "", {}, to=reverse("notifications:chat_hook", args=[pk]), said=said)


@require_POST
@needs(*MAY)
def remove(request: AgentRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    chat_settings.remove_hook(found, request.actor)
    said = Said(_("%(name)s was removed.") % {"name": found.name})
    return answer(request, "", {}, to=reverse("notifications:chat"), said=said)


def _form(request: AgentRequest, instance: ChatHook) -> HttpResponse:
    form = ChatHookForm(posted(request), instance=instance)
    if request.method == "POST" and form.is_valid():
        chat_settings.save_hook(form.instance, form.cleaned_data["teams"], form.cleaned_data["url"], request.actor)
        said = Said(_("%(name)s was saved.") % {"name": form.instance.name})
        return answer(request, "", {}, to=reverse("notifications:chat_hook", args=[form.instance.pk]), said=said)
    deliveries = ChatDelivery.objects.filter(hook=instance).order_by("-pk")[:DELIVERIES] if instance.pk else []
    context = {"form": form, "hook": instance, "deliveries": deliveries}
    return render(request, "notifications/chat/hook.html", context, status=422 if form.errors else 200)


def _found(pk: int) -> ChatHook:
    found = ChatHook.objects.filter(pk=pk).first()
    if found is None:
        raise NotVisible("not_found", _("There is no such channel."))
    return found
