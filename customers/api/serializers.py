"""How people and organisations are shown, and what may be written about them."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from rest_framework import serializers

from customers.models import Address
from helpdesk.lib.rest.shapes import Key, Strict, Text


class AddressShape(serializers.Serializer[Any]):
    """A mail address or a telephone number; it belongs to exactly one person."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Address.Kind.choices)
    value = serializers.CharField()
    is_primary = serializers.BooleanField()
    bounced_at = serializers.DateTimeField(allow_null=True)


class CustomerShape(serializers.Serializer[Any]):
    """A person who writes to us. With `merged_into_id` it is only a signpost to who took over."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(help_text="The primary one, or empty.")
    addresses = AddressShape(many=True)
    organization_id = serializers.IntegerField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    notes = serializers.CharField()
    merged_into_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": 12,
        "name": "Kim Jensen",
        "email": "kim@alpha.example",
        "addresses": [
            {"id": 14, "kind": "email", "value": "kim@alpha.example", "is_primary": True, "bounced_at": None}
        ],
        "organization_id": 3,
        "external_id": "crm-17",
        "language": "da",
        "time_zone": "Europe/Copenhagen",
        "notes": "",
        "merged_into_id": None,
        "created_at": "2026-11-01T08:00:00Z",
    }


class OrganizationShape(serializers.Serializer[Any]):
    """A company or the like; `domains` are those by whose mail we know its people."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    tier = serializers.CharField(allow_null=True, help_text="How the house ranks it, such as Gold.")
    notes = serializers.CharField()
    domains = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": 3,
        "name": "Alpha",
        "external_id": "crm-3",
        "language": "da",
        "time_zone": "Europe/Copenhagen",
        "tier": "Gold",
        "notes": "",
        "domains": ["alpha.example"],
        "created_at": "2026-11-01T08:00:00Z",
    }

    def get_domains(self, organization: Any) -> list[str]:
        return sorted(row.domain for row in organization.domains.all())


class Zone(Text):
    """The name of a time zone ("Europe/Copenhagen"), or nothing."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name and name not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."), code="bad_time_zone")
        return name


class Language(Text):
    """A short tag such as "da" or "pt-br", or nothing."""

    def to_internal_value(self, data: Any) -> str:
        tag = super().to_internal_value(data).lower()
        if tag and not tag.replace("-", "").isalnum():
            raise serializers.ValidationError(_("There is no such language."), code="bad_language")
        return tag


class CustomerEdit(Strict):
    """What may be changed of a person; what is left out stays."""

    name = Text(max_length=160, required=False, allow_blank=True)
    organization_id = Key(required=False, allow_null=True)
    external_id = Text(max_length=120, required=False, allow_null=True, allow_blank=True)
    language = Language(max_length=10, required=False, allow_blank=True)
    time_zone = Zone(max_length=64, required=False, allow_blank=True)


class NewCustomer(CustomerEdit):
    """A person with at least one address, which nobody else has."""

    email = serializers.EmailField(max_length=254, required=False)
    phone = Text(max_length=60, required=False)


class OrganizationEdit(Strict):
    """What may be changed of an organisation; what is left out stays."""

    name = Text(max_length=160, required=False)
    external_id = Text(max_length=120, required=False, allow_null=True, allow_blank=True)
    language = Language(max_length=10, required=False, allow_blank=True)
    time_zone = Zone(max_length=64, required=False, allow_blank=True)
    tier = Text(max_length=40, required=False, allow_null=True, allow_blank=True)


class NewOrganization(OrganizationEdit):
    """An organisation; its mail domains are added on its page."""

    name = Text(max_length=160)
