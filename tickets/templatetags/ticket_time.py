"""Minutes of work as the panels say them, in the form in which the field takes them back."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def as_time(minutes: int) -> str:
    """Hours and minutes with a colon, which every language reads and TimeForm understands."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}"
