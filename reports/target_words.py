"""How targets are said: "at most 4 h", "at least 92 %", "at most 120 a month"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.kpi import COUNT, UP, Kpi
from reports.models import Target
from reports.showing import shown

TEN = 10


def target_said(kpi: Kpi, value: float | None, per: str = Target.Per.RANGE) -> str:
    if value is None:
        return _("no target")
    # A target for a month is a broken number of three days.
    words = shown(round(value) if kpi.unit == COUNT and abs(value) >= TEN else value, kpi.unit)
    patterns = {
        Target.Per.DAY: (_("at least %(value)s a day"), _("at most %(value)s a day")),
        Target.Per.MONTH: (_("at least %(value)s a month"), _("at most %(value)s a month")),
        Target.Per.QUARTER: (_("at least %(value)s a quarter"), _("at most %(value)s a quarter")),
    }
    usual = (_("at least %(value)s"), _("at most %(value)s"))
    return patterns.get(Target.Per(per), usual)[0 if kpi.better == UP else 1] % {"value": words}
