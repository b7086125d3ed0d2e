"""The tiers of organisations: a word of the house for each, written alike wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from customers.models import Organization
from helpdesk.lib.errors import HelpdeskError

NONE = "none"
"""What a query says for "no tier"; so no tier is called that."""
_TIER = re.compile(r"\w[\w +&./'-]{0,39}")


def read_tier(said: str) -> str:
    """As it is written already where some organisation has it ("gold" becomes "Gold"). Raises HelpdeskError bad_tier:
    a comma parts the values of a query, and a beginning with a sign means something else there."""
    if said and (not _TIER.fullmatch(said) or said.casefold() == NONE):
        message = _("A tier begins with a letter or a digit, has no commas or quotes, and is not called “none”.")
        raise HelpdeskError("bad_tier", message, field="tier")
    return next(iter(spellings([said])), said) if said else ""


def spellings(said: Iterable[str]) -> list[str]:
    """How organisations write the tiers that somebody typed, in small or capital letters; unknown ones are left out."""
    wanted = {one.strip().casefold() for one in said}
    return [tier for tier in Organization.objects.tiers() if tier.casefold() in wanted]
