"""Registers the promises about time: calendars, policies, clocks and escalations."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sla"

    def ready(self) -> None:
        """Make the Actions known by name to whoever keeps them as data."""
        import sla.actions  # noqa: F401
