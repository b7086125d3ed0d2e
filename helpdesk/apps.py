"""The composition as a Django app: its commands, its checks, and the Celery application that `.delay()` needs."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """Wiring: it holds no ticket facts."""

    name = "helpdesk"
    verbose_name = "Helpdesk"

    def ready(self) -> None:
        """Bind shared tasks to our broker in every process, also in the web, and register the boot checks."""
        from helpdesk import celery, checks  # noqa: F401
