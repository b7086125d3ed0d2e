"""What a bulk gesture came to, said once on the page that one is led back to."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tickets.bulk_said import may_undo
from tickets.models import BulkJob

SAID = "bulk_said"

register = template.Library()


@register.simple_tag(takes_context=True)
def bulk_told(context: dict[str, Any]) -> SafeString:
    """A toast with the numbers, the way to the reasons, and Undo; nothing where there is nothing to tell."""
    request = context["request"]
    key = request.session.pop(SAID, None)
    job = BulkJob.objects.visible_to(request.actor).filter(pk=key).first() if key else None
    if job is None:
        return mark_safe("")
    numbers = job.items.numbers()
    changed = job.items.changed().count()
    told = {
        "job": job,
        "changed": changed,
        "same": numbers["done"] - changed,
        "refused": numbers["refused"],
        "undoable": may_undo(job),
    }
    return mark_safe(render_to_string("tickets/bulk/_told.html", told, request))  # noqa: S308 - a template of ours
