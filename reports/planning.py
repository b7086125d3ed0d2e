"""When a scheduled report is due next, and the rows of those that are: each time of it is taken by one worker."""

from __future__ import annotations

import secrets
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from agents.models import Agent
from agents.permissions import ROLE_PERMISSIONS, Permission
from helpdesk.lib.claims import claim
from reports.models import ReportMail, ReportSchedule
from reports.zone import day_of, zone

if TYPE_CHECKING:
    from agents.querysets import AgentQuerySet

BATCH = 100
DAY = timedelta(days=1)


def readers() -> AgentQuerySet:
    """Who may be mailed reports: people of the house whose role reads them."""
    roles = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.REPORTS in granted]
    found: AgentQuerySet = Agent.objects.active().filter(role__in=roles).order_by("name", "pk")
    return found


def next_time(schedule: ReportSchedule, after: datetime) -> datetime:
    """The first time after a moment, by the clock of the reporting zone. Where the hour is skipped in spring, as many
    minutes later as the clock jumps; where it comes twice in autumn, the first of both."""
    day = day_of(after)
    while True:
        if _falls_on(schedule, day):
            moment = datetime.combine(day, time(schedule.hour), zone()).astimezone(UTC)
            if moment > after:
                return moment
        day += DAY


def _falls_on(schedule: ReportSchedule, day: date) -> bool:
    if schedule.every == ReportSchedule.Every.WEEK:
        return day.weekday() == schedule.weekday
    if schedule.every == ReportSchedule.Every.MONTH:
        return day.day == min(schedule.month_day, monthrange(day.year, day.month)[1])
    return True


def plan_due() -> int:
    """Write a mail for each reader of what is due; how many. Whoever moves a schedule on to its next time writes its
    mails in the same transaction, so that a worker that dies has done both or neither.

    Of times that were missed while the house stood still only the last one is made up for.
    """
    made = 0
    for schedule in ReportSchedule.objects.due()[:BATCH]:
        at = now()
        planned, following = schedule.next_at, next_time(schedule, schedule.next_at)
        while following <= at:
            planned, following = following, next_time(schedule, following)
        mine = ReportSchedule.objects.filter(pk=schedule.pk, active=True, next_at=schedule.next_at)
        with transaction.atomic():
            if not claim(mine, next_at=following, last_at=at):
                continue
            people = readers().filter(pk__in=schedule.recipients.values("pk"))
            mails = [_mail(schedule, agent.pk, planned) for agent in people]
            made += len(ReportMail.objects.bulk_create(mails))
    return made


def _mail(schedule: ReportSchedule, agent_id: int, planned: datetime) -> ReportMail:
    """Below our own domain for tickets, by which a mail that comes back to us is known as ours."""
    header_id = f"report.{secrets.token_hex(16)}@ticket.{settings.MAIL_DOMAIN}"
    return ReportMail(schedule=schedule, agent_id=agent_id, planned_for=planned, header_id=header_id)
