"""Who writes to us: people, the addresses they write from, and the organisations they belong to."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers.querysets import AddressQuerySet, CustomerQuerySet, OrganizationQuerySet


class Organization(models.Model):
    name = models.CharField(_("name"), max_length=160)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True, unique=True)
    notes = models.TextField(_("notes"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "pk")
        indexes = (models.Index(fields=["name", "id"], name="organization_by_name"),)

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain whose people belong to the organisation. Free-mail domains are refused by the form and by matching."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253, unique=True)

    def __str__(self) -> str:
        return self.domain


class Customer(models.Model):
    """A person. `merged_into` points to the person who took over after a merge; such a row is only a signpost."""

    name = models.CharField(_("name"), max_length=160, blank=True)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="customers", verbose_name=_("organisation")
    )
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = (models.Index(fields=["name", "id"], name="customer_by_name"),)

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name if we know one, else the address; never empty."""
        return self.name or self.email or str(_("Unknown"))

    @property
    def email(self) -> str:
        """The primary mail address, else the oldest; "" when there is none. Reads prefetched addresses."""
        emails = [a for a in self.addresses.all() if a.kind == Address.Kind.EMAIL]
        emails.sort(key=lambda a: (not a.is_primary, a.pk))
        return emails[0].value if emails else ""


class Address(models.Model):
    """One way to reach a customer: a mail address or a telephone number. Belongs to exactly one person."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        PHONE = "phone", _("Telephone")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EMAIL)
    value = models.CharField(_("address"), max_length=254)
    normalised = models.CharField(max_length=254, editable=False)
    is_primary = models.BooleanField(_("primary"), default=False)
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    bounce_reason = models.CharField(max_length=250, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = (models.UniqueConstraint(fields=["kind", "normalised"], name="address_belongs_to_one_person"),)

    def __str__(self) -> str:
        return self.value
