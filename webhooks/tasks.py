"""What workers are told to do about webhooks; each task calls one function."""

from celery import shared_task

from webhooks import administration, sending


@shared_task
def send_webhooks() -> int:
    return sending.send_webhooks()


@shared_task
def prune_webhooks() -> int:
    return administration.prune()
