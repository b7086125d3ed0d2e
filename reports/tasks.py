"""What workers are told to do about figures; each task calls one function."""

from celery import shared_task

from reports import exporting, keeping, report_mails


@shared_task
def keep_reports() -> int:
    return keeping.keep()


@shared_task
def note_edited() -> int:
    return keeping.note_edited()


@shared_task
def send_reports() -> int:
    return report_mails.send_due()


@shared_task
def write_exports() -> int:
    return exporting.write_waiting()


@shared_task
def prune_reports() -> int:
    return exporting.prune() + report_mails.prune()
