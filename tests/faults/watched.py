"""A reaction whose every run can be counted: the row's key is the change, so a second run fails and is recorded."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

from helpdesk.models import Heartbeat
from tickets.models import Change
from tickets.outbox import reacts_to


@reacts_to("opened", "message_added")
def remember(change: Change) -> None:
    """Leave a row per change; wait as long as a file in the data folder says, so that a test can kill us meanwhile."""
    slow = Path(settings.DATA_DIR) / "slow"
    if slow.exists():
        (Path(settings.DATA_DIR) / f"working-{os.getpid()}").touch()
        time.sleep(float(slow.read_text()))
    Heartbeat.objects.create(name=f"change-{change.pk}", beat_at=now())
