"""How macros are made, changed, copied, put in order and taken away, and who may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.models import Team
from agents.permissions import Permission
from agents.room import expect_room
from automation.macros.house import House
from automation.macros.model import Macro
from automation.macros.verbs import visible_macro
from automation.macros.vocabulary import VERBS, Step, stored, trouble
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible, Stale
from helpdesk.lib.text import clean, one_line
from tickets.canned import may_share
from tickets.drafts import writer
from tickets.steps import action_of

if TYPE_CHECKING:
    from agents.actors import Actor

MOST_STEPS = 20
MOST_OWN = 100
LONGEST_BODY = 20_000


def may_change(macro: Macro, actor: Actor) -> bool:
    """One's own always; a shared one as canned texts: with SUPERVISE."""
    return macro.owner_id == actor.id if macro.owner_id else may_share(actor)


def macro_to_change(pk: int, actor: Actor, *, held: bool = False) -> Macro:
    """Raises NotVisible, or Denied for one that the actor may only apply. `held`: nobody else changes or removes it
    until the transaction ends."""
    macro = visible_macro(pk, actor, held=held)
    if not may_change(macro, actor):
        raise Denied("denied", _("Only supervisors change macros that are shared."))
    return macro


@transaction.atomic
def save_macro(by: Actor, known_as: Mapping[str, Any], pk: int | None = None, *, version: int | None = None) -> Macro:
    """Make a macro, or change that of the key: `name`, `description`, `steps`, `body`, `kind`, `active`, `shared`,
    `team_id`. `version` is that which the writer read; without it the last one to save wins.

    Raises Stale when it was saved since, NotVisible when it is gone, Denied, or HelpdeskError whose field is that of
    the mistake: "name", "body", "team_id", "steps.2".
    """
    macro = Macro() if pk is None else macro_to_change(pk, by, held=True)
    if pk is not None and version not in (None, macro.version):
        raise Stale("macro_changed", _("This macro was changed meanwhile; look at it again."))
    before = None if pk is None else _settings_of(macro)
    _share(macro, by, bool(known_as["shared"]), known_as["team_id"])
    macro.name = one_line(known_as["name"], 120)
    if not macro.name:
        raise HelpdeskError("empty", _("Give it a name."), field="name")
    macro.description = one_line(known_as["description"], 250)
    macro.body = clean(known_as["body"]).strip()
    if len(macro.body) > LONGEST_BODY:
        raise HelpdeskError("too_long", _("A text has at most 20,000 characters."), field="body")
    macro.kind = known_as["kind"]
    if macro.body and macro.kind == Macro.Words.REPLY and not by.can(Permission.REPLY):
        raise Denied("denied", _("Your role does not answer customers."))
    macro.steps = checked(known_as["steps"], House.read())
    if not (macro.steps or macro.body):
        raise HelpdeskError("empty", _("A macro needs a step or a text."), field="steps")
    macro.active = bool(known_as["active"])
    if pk is not None:
        macro.version += 1
    else:
        macro.position = _last(macro) + 1
    macro.updated_at = now()
    macro.save(force_insert=pk is None, force_update=pk is not None)
    audit.record_shared("macro", macro.name, by=by, before=before, after=_settings_of(macro))
    return macro


def _settings_of(macro: Macro) -> dict[str, Any]:
    """What the audit log compares."""
    return {
        "name": macro.name,
        "description": macro.description,
        "steps": macro.steps,
        "body": macro.body,
        "kind": macro.kind,
        "in_use": macro.active,
        "sharing": ("team", macro.team_id) if macro.is_shared else None,
    }


