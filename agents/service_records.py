"""Integrations: programs that speak for the house and outlive whoever set them up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class ServiceQuerySet(models.QuerySet["Service"]):
    def working(self) -> ServiceQuerySet:
        return self.filter(account__is_active=True)

    def for_settings(self) -> ServiceQuerySet:
        """What the list of integrations shows of each; those that were ended come last."""
        tokens = models.Q(account__api_tokens__revoked_at=None, account__api_tokens__isnull=False)
        return (
            self.select_related("account")
            .prefetch_related("teams")
            .annotate(
                last_used_at=models.Max("account__api_tokens__last_used_at"),
                standing_tokens=models.Count("account__api_tokens", filter=tokens),
            )
            .order_by("-account__is_active", "account__name", "pk")
        )


class Service(models.Model):
    """What an integration may do beside the role of its account, which is an Agent that nobody can sign in with.

    Everything that points to whoever wrote, uploaded or asked for something can thus point to an integration too.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="service")
    teams: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "agents.Team", blank=True, related_name="services", verbose_name=_("teams")
    )
    files_for_customers = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")

    def __str__(self) -> str:
        return self.account.name
