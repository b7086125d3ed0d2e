"""Deciding what the house wants of a figure: who may, what is refused, and what the audit log learns of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from reports.kpi import SCORE, SECONDS, SHARE, Kpi
from reports.metrics import KPIS
from reports.models import Target
from reports.targets import grows, in_force, targetable
from reports.zone import day_of
from sla.durations import read_minutes

if TYPE_CHECKING:
    from datetime import datetime

    from agents.actors import Actor
    from agents.models import Team

MAY = Permission.MANAGE_SLA
"""Whoever decides what customers are promised decides what the house wants of itself."""
_MOST = 1e9
_BEST_SCORE = 5


def set_target(by: Actor, kpi: Kpi, *, value: float | None, since: date, **more: object) -> Target:
    """Add a row from that day on; `more`: team, business, per. Without a value there is no target any more from then.

    Raises Denied, and HelpdeskError "no_target" (neither direction is better) or "bad_per" (counts need a span).
    """
    by.require(MAY)
    if kpi not in targetable():
        raise HelpdeskError("no_target", _("Of this figure neither direction is better."), field="kpi")
    row = Target(kpi=kpi.key, value=value, since=since, set_by_id=by.id, **more)
    if grows(kpi) == (row.per == Target.Per.RANGE):
        words = _("Say for how long: a day, a month or a quarter.") if grows(kpi) else _("This figure needs no span.")
        raise HelpdeskError("bad_per", words, field="per")
    if row.business and kpi.unit != SECONDS:
        raise HelpdeskError("bad_clock", _("Only durations are counted inside opening hours."), field="business")
    with transaction.atomic():
        row.save()
        kind = ("team_" if row.team_id else "") + ("target_set" if value is not None else "target_ended")
        audit.record(kind, by=by, team=row.team, data={"fields": [kpi.key]})
    return row


def read_value(kpi: Kpi, text: str) -> float | None:
    """In the unit of the figure: "4 h", "92 %", "4,5", "120"; None of nothing. Raises HelpdeskError at "value"."""
    said = text.strip()
    if not said:
        return None
    if kpi.unit == SECONDS:
        try:
            return read_minutes(said) * 60.0
        except HelpdeskError as error:
            raise HelpdeskError(error.code, str(error), field="value") from None
    try:
        value = float(said.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise _refused(kpi) from None
    if kpi.unit == SHARE:
        value /= 100
    most = 1 if kpi.unit == SHARE else _BEST_SCORE if kpi.unit == SCORE else _MOST
    if not math.isfinite(value) or abs(value) > most or (value < 0 and kpi.key != "net_flow"):
        raise _refused(kpi)
    return value


def _refused(kpi: Kpi) -> HelpdeskError:
    words = {SHARE: _("Write a share from 0 to 100 %."), SCORE: _("Write a score from 1 to 5.")}
    return HelpdeskError("bad_value", words.get(kpi.unit, _("Write a number.")), field="value")


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that is wanted: what counts today, and every row that there ever was, newest first."""

    kpi: Kpi
    team: Team | None
    business: bool
    now: Target | None
    rows: list[Target]


def goals(at: datetime) -> list[Goal]:
    """In the order of the figures, those of the house before those of teams."""
    found: dict[tuple[str, int | None, bool], list[Target]] = {}
    for row in Target.objects.for_history():
        found.setdefault((row.kpi, row.team_id, row.business), []).append(row)
    places = {key: place for place, key in enumerate(KPIS)}
    made = [_goal(rows, at, KPIS) for rows in found.values() if rows[0].kpi in KPIS]
    return sorted(made, key=lambda one: (places[one.kpi.key], one.team is not None, str(one.team or ""), one.business))


def _goal(rows: list[Target], at: datetime, kpis: Mapping[str, Kpi]) -> Goal:
    first = rows[0]
    return Goal(kpis[first.kpi], first.team, first.business, in_force(rows, day_of(at)), rows)
