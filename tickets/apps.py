"""Registers the heart of the house and the checks of its wiring."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from tickets import actions, checks  # noqa: F401  importing them fills the registry and registers the checks
