"""Says what happened to the promises on a ticket and to its escalations; the facts come from sla, as codes and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.moments import day_and_time

Data = dict[str, Any]

METRICS: dict[str, str | Promise] = {
    "first_response": gettext_lazy("First response"),
    "next_response": gettext_lazy("Next response"),
    "periodic_update": gettext_lazy("Periodic update"),
    "resolution": gettext_lazy("Resolution"),
    "team_handling": gettext_lazy("Team handling"),
}
REASONS: dict[str, str | Promise] = {
    "due_soon": gettext_lazy("Due soon"),
    "breached": gettext_lazy("Breached"),
    "customer_upset": gettext_lazy("Unhappy customer"),
    "needs_senior": gettext_lazy("Needs somebody more experienced"),
    "needs_decision": gettext_lazy("Needs a decision"),
    "low_score": gettext_lazy("Low score"),
    "not_acknowledged": gettext_lazy("Nobody acknowledged in time"),
    "other": gettext_lazy("Something else"),
}


def _policy_set(data: Data) -> str:
    if data["to"]:
        return _("put the SLA policy “%(policy)s” in force") % {"policy": data["to"]["name"]}
    return _("let the conditions choose the SLA policy again")


def _breached(data: Data) -> str:
    due = parse_datetime(data["due_at"])
    words = {"metric": METRICS.get(data["metric"], data["metric"]), "moment": day_and_time(due) if due else ""}
    if data.get("cause") == "rebase":
        return _("noted a missed target: %(metric)s had used more than its new target") % words
    return _("noted a missed target: %(metric)s was due %(moment)s") % words


def _step(data: Data) -> str:
    if data.get("escalated") or not data.get("notify"):
        return ""  # the escalation says so itself
    return _("sent a reminder: %(metric)s") % {"metric": METRICS.get(data["metric"], data["metric"])}


def _escalated(data: Data) -> str:
    words = {
        "name": data["owner"]["name"] if data.get("owner") else "",
        "team": data["team"]["name"] if data.get("team") else "",
        "reason": REASONS.get(data.get("reason", ""), data.get("reason", "")),
        "level": data["level"],
    }
    if data.get("cause") == "admins" and not words["name"]:
        said = _("escalated the ticket to the admins (%(reason)s)") % words
    elif words["name"]:
        said = _("escalated the ticket to %(name)s (%(reason)s)") % words
    else:
        said = _("escalated the ticket to whoever supervises %(team)s (%(reason)s)") % words
    return "; ".join([said, _("level %(level)d") % words] if data["level"] > 1 else [said])


PHRASES: dict[str, Callable[[Data], str]] = {
    "sla_policy_set": _policy_set,
    "sla_breached": _breached,
    "sla_step_taken": _step,
    "sla_step_refused": lambda d: _("could not carry out a step of the escalation ladder"),
    "escalated": _escalated,
    "escalation_acknowledged": lambda d: _("acknowledged the escalation"),
    "escalation_taken_over": lambda d: _("took the escalation over"),
    "escalation_handed_back": lambda d: _("handed the ticket back after the escalation"),
    "escalation_resolved": lambda d: _("resolved the escalation"),
    "escalation_expired": lambda d: _("noted that nobody acknowledged the escalation in time"),
    "escalation_reminded": lambda d: _("reminded of the escalation"),
}
