"""Where opening hours are kept; mounted below /settings/."""

from django.urls import path

from sla.views import calendars

app_name = "calendars"

urlpatterns = [
    path("", calendars.calendars, name="list"),
    path("new/", calendars.new, name="new"),
    path("<int:calendar_id>/", calendars.edit, name="edit"),
    path("<int:calendar_id>/archive/", calendars.archive, name="archive"),
]
