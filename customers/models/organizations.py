"""The organisations that our customers belong to, and the mail domains by which we know."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers.folding import KEY_LENGTH, fold
from customers.querysets import OrganizationQuerySet


class SortKey(models.CharField):  # type: ignore[type-arg]
    """The folded form of another column, kept by save() and bulk_create(); update() must state it itself."""

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": KEY_LENGTH, "default": "", "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """For migrations it is a plain column, so that they do not depend on this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if text := getattr(model_instance, self.of):
            setattr(model_instance, self.attname, self.key(text))
        return super().pre_save(model_instance, add)

    @staticmethod
    def key(text: str) -> str:
        return fold(text)


class Organization(models.Model):
    name = models.CharField(_("name"), max_length=160)
    sort_name = SortKey()
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True, unique=True)
    notes = models.TextField(_("notes"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    # A word of the house ("Gold"); None where it has none, so that it reads like the tier of nobody's organisation.
    tier = models.CharField(_("tier"), max_length=40, null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField(default=now, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "pk")
        indexes = (
            models.Index(fields=["sort_name", "id"], name="organization_by_sort_name"),
            models.Index(fields=["tier"], name="organization_by_tier", condition=Q(tier__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain whose people belong to the organisation; free-mail domains are refused when added and matched."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253, unique=True)

    def __str__(self) -> str:
        return self.domain
