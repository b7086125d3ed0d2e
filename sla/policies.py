"""How policies are proposed and put in force: every edit is weighed first, and each makes a version that stays."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError, NotVisible, Stale
from helpdesk.lib.text import one_line
from sla import known
from sla.conditions import check_condition
from sla.ladders import check_ladder
from sla.models import Calendar, Metric, SlaPolicy, SlaPolicyVersion, SlaRevision
from sla.ticking import DEFAULT_PAUSES

SAID = ("conditions", "calendar", "targets", "wall_clock", "pauses", "ladder")
"""What a version holds, as a proposal names it."""
PAUSES: dict[str, list[str]] = {
    metric: [state for state in ("pending", "on_hold", "solved") if state in DEFAULT_PAUSES[metric]]
    for metric in Metric.values
}
"""In which states each metric stands still, unless a policy says otherwise."""
MOST = 200


def newest(policy: SlaPolicy) -> SlaPolicyVersion:
    return policy.versions.select_related("calendar").order_by("-number")[:1].get()


def proposal_of(policy: SlaPolicy) -> dict[str, Any]:
    """What holds now, as a proposal says it."""
    version = newest(policy)
    return {"name": policy.name, "active": policy.active} | said_in(version)


def said_in(version: SlaPolicyVersion) -> dict[str, Any]:
    return {name: version.calendar_id if name == "calendar" else getattr(version, name) for name in SAID}


def fresh_proposal() -> dict[str, Any]:
    """A policy of which nothing is said yet."""
    return {
        "name": "",
        "active": True,
        "conditions": [],
        "calendar": Calendar.objects.active().filter(versions__isnull=False).values_list("pk", flat=True).first(),
        "targets": {},
        "wall_clock": [],
        "pauses": {metric: list(states) for metric, states in PAUSES.items()},
        "ladder": [],
    }


def ground() -> str:
    """What is in force now, as one short word: another when any policy, place or version is another."""
    rows = SlaPolicy.objects.all_in_order().values_list("pk", "active")
    versions = SlaPolicyVersion.objects.order_by("policy", "number").values_list("policy", "number")
    calendars = Calendar.objects.order_by("pk").values_list("pk", "versions__number")
    told = json.dumps([list(rows), list(versions), sorted(map(str, calendars))])
    return hashlib.sha256(told.encode()).hexdigest()


def propose_policy(by: Actor, proposal: dict[str, Any], policy_id: int | None = None) -> SlaRevision | None:
    """Write down what a policy shall say, to be weighed; None when it says so already.

    Another name alone is no new promise, so it holds at once. Raises HelpdeskError with the field that it concerns:
    no_name, name_taken, too_many, no_target, no_calendar, bad_condition, or as check_ladder() does.
    """
    by.require(Permission.MANAGE_SLA)
    policy = _policy(policy_id) if policy_id is not None else None
    wanted = {"name": one_line(str(proposal["name"]))[:80], "active": bool(proposal["active"])}
    wanted |= {name: proposal[name] for name in SAID}
    _check(wanted, policy)
    before = proposal_of(policy) if policy else {}
    if policy and all(before[name] == wanted[name] for name in ("active", *SAID)):
        if before["name"] != wanted["name"]:
            _rename(policy, str(wanted["name"]), by)
        return None
    return SlaRevision.objects.create(
        kind=SlaRevision.Kind.POLICY, policy=policy, proposal=wanted, ground=ground(), created_by_id=by.id
    )


def propose_order(by: Actor, order: list[int]) -> SlaRevision | None:
    """Write down in which order policies shall be tried; None when they are already."""
    by.require(Permission.MANAGE_SLA)
    present = list(SlaPolicy.objects.all_in_order().values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(order) if pk in present]
    wanted += [pk for pk in present if pk not in wanted]
    if wanted == present:
        return None
    return SlaRevision.objects.create(
        kind=SlaRevision.Kind.ORDER, proposal={"order": wanted}, ground=ground(), created_by_id=by.id
    )


def put_in_force(revision_id: int, by: Actor, *, open_too: bool) -> SlaRevision:
    """Make it so from now on; with `open_too` the workers then carry it to the open tickets.

    Of two presses one wins, and the other finds it done. Raises Stale when something else was put in force since it
    was weighed, HelpdeskError not_weighed before its numbers are there.
    """
    by.require(Permission.MANAGE_SLA)
    with transaction.atomic():
        revision = SlaRevision.objects.select_for_update().filter(pk=revision_id).first()
        if revision is None:
            raise NotVisible("not_found", _("There is no such change."))
        if not revision.is_draft:
            return revision
        if revision.state != SlaRevision.State.WEIGHED:
            raise HelpdeskError("not_weighed", _("It is still being counted what this would change."))
        # Whoever puts anything in force takes these locks in this order, so that one after the other does.
        list(SlaPolicy.objects.order_by("pk").select_for_update().values_list("pk", flat=True))
        if revision.ground != ground():
            raise Stale("stale", _("Something else was changed meanwhile, so these numbers are out of date."))
        _WRITERS[revision.kind](revision, by)
        running = open_too and bool(revision.impact.get("touched"))
        revision.state = SlaRevision.State.RUNNING if running else SlaRevision.State.DONE
        revision.open_too, revision.applied_at = open_too, now()
        revision.finished_at = None if running else revision.applied_at
        revision.save()
        transaction.on_commit(known.forget_policies, robust=True)
        transaction.on_commit(wake, robust=True)
    return revision


def drop(revision_id: int, by: Actor) -> None:
    """Leave everything as it is."""
    by.require(Permission.MANAGE_SLA)
    drafts = SlaRevision.objects.proposed().filter(pk=revision_id)
    claim(drafts, state=SlaRevision.State.DROPPED, finished_at=now())


def weigh_again(revision_id: int, by: Actor) -> None:
    """Count anew, by what is in force now."""
    by.require(Permission.MANAGE_SLA)
    drafts = SlaRevision.objects.proposed().filter(pk=revision_id)
    claim(drafts, state="weighing", ground=ground(), weighed_at=now(), weighed_to=0, impact={}, claimed_until=None)


def _write_policy(revision: SlaRevision, by: Actor) -> None:
    wanted, policy = revision.proposal, revision.policy
    kind = "sla_policy_edited"
    changed: list[str] = []
    if policy is None:
        kind, last = "sla_policy_made", SlaPolicy.objects.order_by("-position").first()
        policy = SlaPolicy(position=last.position + 1 if last else 0)
    else:
        before = proposal_of(policy)
        changed = [name for name in ("name", "active", *SAID) if before[name] != wanted[name]]
    policy.name, policy.active = wanted["name"], wanted["active"]
    _save(policy)
    revision.policy = policy
    revision.policy_version = policy.versions.order_by("-number").first()
    if revision.policy_version is None or said_in(revision.policy_version) != _said(wanted):
        revision.policy_version = add_version(policy, wanted, by)
    fields = ["opening_hours" if name == "calendar" else name for name in changed]
    audit.record(kind, by=by, subject=policy.name, data={"policy": policy.pk, "fields": fields})


def add_version(policy: SlaPolicy, wanted: dict[str, Any], by: Actor) -> SlaPolicyVersion:
    last = policy.versions.order_by("-number").values_list("number", flat=True).first() or 0
    said = {name: wanted[name] for name in SAID if name != "calendar"}
    return SlaPolicyVersion.objects.create(
        policy=policy,
        number=last + 1,
        calendar_id=wanted["calendar"],
        created_by_id=by.id if by.is_agent else None,
        **said,
    )


def _write_order(revision: SlaRevision, by: Actor) -> None:
    order = revision.proposal["order"]
    for place, pk in enumerate(order):
        SlaPolicy.objects.filter(pk=pk).exclude(position=place).update(position=place)
    audit.record("sla_policies_ordered", by=by, data={"order": order})


def _write_calendar(revision: SlaRevision, by: Actor) -> None:
    from sla.calendar_revisions import write

    write(revision, by)


_WRITERS = {"policy": _write_policy, "order": _write_order, "calendar": _write_calendar}


def _check(wanted: dict[str, Any], policy: SlaPolicy | None) -> None:
    if not wanted["name"]:
        raise HelpdeskError("no_name", _("A policy needs a name."), field="name")
    others = SlaPolicy.objects.exclude(pk=policy.pk if policy else 0)
    if others.filter(name__iexact=wanted["name"]).exists():
        raise HelpdeskError("name_taken", _("Another policy has this name."), field="name")
    if policy is None and others.count() >= MOST:
        raise HelpdeskError("too_many", _("There are two hundred policies already; reuse one."), field="name")
    for parameters in wanted["conditions"]:
        check_condition(parameters)
    promised = {metric for metric, targets in wanted["targets"].items() if targets}
    if not promised:
        raise HelpdeskError("no_target", _("Promise at least one thing: a policy without a target has no effect."))
    no_hours = wanted["calendar"] is None and bool(promised - set(wanted["wall_clock"]))
    if (
        wanted["calendar"] is not None
        and not Calendar.objects.filter(pk=wanted["calendar"], versions__isnull=False).exists()
    ):
        raise HelpdeskError("no_calendar", _("Choose another calendar: this one says nothing yet."), field="calendar")
    # One that was made without a calendar (then everything runs day and night) may stay so.
    if no_hours and not (policy and newest(policy).calendar_id is None):
        message = _("Choose a calendar, or let every target run day and night.")
        raise HelpdeskError("no_calendar", message, field="calendar")
    check_ladder(wanted["ladder"])
    for place, step in enumerate(wanted["ladder"]):
        if step["metric"] not in promised:
            message = _("There is no target for this, so the step would never be taken.")
            raise HelpdeskError("no_target", message, field=f"ladder-{place}-metric")


def _said(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: wanted[name] for name in SAID}


def _policy(policy_id: int) -> SlaPolicy:
    policy = SlaPolicy.objects.filter(pk=policy_id).first()
    if policy is None:
        raise NotVisible("not_found", _("There is no such policy."))
    return policy


@transaction.atomic
def _rename(policy: SlaPolicy, name: str, by: Actor) -> None:
    policy.name = name
    _save(policy)
    audit.record("sla_policy_edited", by=by, subject=name, data={"policy": policy.pk, "fields": ["name"]})


def _save(policy: SlaPolicy) -> None:
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError:
        raise HelpdeskError("name_taken", _("Another policy has this name."), field="name") from None


def wake() -> None:
    from sla.recompute import wake as wake_workers

    wake_workers()
