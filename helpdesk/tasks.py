"""The task by which beat and worker together show that they live."""

from celery import shared_task

from helpdesk.models import Heartbeat


@shared_task(name="helpdesk.note_heartbeat")
def note_heartbeat() -> None:
    """Record the heartbeat: beat sent it, the broker carried it and a worker ran it, so all three work."""
    Heartbeat.objects.note("beat")
