"""When and how an agent wants to be told: the chosen way for each kind, and the hours in which no mail goes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.conf import settings

from agents.middleware import known_zone
from agents.models import Agent
from notifications.kinds import Way
from notifications.models import Wishes


def wishes_of(agents: Iterable[Agent]) -> dict[int, Wishes]:
    """The wishes of each agent (one query); the defaults for those who never chose."""
    agents = list(agents)
    chosen = Wishes.objects.in_bulk([agent.pk for agent in agents])
    return {agent.pk: chosen.get(agent.pk) or Wishes(agent=agent) for agent in agents}


def mail_at(wishes: Wishes, zone: str, kind: str, moment: datetime) -> datetime | None:
    """When a mail about something that happened at `moment` is due; None when this agent wants none."""
    way = wishes.way(kind)
    if way == Way.MAIL:
        return after_quiet(wishes, zone, moment)
    if way == Way.DIGEST:
        return after_quiet(wishes, zone, end_of_slot(moment))
    return None


def end_of_slot(moment: datetime) -> datetime:
    """The end of the NOTIFICATION_DIGEST_MINUTES in which `moment` lies: everybody's clock is cut into the same slots,
    so all news of one slot falls due together, and no slot ends with two mails."""
    length = settings.NOTIFICATION_DIGEST_MINUTES * 60
    return moment + timedelta(seconds=length - moment.timestamp() % length)


def after_quiet(wishes: Wishes, zone: str, moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours in which it lies, by the clock on the agent's wall."""
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins is None or ends is None or begins == ends:
        return moment
    local = moment.astimezone(known_zone(zone))
    if not _is_quiet(local.time(), begins, ends):
        return moment
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, local.tzinfo).astimezone(moment.tzinfo)


def _is_quiet(clock: time, begins: time, ends: time) -> bool:
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
