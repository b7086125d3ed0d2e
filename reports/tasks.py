"""What workers are told to do about figures; each task calls one function."""

from celery import shared_task

from reports import keeping


@shared_task
def keep_reports() -> int:
    return keeping.keep()


@shared_task
def note_edited() -> int:
    return keeping.note_edited()
