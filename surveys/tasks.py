"""What workers are told to do about surveys; the task calls one function after the other."""

from celery import shared_task

from surveys import follow_up, mails, sweep


@shared_task
def run_surveys() -> int:
    return sweep.sweep() + mails.send_due() + follow_up.follow_up()
