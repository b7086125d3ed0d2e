"""Named questions to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from reports.models.target import Target  # noqa: F401  names inside QuerySet["…"]


class TargetQuerySet(models.QuerySet["Target"]):
    def in_order(self) -> TargetQuerySet:
        """The oldest first; of one day the later row counts and so stands last."""
        return self.order_by("since", "pk")

    def for_history(self) -> TargetQuerySet:
        """Newest first, with the names that a page shows. Rides target_by_kpi."""
        return self.select_related("team", "set_by").order_by("-since", "-pk")
