"""When we are open: a calendar, and the immutable versions that say how it was at each time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sla import known, public_holidays
from sla.models.immutable import Immutable, ImmutableQuerySet
from sla.querysets import CalendarQuerySet


class Calendar(models.Model):
    """A name that people choose by. What it says stands in its versions; archived rather than deleted."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CalendarVersionQuerySet(ImmutableQuerySet["CalendarVersion"]):
    def newest(self) -> CalendarVersionQuerySet:
        """Of each calendar the version that was made last (index of calendar_version_once)."""
        later = self.model._default_manager.filter(calendar=OuterRef("calendar"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))


class CalendarVersion(Immutable):
    """The opening hours as they stood from a moment on. Never altered: an edit makes the next version."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    zone = models.CharField(_("time zone"), max_length=64)
    # Seven lists, Monday first, of [from, to] in minutes of the local day; 1440 is the end of the day.
    weekly = models.JSONField(default=list)
    # Public holidays of the `holidays` library: ISO country, subdivision ("" for all), categories (["public"]).
    country = models.CharField(_("country"), max_length=2, blank=True)
    subdivision = models.CharField(_("region"), max_length=40, blank=True)
    categories = models.JSONField(default=list, blank=True)
    # The dates that follow from those three, as they were known when the version was made: what the library learns
    # later changes no past. Filled in by save().
    holidays = models.JSONField(null=True, editable=False)
    # Own closed days, {"2026-12-24": "Stocktaking"}, and one-off hours that replace a day's own,
    # {"2026-12-28": [[600, 840]]}; these win over holidays.
    closed_days = models.JSONField(default=dict, blank=True)
    openings = models.JSONField(default=dict, blank=True)
    in_force_from = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CalendarVersionQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once"),)
        ordering = ("calendar", "number")

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.holidays is None:
            year = self.in_force_from.year
            days = public_holidays.days(self.country, self.subdivision, self.categories, year) if self.country else []
            self.holidays = [day.isoformat() for day in days]
        super().save(*args, **kwargs)
        known.forget(self.pk)
