"""Files that take too long for one answer: written by workers into the house's own folder, handed out, thrown away."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from agents.actors import Actor
from agents.middleware import known_language
from agents.models import Agent
from agents.permissions import Permission
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError, NotVisible
from reports.drilling import opened as open_figure
from reports.left_out import left_out_of, notes
from reports.models import ExportJob
from reports.spreadsheets import Row, XlsxFile, csv_lines
from reports.ticket_sheet import TicketSheet

if TYPE_CHECKING:
    from reports.models.export import ExportJobQuerySet

logger = structlog.get_logger(__name__)

LONG = 20_000
"""A list of more rows is written by a worker."""
MOST = 500_000
"""More would take longer than a task may (CELERY_TASK_SOFT_TIME_LIMIT)."""
KEEP = timedelta(days=7)
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3
WHEN_SLOW = timedelta(minutes=10)
"""Until a file that took longer than a task may is begun anew: the house was busy, and others come first."""
GIVE_UP_SLOW = timedelta(hours=6)
"""From its first beginning."""
RENEW_AFTER = 2000
MOST_OF_ONE = 20
"""Files of one agent that are kept or waited for at a time."""
FORMATS = ("csv", "xlsx")
State = ExportJob.State


class Lost(Exception):
    """Another worker has taken the job meanwhile: this one woke up too late."""


def folder() -> Path:
    """Beside the attachments, and like them never served by the address of a file."""
    return Path(settings.MEDIA_ROOT) / "exports"


def ask(actor: Actor, agent: Agent, kpi: str, params: QueryDict, file_format: str, total: int) -> ExportJob:
    """Write down that a file is wanted. A second press for the same while the first is under way returns that one, also
    when both come at the same moment: an agent's presses are answered one after the other.

    Raises HelpdeskError "too_long" or "too_many_files".
    """
    if total > MOST:
        raise HelpdeskError("too_long", _("More than 500,000 rows: narrow the list."))
    with transaction.atomic():
        Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
        return _asked(actor, agent, {"kpi": kpi, "query": params.urlencode(), "format": file_format}, total)


def _asked(actor: Actor, agent: Agent, what: dict[str, str], total: int) -> ExportJob:
    mine = ExportJob.objects.visible_to(actor)
    if running := mine.under_way().filter(**what).first():
        return running
    if mine.filter(expires_at__gt=now()).exclude(state=State.FAILED).count() >= MOST_OF_ONE:
        raise HelpdeskError("too_many_files", _("You have asked for many files already; they are kept for 7 days."))
    return ExportJob.objects.create(
        agent=agent,
        **what,
        language=agent.language,
        total=total,
        saw_all=actor.sees_all_tickets,
        saw_teams=sorted(actor.team_ids),
        expires_at=now() + KEEP,
    )


def write_waiting() -> int:
    """Write one file of those that wait; how many were written. Any number of workers may run it.

    One: the time that a task may take is enough for the longest file there is, and beat soon starts the next task.
    """
    for job in list(ExportJob.objects.to_write().select_related("agent")[:5]):
        if _taken(job):
            return _write(job)
    return 0


def _write(job: ExportJob) -> bool:
    """True when this worker has written the file. A worker that dies leaves a row whose lease runs out: another one
    begins the file anew, and what the first had written is thrown away by prune()."""
    try:
        name = _written(job)
    except Lost:
        return False
    except SoftTimeLimitExceeded:
        _put_back(job)
        raise
    except (HelpdeskError, Http404) as error:
        # The filter names something that is gone, or the asker may not see reports any more: it will not get better.
        logger.info("export_refused", export=job.pk, error=repr(error)[:300])
        _settle(job, state=State.FAILED, last_error="refused")
        return False
    except Exception as error:
        logger.exception("export_failed", export=job.pk, attempt=job.attempts, error=repr(error)[:300])
        over = job.attempts >= MAX_ATTEMPTS
        _settle(job, state=State.FAILED if over else State.WAITING, last_error="broken")
        return False
    seen = {"saw_all": job.saw_all, "saw_teams": job.saw_teams}
    if _settle(job, state=State.DONE, done=job.total, total=job.total, file_name=name, **seen):
        return True
    (folder() / name).unlink(missing_ok=True)
    return False


def _taken(job: ExportJob) -> bool:
    as_read = ExportJob.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
    if job.attempts >= MAX_ATTEMPTS:
        claim(as_read, state=State.FAILED, claimed_until=None, last_error="broken")
        return False
    at = now()
    mine = {"state": State.RUNNING, "attempts": job.attempts + 1, "claimed_until": at + LEASE}
    won = claim(as_read, **mine, done=0, begun_at=Coalesce("begun_at", at))
    job.state, job.attempts, job.begun_at = State.RUNNING, job.attempts + 1, job.begun_at or at
    return won


def _put_back(job: ExportJob) -> None:
    """No attempt of its own was in vain, yet it is not begun for ever."""
    if now() - (job.begun_at or job.created_at) >= GIVE_UP_SLOW:
        _settle(job, state=State.FAILED, last_error="slow")
        return
    logger.warning("export_put_back", export=job.pk, rows=job.total)
    claim(_mine(job), state=State.WAITING, attempts=job.attempts - 1, claimed_until=now() + WHEN_SLOW, done=0)


def _mine(job: ExportJob) -> ExportJobQuerySet:
    return ExportJob.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)


def _settle(job: ExportJob, **changes: object) -> bool:
    return claim(_mine(job), claimed_until=None, **changes)


def _written(job: ExportJob) -> str:
    """The name of the whole file, synced to the disk. Raises Lost, and HelpdeskError when the list is not allowed."""
    actor = Actor.agent(job.agent)
    actor.require(Permission.REPORTS)
    # Teams may have come or gone since it was asked for.
    job.saw_all, job.saw_teams = actor.sees_all_tickets, sorted(actor.team_ids)
    root = folder()
    root.mkdir(parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.{job.format}"
    part = root / f"{name}.part"
    with override(known_language(job.language)):
        # As of when it was asked for: "the last 30 days" are those that the asker saw.
        figure = open_figure(job.kpi, QueryDict(job.query), actor=actor, at=job.created_at)
        sheet = TicketSheet(figure.tickets, actor)
        job.total = len(sheet.keys)
        try:
            with part.open("wb") as file:
                beneath = notes(figure.kpi.name, figure.asked, figure.selection, left_out_of(figure))
                write_file(file, job.format, _("Tickets"), sheet.header, _told(job, sheet.rows()), beneath)
                file.flush()
                os.fsync(file.fileno())
            part.replace(root / name)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return name


def write_file(
    file: IO[bytes], file_format: str, title: str, header: list[str], rows: Iterator[Row], beneath: list[str]
) -> None:
    if file_format == "csv":
        for line in csv_lines(header, rows, beneath[-1]):
            file.write(line.encode())
        return
    book = XlsxFile(file)
    book.add(title, header, rows)
    book.note(_("About these figures"), beneath)
    book.close()


def _told(job: ExportJob, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, noting now and then how far it is and that the worker is alive."""
    for place, row in enumerate(rows):
        lease = now() + LEASE
        if place % RENEW_AFTER == 0 and not claim(_mine(job), claimed_until=lease, done=place, total=job.total):
            raise Lost
        yield row


def opened(job: ExportJob, actor: Actor) -> IO[bytes]:
    """The file, for its asker, while they still see what they saw when it was made; else NotVisible (E11)."""
    lost = job.saw_all and not actor.sees_all_tickets
    lost = lost or not (actor.sees_all_tickets or set(job.saw_teams) <= set(actor.team_ids))
    if lost or job.state != State.DONE or job.expires_at <= now() or not actor.can(Permission.REPORTS):
        raise NotVisible("not_found", _("There is no such file."))
    try:
        return (folder() / job.file_name).open("rb")
    except FileNotFoundError:
        raise NotVisible("not_found", _("There is no such file.")) from None


def prune() -> int:
    """Throw away what is older than KEEP, and what dead workers left; how many files went."""
    gone = 0
    for job in ExportJob.objects.expired(now()):
        if job.file_name:
            (folder() / job.file_name).unlink(missing_ok=True)
            gone += 1
        job.delete()
    known = set(ExportJob.objects.exclude(file_name="").values_list("file_name", flat=True))
    # A file that is just being written is not known yet.
    before = (now() - timedelta(days=1)).timestamp()
    for path in folder().glob("*") if folder().is_dir() else ():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
