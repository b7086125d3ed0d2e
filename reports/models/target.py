"""What the house wants of a figure, from which day on; earlier rows stay, so that the past is judged as it was."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from reports.target_querysets import TargetQuerySet


class Target(models.Model):
    """Only ever added. Of two rows for one day the later one counts, so a slip is mended by another row."""

    class Per(models.TextChoices):
        """For how long the value holds: counts grow with the range, everything else does not."""

        RANGE = "range", _("any range")
        DAY = "day", _("a day")
        MONTH = "month", _("a month")
        QUARTER = "quarter", _("a quarter")

    # A key of reports.metrics.KPIS.
    kpi = models.CharField(max_length=24)
    # None: the house.
    team = models.ForeignKey("agents.Team", models.CASCADE, null=True, related_name="+", db_index=False)
    # Of durations: inside opening hours rather than by the calendar.
    business = models.BooleanField(default=False)
    per = models.CharField(max_length=8, choices=Per.choices, default=Per.RANGE)
    # In the unit of the figure: seconds, a share of 1, a count, a score. None: from that day on there is none.
    value = models.FloatField(null=True)
    # A day of the reporting zone.
    since = models.DateField()
    set_at = models.DateTimeField(default=now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["kpi", "team", "since"], name="target_by_kpi"),)

    def __str__(self) -> str:
        return f"{self.kpi} of {self.team_id or 'all'} from {self.since}: {self.value}"
