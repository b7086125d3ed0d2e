"""What workers are told to do about surveys; each task calls one function after the other."""

from celery import shared_task

from surveys import follow_up, mails, sweep


@shared_task
def run_surveys() -> int:
    return sweep.sweep() + mails.send_due()


@shared_task
def escalate_low_scores() -> int:
    """Apart from the mails: a mail server that hangs must not keep an unhappy customer waiting."""
    return follow_up.follow_up()
