"""The composition as a Django app, so that its commands are found."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """Wiring: it holds no ticket facts."""

    name = "helpdesk"
    verbose_name = "Helpdesk"
