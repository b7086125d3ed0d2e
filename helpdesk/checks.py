"""Boot checks of the wiring that only the composition can see."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from helpdesk.celery import app


@register
def beat_tasks_exist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a beat entry whose task nobody registered: the worker would throw its messages away."""
    app.autodiscover_tasks(force=True)  # not import_default_modules(): that runs the checks, and we are one
    return [
        Error(
            f"CELERY_BEAT_SCHEDULE[{name!r}] names the task {entry['task']!r}, which no app registers.",
            id="helpdesk.E001",
        )
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if entry["task"] not in app.tasks
    ]


@register
def readiness_checks_exist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a readiness check that cannot be imported: /readyz would fail for a typo."""
    problems: list[CheckMessage] = []
    for path in settings.READINESS_CHECKS:
        try:
            import_string(path)
        except ImportError as problem:
            problems.append(Error(f"READINESS_CHECKS names {path!r}: {problem}", id="helpdesk.E002"))
    return problems
