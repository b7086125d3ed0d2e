"""Where the feed of changes ends: the one row that whoever gives places must hold."""

from __future__ import annotations

from django.db import models


class FeedEnd(models.Model):
    """The place that was given last."""

    place = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"the feed ends at {self.place}"
