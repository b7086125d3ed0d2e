"""Back from data to an Action: what macros, bulk jobs and ladders keep is made a verb again, or refused."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import REGISTRY, Action


def load(step: dict[str, Any]) -> Action:
    """The Action that `dump()` made. Raises HelpdeskError("unknown_action" | "bad_step")."""
    args = dict(step)
    if (cls := REGISTRY.get(args.pop("do", ""))) is None:
        raise HelpdeskError("unknown_action", _("There is no such action."), field="do")
    if unknown := args.keys() - {one.name for one in fields(cls)}:
        words = _("%(action)s does not take %(names)s.") % {"action": cls.name, "names": ", ".join(sorted(unknown))}
        raise HelpdeskError("bad_step", words, field="do")
    try:
        return cls(**args)
    except TypeError:
        words = _("%(action)s lacks a value.") % {"action": cls.name}
        raise HelpdeskError("bad_step", words, field="do") from None
