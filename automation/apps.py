"""Registers what the house does by itself."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "automation"

    def ready(self) -> None:
        """Make the Actions known by name to whoever keeps them as data."""
        import automation.macros.verbs  # noqa: F401
