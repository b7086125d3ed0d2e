"""Signs of life of background processes, in the database because web and beat may run on different machines."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.timezone import now


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Reads and writes of heartbeats."""

    def note(self, name: str) -> None:
        """Record that the named process works now."""
        self.update_or_create(name=name, defaults={"beat_at": now()})

    def age(self, name: str) -> timedelta | None:
        """Return how long ago the named process last worked; None when it never did."""
        beat_at = self.filter(name=name).values_list("beat_at", flat=True).first()
        return now() - beat_at if beat_at else None


class Heartbeat(models.Model):
    """When a background process was last seen at work."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Heartbeat]] = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"
