"""What the house wants of its figures: what counts today, what counted before, and a form for what shall count."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.decorators import needs
from agents.requests import AgentRequest, posted
from helpdesk.lib.http import Said, answer
from reports.metrics import KPIS
from reports.models import Target
from reports.target_forms import TargetForm
from reports.target_setting import MAY, goals, set_target
from reports.target_words import target_said
from reports.zone import day_of, zone


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MAY)
def targets(request: AgentRequest) -> HttpResponse:
    """`kpi` and `team` in the address choose what the form begins with."""
    today = day_of(now())
    chosen = {name: request.GET.get(name, "") for name in ("kpi", "team")}
    initial = {"since": today, "per": Target.Per.MONTH, **{name: value for name, value in chosen.items() if value}}
    form = TargetForm(posted(request), initial=initial)
    made = form.attempt(lambda: set_target(request.actor, **form.asked()))
    if made is not None:
        said = Said(_("The target is set.") if made.value is not None else _("The target is ended."))
        return answer(request, "", {}, to=reverse("reports:targets"), said=said)
    context = {"form": form, "goals": [_drawn(goal) for goal in goals(now())], "zone": zone().key, "today": today}
    return render(request, "reports/targets.html", context, status=422 if form.errors else 200)


def _drawn(goal: Any) -> dict[str, Any]:
    rows = [{"row": row, "said": target_said(KPIS[row.kpi], row.value, row.per)} for row in goal.rows]
    now_said = target_said(goal.kpi, goal.now.value, goal.now.per) if goal.now else target_said(goal.kpi, None)
    ahead = [one for one in rows if goal.now is None or one["row"].since > goal.now.since]
    return {"goal": goal, "said": now_said, "ahead": ahead, "rows": rows}
