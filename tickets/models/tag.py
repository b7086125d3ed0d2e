"""Tags: short words that agents, macros and ladders hang on tickets."""

from __future__ import annotations

from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TicketTag(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="ticket_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="ticket_tags")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ticket", "tag"], name="tagged_once"),)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.tag_id}"
