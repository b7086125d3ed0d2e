"""Every survey and what became of it, for supervisors; and whether a customer may be asked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs, signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.matching import follow
from customers.models import Customer
from helpdesk.lib.http import Said, answer
from helpdesk.lib.keyset import paginate
from surveys.administration import set_asking
from surveys.models import Reason, State, Survey, SurveySettings
from surveys.shown import row

ROWS = 50


@require_safe
@needs(Permission.SUPERVISE, Permission.REPORTS)
def listing(request: AgentRequest) -> HttpResponse:
    """Newest first, of tickets that the reader may see. `state`, `reason` and `score=low` narrow it; an unknown value
    is as none. Rides survey_by_created, survey_by_state or survey_low."""
    asked = {
        "state": _known(request.GET.get("state", ""), State.values),
        "reason": _known(request.GET.get("reason", ""), Reason.values),
        "score": _known(request.GET.get("score", ""), ["low"]),
    }
    rows = Survey.objects.visible_to(request.actor)
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["reason"]:
        rows = rows.filter(reason=asked["reason"])
    if asked["score"]:
        rows = rows.low()
    older, newer = request.GET.get("older"), request.GET.get("newer")
    page = paginate(rows.for_list(), by="created_at", limit=ROWS, older=older, newer=newer)
    narrowed = "".join(f"{name}={value}&" for name, value in asked.items() if value)
    context = {
        "surveys": [row(survey) for survey in page.rows],
        "asked": asked,
        "states": State.choices,
        "reasons": Reason.choices,
        "older": page.older and f"?{narrowed}older={page.older}",
        "newer": page.newer and f"?{narrowed}newer={page.newer}",
        "enabled": SurveySettings.current().enabled,
        "may_change": request.actor.can(Permission.MANAGE_SLA),
    }
    return render(request, "surveys/list.html", context)


@require_POST
@signed_in
def asking(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Note for a customer whether they may be asked: `wanted` is "yes" or anything else."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    customer = follow(get_object_or_404(Customer.objects.select_related("merged_into"), pk=customer_id))
    wanted = request.POST.get("wanted") == "yes"
    set_asking(request.actor, customer, wanted)
    said = Said(_("The customer may be asked again.") if wanted else _("The customer will not be asked any more."))
    return answer(request, "", {}, to=reverse("customers:detail", args=[customer.pk]), said=said)


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""
