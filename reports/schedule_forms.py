"""The shape of a scheduled report; what it may ask for is decided in reports.scheduling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from helpdesk.lib.forms import StrictForm
from helpdesk.lib.text import one_line
from reports.models import ReportSchedule
from reports.pages import PAGES
from reports.planning import readers

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("name", "page", "query", "format", "every", "weekday", "month_day", "hour", "recipients", "active")


class ScheduleForm(StrictForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    page = forms.ChoiceField(label=_("Page"))
    query = forms.CharField(
        label=_("Filter"),
        required=False,
        max_length=2000,
        help_text=_("Set the filter on the page of the report, and paste its address here."),
    )
    format = forms.ChoiceField(label=_("Format"), choices=ReportSchedule.Format.choices)
    every = forms.ChoiceField(label=_("How often"), choices=ReportSchedule.Every.choices)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), choices=list(WEEKDAYS.items()), coerce=int, help_text=_("Of weekly ones.")
    )
    month_day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        help_text=_("For monthly reports. In a shorter month it is the last day."),
    )
    hour = forms.TypedChoiceField(label=_("Hour"), choices=[(hour, f"{hour:02d}:00") for hour in range(24)], coerce=int)
    recipients = forms.ModelMultipleChoiceField(
        label=_("Recipients"),
        queryset=Agent.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each mail holds what its reader may see, and no more."),
    )
    active = forms.BooleanField(label=_("Send it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].choices = [(page.KEY, page.NAME) for page in PAGES]  # type: ignore[attr-defined]
        self.fields["recipients"].queryset = readers()  # type: ignore[attr-defined]

    @staticmethod
    def showing(schedule: ReportSchedule) -> dict[str, Any]:
        shown = {name: getattr(schedule, name) for name in FIELDS if name != "recipients"}
        return {**shown, "recipients": list(schedule.recipients.values_list("pk", flat=True))}

    @staticmethod
    def beginning(given: Mapping[str, Any], reader_id: int) -> dict[str, Any]:
        """A new one: mailed to whoever makes it, on Mondays at eight."""
        return {
            "every": ReportSchedule.Every.WEEK,
            "format": ReportSchedule.Format.XLSX,
            "weekday": 0,
            "month_day": 1,
            "hour": 8,
            "active": True,
            "recipients": [reader_id],
            **given,
        }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"], 80)
