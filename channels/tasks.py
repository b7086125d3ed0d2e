"""What workers are told to do about mail: each task calls one function and holds no logic."""

from celery import shared_task

from channels import outbound

# ---------------------------------------------------------------- out


@shared_task
def send_due_mails() -> int:
    return outbound.send_due()
