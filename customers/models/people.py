"""Who writes to us: people, and the addresses they write from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers.folding import domain_key, fold, last_word_first
from customers.models.organizations import Organization, SortKey
from customers.querysets import AddressQuerySet, CustomerQuerySet


class FamilyNameKey(SortKey):
    @staticmethod
    def key(text: str) -> str:
        return last_word_first(fold(text))


class DomainKey(SortKey):
    @staticmethod
    def key(text: str) -> str:
        return domain_key(text.rpartition("@")[2])[:255] if "@" in text else ""


class Customer(models.Model):
    """A person. `merged_into` points to the person who took over after a merge; such a row is only a signpost."""

    name = models.CharField(_("name"), max_length=160, blank=True)
    # The folded name; of a person without a name the mail address, so that lists have one order.
    sort_name = SortKey()
    sort_family = FamilyNameKey()
    organization = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("organisation"),
        db_index=False,
    )
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = (
            models.Index(fields=["sort_name", "id"], name="customer_by_sort_name"),
            models.Index(fields=["sort_family", "id"], name="customer_by_sort_family"),
            models.Index(fields=["organization", "sort_name", "id"], name="customer_in_organization"),
            models.Index(fields=["merged_into"], name="customer_signpost", condition=Q(merged_into__isnull=False)),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name if we know one, else the address; never empty."""
        return self.name or self.email or str(_("Unknown"))

    @property
    def email(self) -> str:
        """The primary mail address, else the oldest; "" when there is none. Reads prefetched addresses.

        A signpost answers with the address of the person who took over, so that a reply on a ticket which has not
        followed the merge yet still reaches them.
        """
        emails = [a for a in self.addresses.all() if a.kind == Address.Kind.EMAIL]
        emails.sort(key=lambda a: (not a.is_primary, a.pk))
        if not emails and self.merged_into:
            return self.merged_into.email
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
    # Of mail addresses: the domain from the right (folding.domain_key), to find the people of a domain.
    domain_key = DomainKey(max_length=255, of="normalised")
    is_primary = models.BooleanField(_("primary"), default=False)
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    bounce_reason = models.CharField(max_length=250, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = (
            models.UniqueConstraint(fields=["kind", "normalised"], name="address_belongs_to_one_person"),
            models.UniqueConstraint(
                fields=["customer", "kind"], name="one_primary_of_a_kind", condition=Q(is_primary=True)
            ),
        )
        indexes = (models.Index(fields=["domain_key", "customer"], name="address_by_domain"),)

    def __str__(self) -> str:
        return self.value
