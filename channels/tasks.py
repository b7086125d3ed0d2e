"""What workers are told to do about mail: each task calls one function and holds no logic."""

from celery import shared_task

from channels import inbound, outbound
from channels.transports import imap

# ---------------------------------------------------------------- out


@shared_task
def send_due_mails() -> int:
    return outbound.send_due()


# ---------------------------------------------------------------- in


@shared_task
def process_waiting_mail() -> int:
    return inbound.process_waiting()


@shared_task
def poll_mailboxes() -> int:
    return imap.poll_all()
