"""What workers are told to do for accounts; each task calls one function."""

from celery import shared_task

from agents import mails
from agents.models import RepeatedRequest


@shared_task
def send_account_mails() -> int:
    return mails.send_owed()


@shared_task
def prune_account_mails() -> int:
    return mails.prune()


@shared_task
def forget_repeated_requests() -> int:
    gone, _by_model = RepeatedRequest.objects.old().delete()
    return gone
