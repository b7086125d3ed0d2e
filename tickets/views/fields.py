"""Settings for custom fields: the list, a new one, and what may be changed about one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import with_refusals
from tickets.custom_fields import add_field, edit_field
from tickets.field_forms import FieldSettingsForm, NewFieldForm
from tickets.models import FieldDefinition

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
@with_refusals
def fields(request: AgentRequest) -> HttpResponse:
    """Those that are shown first, in their order, then those that are switched off."""
    request.actor.require(Permission.MANAGE_FIELDS)
    rows = FieldDefinition.objects.order_by("-active", "position", "label")
    return render(request, "tickets/fields/list.html", {"fields": rows})


@get_or_post
@signed_in
@with_refusals
def new(request: AgentRequest) -> HttpResponse:
    request.actor.require(Permission.MANAGE_FIELDS)
    form = NewFieldForm(_posted(request), initial={"active": True})
    if made := form.attempt(lambda: add_field(request.actor, **form.cleaned_data)):
        messages.success(request, _("%(label)s was added.") % {"label": made.label})
        return redirect("fields:list")
    status = 422 if form.is_bound else 200
    return render(request, "tickets/fields/new.html", {"form": form}, status=status)


@get_or_post
@signed_in
@with_refusals
def edit(request: AgentRequest, field_id: int) -> HttpResponse:
    request.actor.require(Permission.MANAGE_FIELDS)
    field = get_object_or_404(FieldDefinition, pk=field_id)
    form = FieldSettingsForm(_posted(request), initial=FieldSettingsForm.showing(field), kind=field.kind)
    if saved := form.attempt(lambda: edit_field(field_id, request.actor, form.changes())):
        messages.success(request, _("%(label)s was saved.") % {"label": saved.label})
        return redirect("fields:list")
    status = 422 if form.is_bound else 200
    return render(request, "tickets/fields/edit.html", {"form": form, "field": field}, status=status)


def _posted(request: AgentRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
