"""The queue of mailed reports: claimed one by one, sent outside any transaction, noted when they have left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib.mail_queue import DjangoMails, Unwanted
from reports import report_letters
from reports.models import ReportMail
from reports.planning import plan_due

BATCH = 20
KEEP = timedelta(days=90)


class ReportMails(DjangoMails[ReportMail]):
    name = "reports"
    # A mail server may be away for a long weekend: then it still leaves, unless a later one has taken its place.
    give_up_after = timedelta(days=7)
    # What waited for a worker that long is not given up because its first attempts fail.
    least_attempts = 4

    def due(self) -> Sequence[ReportMail]:
        return list(ReportMail.objects.due().select_related("schedule", "agent")[:BATCH])

    def compose(self, row: ReportMail) -> EmailMultiAlternatives:
        # With the eyes that its reader has now: who lost the role gets nothing, who lost a team nothing of it (E11).
        actor = Actor.agent(row.agent)
        if not actor.can(Permission.REPORTS) or _is_overtaken(row):
            raise Unwanted
        return report_letters.compose(row, actor)


MAILS = ReportMails()


def send_due() -> int:
    """Plan what is due, then send it; how many mails left. Any number of workers may run it."""
    plan_due()
    return MAILS.send_due()


def prune() -> int:
    """Forget what was sent, or given up, more than KEEP ago."""
    over = ReportMail.objects.exclude(state__in=[ReportMail.State.QUEUED, ReportMail.State.SENDING])
    return over.filter(created_at__lt=now() - KEEP).delete()[0]


def _is_overtaken(mail: ReportMail) -> bool:
    """It could not leave until the next one was planned: of times that were missed only the last is made up for."""
    later = ReportMail.objects.filter(schedule=mail.schedule_id, agent=mail.agent_id, planned_for__gt=mail.planned_for)
    return later.exists()
