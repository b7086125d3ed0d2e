"""What workers are told to do about news; each task calls one function."""

from celery import shared_task

from notifications import chat, mails


@shared_task
def send_news() -> int:
    return mails.send_news()


@shared_task
def prune_news() -> int:
    return mails.prune() + chat.prune()


@shared_task
def send_chat() -> int:
    return chat.send_chat()
