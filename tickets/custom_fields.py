"""How an admin defines what else a ticket asks for; key and kind stay as made, since stored values depend on them."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from agents.room import expect_room
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.text import one_line
from tickets.models import FieldDefinition

EDITABLE = ("label", "choices", "position", "required_to_solve", "active")
MOST_FIELDS = 60
MOST_CHOICES = 200
LONGEST_CHOICE = 80
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@transaction.atomic
def add_field(by: Actor, *, key: str, kind: str, **known: Any) -> FieldDefinition:
    """Define a field. Raises HelpdeskError: bad_key, key_taken, bad_kind, too_many_fields, or as edit_field()."""
    by.require(Permission.MANAGE_FIELDS)
    if not _KEY.fullmatch(key):
        raise HelpdeskError(
            "bad_key", _("A key has small letters, digits and _, and begins with a letter."), field="key"
        )
    if kind not in FieldDefinition.Kind.values:
        raise HelpdeskError("bad_kind", _("There is no such kind of field."), field="kind")
    full = HelpdeskError("too_many_fields", _("There are sixty fields already; reuse one."), field="key")
    expect_room(None, FieldDefinition.objects.all(), MOST_FIELDS, full)
    field = FieldDefinition(key=key, kind=kind)
    _assign(field, known)
    try:
        with transaction.atomic():
            field.save(force_insert=True)
    except IntegrityError:
        raise HelpdeskError("key_taken", _("There is a field with this key already."), field="key") from None
    audit.record("field_made", by=by, subject=field.label, data={"key": key, "kind": kind})
    return field


@transaction.atomic
def edit_field(pk: int, by: Actor, changes: dict[str, Any]) -> FieldDefinition:
    """Write what the form changed (keys of EDITABLE). Taking a field away means `active=False`: values stay readable.

    So does a choice that is taken away: tickets that have it keep and show it, and nobody can choose it anew.
    """
    by.require(Permission.MANAGE_FIELDS)
    field = FieldDefinition.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if field is None:
        raise NotVisible("not_found", _("There is no such field."))
    before = {name: getattr(field, name) for name in EDITABLE}
    _assign(field, changes)
    if altered := [name for name in EDITABLE if before[name] != getattr(field, name)]:
        field.save(update_fields=altered)
        said = {name: {"from": before[name], "to": getattr(field, name)} for name in altered}
        audit.record(
            "field_edited", by=by, subject=field.label, data={"key": field.key, "fields": altered, "was": said}
        )
    return field


def read_choices(text: str) -> list[str]:
    """One choice per line; empty lines and repetitions are dropped, the order is kept."""
    choices = list(dict.fromkeys(line for line in map(one_line, text.splitlines()) if line))
    if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
        raise HelpdeskError("bad_choices", _("At most 200 choices with at most 80 characters each."), field="choices")
    return choices


def _assign(field: FieldDefinition, known: dict[str, Any]) -> None:
    if unknown := known.keys() - set(EDITABLE):
        raise HelpdeskError("unknown_field", _("There is no setting %(name)s.") % {"name": sorted(unknown)[0]})
    for name, value in known.items():
        setattr(field, name, one_line(value) if name == "label" else value)
    if not field.label:
        raise HelpdeskError("no_label", _("A field needs a label."), field="label")
    if field.kind == FieldDefinition.Kind.CHOICE and not field.choices:
        raise HelpdeskError("no_choices", _("A choice field needs at least one choice."), field="choices")
    if field.kind != FieldDefinition.Kind.CHOICE and field.choices:
        raise HelpdeskError("no_choices_here", _("Only a choice field has choices."), field="choices")
