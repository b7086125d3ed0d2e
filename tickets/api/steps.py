"""How programs write down what shall be done to a ticket, or to many: lists of steps, which tickets.steps reads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from helpdesk.lib.rest.shapes import Key, Strict

MOST_STEPS = 50


class Steps(Strict):
    """What shall be done, in order, as one change: `{"do": "set_status", "status": "solved"}` and the like."""

    actions = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST_STEPS)


class BulkOrder(Steps):
    """The same to each ticket of `ids`, or to each that `filter` finds (parameters as of the list of tickets)."""

    ids = serializers.ListField(child=Key(), required=False, min_length=1, max_length=10_000)
    filter = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=2000), max_length=200), required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError({"ids": _("Give ids or filter.")}, code="required")
        return attrs
