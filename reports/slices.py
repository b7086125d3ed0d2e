"""By what every figure can be parted, and how a value of it narrows facts and spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models.fact import TAG

if TYPE_CHECKING:
    from django.db.models import QuerySet

Value = int | str | None


@dataclass(frozen=True)
class Slice:
    """`column` holds its value; None among the values stands for "none of them"."""

    key: str
    name: Promise
    column: str
    # The backlog knows no hour of an event.
    of_spans: bool = True
    condition: Callable[[Sequence[Value]], Q] | None = None

    def q(self, values: Sequence[Value]) -> Q:
        """Any of these."""
        if self.condition:
            return self.condition(values)
        named = [value for value in values if value is not None]
        found = Q(**{f"{self.column}__in": named})
        return found | Q(**{self.column: None}) if None in values else found

    def found_in(self, rows: QuerySet[Any]) -> list[Value]:
        """The values that occur, in order, none of them last."""
        values: Iterable[Value] = rows.order_by().values_list(self.column, flat=True).distinct()
        if self.key == "tag":
            values = {tag or None for text in values for tag in (str(text).strip(TAG).split(TAG) if text else [""])}
        return sorted(set(values), key=lambda value: (value is None, value))


def _tagged(values: Sequence[Value]) -> Q:
    found = Q(pk__in=())
    for value in values:
        found |= Q(tags__contains=f"{TAG}{value}{TAG}") if value is not None else Q(tags="")
    return found


SLICES: dict[str, Slice] = {
    one.key: one
    for one in (
        Slice("team", _("Team"), "team_id"),
        Slice("agent", _("Agent"), "agent_id"),
        Slice("channel", _("Channel"), "channel"),
        Slice("priority", _("Priority"), "priority"),
        Slice("tag", _("Tag"), "tags", condition=_tagged),
        # As they are today: to which organisation a ticket belonged leaves no fact of its own, nor does its tier.
        Slice("organization", _("Organisation"), "organization_id"),
        Slice("tier", _("Tier"), "organization__tier"),
        Slice("customer", _("Customer"), "requester_id"),
        Slice("language", _("Language"), "language"),
        Slice("policy", _("SLA policy"), "policy_id"),
        Slice("hour", _("Hour of the week"), "hour_of_week", of_spans=False),
    )
}
