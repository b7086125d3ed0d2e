"""What search knows of each ticket, which tickets it must look at again, and how far its long walks have come."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """The words of one ticket on PostgreSQL; on SQLite they stand in an FTS5 table, which no model describes.

    The GIN index on `vector` is made by the migration. tickets/search/postgres.py says what the weights mean.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="search_document")
    vector = SearchVectorField()

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"


class SearchDebt(models.Model):
    """A ticket whose words must be read anew, because somebody whom it names has another name now."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return f"owed {self.ticket_id}"


class SearchProgress(models.Model):
    """A long walk: `backfill` counts tickets down to 0, `people` the CustomerChanges that were followed upwards."""

    class Walk(models.TextChoices):
        BACKFILL = "backfill"
        PEOPLE = "people"

    name = models.CharField(max_length=20, primary_key=True, choices=Walk.choices)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
