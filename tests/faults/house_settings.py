"""Settings of the houses that the fault tests break: the suite's, with one watched reaction and a quick beat."""

from typing import Any

from helpdesk.settings.test import *  # noqa: F403
from helpdesk.settings.test import DATABASES

# Besides the product's own reactions, one that leaves a row by which a second run would be seen.
TICKET_REACTIONS = ["tests.faults.watched.remember"]
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "helpdesk.note_heartbeat", "schedule": 1, "options": {"expires": 5}},
    "drain-outbox": {"task": "tickets.tasks.drain_outbox", "schedule": 1, "options": {"expires": 5}},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # As in a real install: these tests kill processes in the middle of a write.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=NORMAL;"
