"""The registry of keys, for the help sheet."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from helpdesk.key_map import SHEET, Key

register = template.Library()


@register.simple_tag
def key_sheet() -> tuple[tuple[str | Promise, tuple[Key, ...]], ...]:
    """Sections of the sheet: a title and its keys."""
    return SHEET