def checked(steps: Sequence[Step], house: House) -> list[Step]:
    """The steps as they are kept. Raises HelpdeskError with the step as its field."""
    if len(steps) > MOST_STEPS:
        raise HelpdeskError(
            "too_many_steps", _("A macro has at most %(most)d steps.") % {"most": MOST_STEPS}, field="steps"
        )
    found = []
    for number, step in enumerate(steps):
        place = f"steps.{number}"
        if step.get("do") not in VERBS:
            raise HelpdeskError("unknown_action", _("A macro cannot do this."), field=place)
        action_of(dict(step), place)
        try:
            if wrong := trouble(step, house):
                raise HelpdeskError("bad_step", wrong)
            found.append(stored(step, house))
        except HelpdeskError as error:
            raise HelpdeskError(error.code, error.message, field=place) from None
    return found


def _share(macro: Macro, by: Actor, shared: bool, team_id: int | None) -> None:
    owner = writer(by)
    if shared and not may_share(by):
        raise Denied("denied", _("Only supervisors share macros."))
    if shared and team_id is not None and team_id != macro.team_id:
        mine = by.sees_all_tickets or team_id in by.team_ids
        if not (mine and Team.objects.active().filter(pk=team_id).exists()):
            raise HelpdeskError("no_such_team", _("There is no such team."), field="team_id")
    was_shared = bool(macro.pk) and macro.is_shared
    macro.owner_id = None if shared else owner
    macro.team_id = team_id if shared else None
    if not shared and (macro.pk is None or was_shared):
        _expect_room(owner)


def _expect_room(owner: int) -> None:
    full = HelpdeskError("too_many_macros", _("You have a hundred macros already; remove one first."))
    expect_room(owner, Macro.objects.filter(owner_id=owner), MOST_OWN, full)


@transaction.atomic
def copy_macro(pk: int, by: Actor) -> Macro:
    """A copy of one's own of a macro that one may apply: as it is, a broken one too, which is mended in the copy."""
    macro = visible_macro(pk, by)
    _expect_room(writer(by))
    macro.name = one_line(_("Copy of %(name)s") % {"name": macro.name}, 120)
    macro.pk, macro.owner_id, macro.team_id = None, writer(by), None
    macro.position, macro.version, macro.updated_at = _last(macro) + 1, 1, now()
    macro._state.adding = True
    macro.save()
    return macro


@transaction.atomic
def remove_macro(pk: int, by: Actor) -> Macro:
    macro = macro_to_change(pk, by, held=True)
    audit.record_shared("macro", macro.name, by=by, before=_settings_of(macro), after=None)
    macro.delete()
    return macro


@transaction.atomic
def move_macro(pk: int, by: Actor, step: int) -> None:
    """Up (-1) or down (1) among those that are shown beside it: one's own, or the shared ones."""
    moved = macro_to_change(pk, by)
    beside = Macro.objects.filter(owner_id=moved.owner_id).visible_to(by).in_order()
    macros = list(beside.select_for_update(of=("self",)))
    here = next((place for place, macro in enumerate(macros) if macro.pk == pk), None)
    if here is None:  # removed at this very moment
        raise NotVisible("not_found", _("There is no such macro."))
    macros.insert(min(max(here + step, 0), len(macros) - 1), macros.pop(here))
    # The places that they held are dealt out anew, so that the macros of other teams stay where they are.
    places = sorted(macro.position for macro in macros)
    if len(set(places)) < len(places):
        places = list(range(len(macros)))
    altered = [(macro.pk, place) for macro, place in zip(macros, places, strict=True) if macro.position != place]
    for key, place in altered:
        Macro.objects.filter(pk=key).update(position=place)
    if altered and moved.is_shared:
        audit.record("macros_ordered", by=by)


def _last(macro: Macro) -> int:
    newest = Macro.objects.filter(owner_id=macro.owner_id).aggregate(last=Max("position"))["last"]
    return min(-1 if newest is None else newest, 32_000)


def troubles(macros: Iterable[Macro], house: House) -> dict[int, list[str]]:
    """Why macros are broken, by their keys; those that are not are left out."""
    found = {macro.pk: [wrong for step in macro.steps if (wrong := trouble(step, house))] for macro in macros}
    return {pk: reasons for pk, reasons in found.items() if reasons}
