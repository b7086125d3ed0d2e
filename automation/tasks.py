"""What workers are told to do: each task calls one function and holds no logic."""

from celery import shared_task

from automation import handing


@shared_task
def hand_out() -> int:
    return handing.hand_out()
