"""What workers are told to do about promises; each task calls one function."""

from celery import shared_task

from sla import sweep


@shared_task
def sweep_clocks() -> int:
    return sweep.sweep().done
