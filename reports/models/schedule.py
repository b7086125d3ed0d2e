"""Reports that are mailed at set times: what, when, to whom; and each mail as a row that one worker sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.permissions import Permission
from helpdesk.lib.owing import Owed, OwedQuerySet

if TYPE_CHECKING:
    from agents.actors import Actor


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, actor: Actor) -> ReportScheduleQuerySet:
        """One's own; all of them for whoever decides what the house promises."""
        if not actor.can(Permission.REPORTS):
            return self.none()
        return self if actor.can(Permission.MANAGE_SLA) else self.filter(made_by=actor.id)

    def due(self) -> ReportScheduleQuerySet:
        """Rides schedule_due."""
        return self.filter(active=True, next_at__lte=now()).order_by("next_at", "pk")


class ReportSchedule(models.Model):
    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel (XLSX)")

    name = models.CharField(_("name"), max_length=80)
    # A page of the reports, and what its address asks for after the question mark.
    page = models.CharField(_("page"), max_length=30)
    query = models.TextField(_("filter"), blank=True, max_length=2000)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    every = models.CharField(_("how often"), max_length=5, choices=Every.choices, default=Every.WEEK)
    # 0 is Monday; of weekly ones.
    weekday = models.PositiveSmallIntegerField(_("day of the week"), default=0, validators=[MaxValueValidator(6)])
    # Of monthly ones; in a shorter month its last day.
    month_day = models.PositiveSmallIntegerField(_("day of the month"), default=1, validators=[MaxValueValidator(31)])
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("recipients"))
    active = models.BooleanField(_("active"), default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["next_at"], name="schedule_due", condition=Q(active=True)),)

    def __str__(self) -> str:
        return self.name


class ReportMailQuerySet(OwedQuerySet["ReportMail"]):
    def newest_of(self, schedules: list[int]) -> list[dict[str, Any]]:
        """Of the last time of each schedule how many mails are in which state; rides report_mailed_once."""
        newest = ReportMail.objects.filter(schedule=OuterRef("schedule")).order_by("-planned_for")
        rows = self.filter(schedule__in=schedules, planned_for=Subquery(newest.values("planned_for")[:1]))
        counted: Any = rows.order_by().values("schedule", "state").annotate(count=Count("pk"))
        return list(counted)


class ReportMail(Owed):
    """One time of a schedule for one reader; the Message-ID is fixed here, so that a second copy is known as one."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="mails", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The time that it was planned for: its range ends there, however late the mail leaves.
    planned_for = models.DateTimeField()
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=250, unique=True)

    objects = ReportMailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["due_at", "id"], name="report_mail_due", condition=Q(state__in=["queued", "sending"])),
        )
        constraints = (models.UniqueConstraint(fields=["schedule", "planned_for", "agent"], name="report_mailed_once"),)

    def __str__(self) -> str:
        return f"schedule {self.schedule_id} of {self.planned_for} to {self.agent_id}: {self.state}"
