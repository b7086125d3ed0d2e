"""Two rows turn out to be one person: addresses move, empty fields fill, the loser becomes a signpost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.locking import lock_customer
from customers.models import Address, Customer, CustomerChange, CustomerMerge
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError, NotVisible

if TYPE_CHECKING:
    from agents.actors import Actor

logger = structlog.get_logger(__name__)

FILLED = ("name", "organization_id", "external_id", "language", "time_zone")


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do, computed the same way for the preview and for the deed."""

    winner: Customer
    loser: Customer
    addresses: list[Address]
    fills: dict[str, Any]
    joins_notes: bool


def plan_merge(winner: Customer, loser: Customer) -> MergePlan:
    """What moves from the loser. Raises HelpdeskError("same_person") for one row given twice."""
    if winner.pk == loser.pk:
        raise HelpdeskError("same_person", _("Choose somebody else: this is the same person."), field="with")
    fills = {field: getattr(loser, field) for field in FILLED if not getattr(winner, field) and getattr(loser, field)}
    return MergePlan(winner, loser, list(loser.addresses.in_order()), fills, bool(loser.notes.strip()))


def merge_customers(winner_id: int, loser_id: int, by: Actor) -> Customer:
    """Make one person of two; the winner keeps what it has. Returns the winner.

    Both rows are locked in key order, so that merges in opposite directions end with one of them refused. Earlier
    signposts to the loser are turned to the winner: a chain is never longer than one step. Whatever names the loser
    follows soon after, from the row that is left here. Raises Denied, NotVisible, HelpdeskError.
    """
    by.require(Permission.MERGE_CUSTOMERS)
    with transaction.atomic():
        locked = {pk: lock_customer(pk) for pk in sorted({winner_id, loser_id})}
        plan = plan_merge(locked[winner_id], locked[loser_id])
        winner, loser = plan.winner, plan.loser
        _move_addresses(plan)
        _fill(plan)
        Customer.objects.filter(merged_into=loser).update(merged_into=winner)
        CustomerMerge.objects.filter(winner=loser).update(winner=winner)
        CustomerMerge.objects.create(loser=loser, winner=winner, actor_name=by.name)
        data = {
            "winner": {"id": winner.pk, "name": winner.display_name},
            "loser": {"id": loser.pk, "name": loser.display_name},
            "addresses": [address.value for address in plan.addresses],
            "filled": sorted(plan.fills),
        }
        CustomerChange.record(winner, "merged", by, data)
        CustomerChange.record(loser, "merged_away", by, data)
        transaction.on_commit(_wake, robust=True)
    return winner


def _move_addresses(plan: MergePlan) -> None:
    kinds = set(plan.winner.addresses.filter(is_primary=True).values_list("kind", flat=True))
    plan.loser.addresses.filter(kind__in=kinds).update(is_primary=False)
    plan.loser.addresses.update(customer=plan.winner)


def _fill(plan: MergePlan) -> None:
    winner, loser = plan.winner, plan.loser
    # The id leaves the loser first, since it is unique; a signpost needs none.
    loser.external_id = None if "external_id" in plan.fills else loser.external_id
    loser.merged_into = winner
    loser.save(update_fields=["external_id", "merged_into"])
    for field, value in plan.fills.items():
        setattr(winner, field, value)
    if plan.joins_notes:
        winner.notes = f"{winner.notes}\n\n{loser.notes}".strip()
    winner.save()


def _wake() -> None:
    """Tell a worker to follow. The broker may be down: the row stays, and the sweep finds it."""
    try:
        current_app.send_task(settings.CUSTOMER_MERGE_TASK, retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("merge_wake_failed", error=repr(error))


def mark_followed(merge: CustomerMerge) -> bool:
    """Nothing names the loser any more; True when this caller was the one to say so."""
    return claim(CustomerMerge.objects.filter(pk=merge.pk, followed_at=None), followed_at=now())


def get_customer(pk: int) -> Customer:
    """The person (or signpost), or NotVisible."""
    customer = Customer.objects.for_detail().filter(pk=pk).first()
    if customer is None:
        raise NotVisible("not_found", _("There is no such customer."))
    return customer
