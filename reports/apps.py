"""Registers the figures of the house: they read everything and own no fact about a ticket."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from agents import audit
        from reports.metrics import KPIS

        # What the audit log calls the figures whose targets were set.
        audit.FIELDS.update({key: kpi.name for key, kpi in KPIS.items()})
