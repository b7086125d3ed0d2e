"""How figures are shown to programs: numbers as they were counted, never rounded to words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from rest_framework import serializers

from reports.kpi import COUNT, DOWN, EITHER, RATE, SCORE, SECONDS, SHARE, UP

UNITS = (COUNT, SECONDS, SHARE, RATE, SCORE)


class Days(serializers.IntegerField):
    """Told by the name of a setting; none is 0."""

    def to_representation(self, value: Any) -> int:
        return int(getattr(settings, value)) if value else 0


class MetricShape(serializers.Serializer[Any]):
    """What a figure is. `better` says which direction is an improvement; empty: neither."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=UNITS)
    better = serializers.ChoiceField(choices=[UP, DOWN, EITHER])
    definition = serializers.CharField()
    settles_after_days = Days(
        source="settles_after", help_text="What happens so many days later may still alter it; 0: nothing can."
    )

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "key": "first_reply",
        "name": "First reply",
        "unit": "seconds",
        "better": "down",
        "definition": "From opening to the first public answer of an agent.",
        "settles_after_days": 0,
    }


class FigureShape(serializers.Serializer[Any]):
    """One number and how it came about. Of durations, in seconds, `value` is the median; of shares it is `hits` of `n`,
    with the interval from `low` to `high` in which the true one lies (Wilson, 95 %)."""

    value = serializers.FloatField(allow_null=True, help_text="null: there is nothing to tell it from.")
    n = serializers.IntegerField()
    p90 = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    hits = serializers.IntegerField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "value": 3120.0,
        "n": 214,
        "p90": 14400.0,
        "mean": 5200.5,
        "hits": None,
        "low": None,
        "high": None,
    }


class PartShape(serializers.Serializer[Any]):
    """The figure of one value of what `by` names: as the parameter of that name takes it, "-" for none; or of a day."""

    value = serializers.CharField()
    figure = FigureShape()


class MeasuredShape(MetricShape):
    """A figure of a period, and of the same part of the period before."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    provisional_since = serializers.DateTimeField(allow_null=True)
    figure = FigureShape()
    previous = FigureShape()
    parts = PartShape(many=True)

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **MetricShape.EXAMPLE,
        "start": "2026-10-25T23:00:00Z",
        "end": "2026-11-22T09:14:03Z",
        "provisional_since": None,
        "figure": FigureShape.EXAMPLE,
        "previous": FigureShape.EXAMPLE,
        "parts": [{"value": "1", "figure": FigureShape.EXAMPLE}],
    }
