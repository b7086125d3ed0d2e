"""Keeps what only time may do out of the hands of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from helpdesk.lib.errors import Denied

if TYPE_CHECKING:
    from agents.actors import Actor


def by_the_house(actor: Actor) -> None:
    """Raise Denied for everybody but a part of the house acting by itself."""
    if actor.kind != "system":
        raise Denied("denied", _("This happens by itself when its time comes."))
