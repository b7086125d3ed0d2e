"""Policies in words: what one says in short, and what a version altered, told anew in each reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from agents.models import Agent, Team
from sla.conditions import said
from sla.durations import minutes_said
from sla.ladder_rows import DOES, TOLD, row_fields
from sla.models import Calendar, Metric, SlaPolicy, SlaPolicyVersion
from sla.policies import PAUSES, said_in
from tickets.models import Priority, Status
from tickets.query_names import DatabaseNames


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` or `after` is empty where there was, or is, nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy as the list shows it."""

    policy: SlaPolicy
    version: SlaPolicyVersion
    conditions: list[str]
    targets: list[tuple[str, str]]
    steps: int


def rows(policies: list[SlaPolicy]) -> list[PolicyRow]:
    """With their newest versions; two statements for all, and one for each name that a condition says."""
    newest: dict[int, SlaPolicyVersion] = {}
    versions = SlaPolicyVersion.objects.filter(policy__in=policies).select_related("calendar").order_by("number")
    for version in versions:
        newest[version.policy_id] = version
    names = DatabaseNames()
    return [
        PolicyRow(policy, held, said(held.conditions, names), targets_in_short(held.targets), len(held.ladder))
        for policy in policies
        if (held := newest.get(policy.pk)) is not None
    ]


def targets_in_short(targets: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str]]:
    """("First response", "1 h – 8 h") for each metric that is promised: the shortest and the longest time."""
    found = []
    for metric in Metric:
        minutes = sorted(targets.get(metric, {}).values())
        if minutes:
            few, many = minutes_said(minutes[0]), minutes_said(minutes[-1])
            found.append((str(metric.label), few if few == many else f"{few} – {many}"))
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What another wording of a policy alters, in the order of its page."""
    return [one for one in _differences(before, after) if one.before != one.after]


def between(older: SlaPolicyVersion, newer: SlaPolicyVersion) -> list[Difference]:
    return differences(said_in(older), said_in(newer))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    names = DatabaseNames()
    if "name" in before and "name" in after:
        yield Difference(_("Name"), before["name"], after["name"])
        yield Difference(_("In use"), _yes(before["active"]), _yes(after["active"]))
    yield Difference(_("Conditions"), *(_conditions(said(one["conditions"], names)) for one in (before, after)))
    yield Difference(_("Opening hours"), *(_calendar(one["calendar"]) for one in (before, after)))
    for metric in Metric:
        yield from _of_metric(metric, before, after)
    yield from _of_ladder(before["ladder"], after["ladder"])


def _of_metric(metric: Metric, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    both = (before, after)
    for priority in Priority:
        minutes = [one["targets"].get(metric, {}).get(priority.slug) for one in both]
        yield Difference(f"{metric.label}, {priority.label}", *(minutes_said(m) if m else "" for m in minutes))
    if not any(one["targets"].get(metric) for one in both):
        return
    counts = [_("Day and night") if metric in one["wall_clock"] else _("Opening hours") for one in both]
    yield Difference(_("%(metric)s counts") % {"metric": metric.label}, *counts)
    pauses = [
        ", ".join(str(Status(state).label) for state in one["pauses"].get(metric, PAUSES[metric])) for one in both
    ]
    yield Difference(_("%(metric)s stands still") % {"metric": metric.label}, *pauses)


def _of_ladder(before: list[Any], after: list[Any]) -> Iterator[Difference]:
    for place, (one, other) in enumerate(zip_longest(before, after), 1):
        if one != other:
            said_both = (step_said(step) if step else "" for step in (one, other))
            yield Difference(_("Ladder, step %(place)d") % {"place": place}, *said_both)


def step_said(step: Mapping[str, Any]) -> str:
    """When a step is taken and what it does: "Resolution, 30 min before it is due: tell Assignee"."""
    parts = [
        _("only %(condition)s") % {"condition": line} for line in said(step.get("condition") or [], DatabaseNames())
    ]
    parts += [_("tell %(whom)s") % {"whom": _told(one)} for one in step.get("notify") or []]
    parts += [_does(one) for one in step.get("do") or []]
    if step.get("escalate"):
        parts.append(_("escalate to %(whom)s") % {"whom": _asked(step.get("to") or {})})
    if minutes := step.get("ack_minutes"):
        parts.append(_("to be acknowledged within %(time)s") % {"time": minutes_said(minutes)})
    if minutes := step.get("repeat_every"):
        words = _("reminder every %(time)s, %(times)d at most")
        parts.append(words % {"time": minutes_said(minutes), "times": step.get("max_repeats") or 0})
    metric = Metric(step["metric"]).label
    return f"{metric}, {_moment(step['at'])}: {', '.join(parts)}"


def _moment(at: str) -> str:
    if at.endswith("%"):
        return _("%(percent)s %% of the time") % {"percent": at[:-1]}
    if at == "0":
        return _("when it is due")
    time = minutes_said(int(at[1:-1]))
    return (_("%(time)s before it is due") if at[0] == "-" else _("%(time)s after it was due")) % {"time": time}


def _told(one: str) -> str:
    key = one.partition(":")[2]
    return _agent(int(key)) if one.startswith("agent:") else str(dict(TOLD).get(one, one))


def _does(action: Mapping[str, Any]) -> str:
    labels = {name: field.label for name, field in row_fields(1).items()}
    for name, verb, value, is_key in DOES:
        if action.get("do") == verb:
            said_value = str(action.get(value, ""))
            if is_key:
                said_value = _team(int(said_value)) if value == "team_id" else _agent(int(said_value))
            elif value == "priority":
                said_value = dict(Priority.slugs()).get(said_value, said_value)
            return f"{labels[f'step0_{name}']}: {said_value}"
    return str(action.get("do"))


def _asked(to: Mapping[str, int]) -> str:
    if "team" in to:
        return _team(to["team"])
    return _agent(to["agent"]) if "agent" in to else _("whoever supervises the team")


def _agent(pk: int) -> str:
    return Agent.objects.filter(pk=pk).values_list("name", flat=True).first() or f"#{pk}"


def _team(pk: int) -> str:
    return Team.objects.filter(pk=pk).values_list("name", flat=True).first() or f"#{pk}"


def _conditions(lines: list[str]) -> str:
    return _(" or ").join(lines) if lines else _("Every ticket")


def _calendar(pk: int | None) -> str:
    if pk is None:
        return _("None")
    return Calendar.objects.filter(pk=pk).values_list("name", flat=True).first() or "?"


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")
