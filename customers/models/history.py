"""What was done to customers and organisations, by whom; and merges that others still have to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from customers.models.organizations import Organization
from customers.models.people import Customer
from customers.querysets import CustomerChangeQuerySet, CustomerMergeQuerySet

if TYPE_CHECKING:
    from agents.actors import Actor


class CustomerChange(models.Model):
    """One thing that an actor did. `data` holds values, never phrases; customers/wording.py says them."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="changes", db_index=False
    )
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="changes", db_index=False
    )
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=160)
    kind = models.CharField(max_length=30)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)

    objects = CustomerChangeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["customer", "id"], name="change_of_customer", condition=Q(customer__isnull=False)),
            models.Index(
                fields=["organization", "id"], name="change_of_organization", condition=Q(organization__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.kind}"

    @classmethod
    def record(cls, about: Customer | Organization, kind: str, by: Actor, data: dict[str, Any] | None = None) -> None:
        cls.objects.create(
            customer=about if isinstance(about, Customer) else None,
            organization=about if isinstance(about, Organization) else None,
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            kind=kind,
            data=data or {},
        )


class CustomerMerge(models.Model):
    """A merge that happened. While `followed_at` is empty, what names the loser is still being moved to the winner."""

    loser = models.OneToOneField(Customer, models.CASCADE, related_name="merge")
    winner = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    actor_name = models.CharField(max_length=160)
    created_at = models.DateTimeField(default=now)
    followed_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerMergeQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["id"], name="merge_to_follow", condition=Q(followed_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.loser_id} merged into {self.winner_id}"
