"""Reports that are mailed; the names live among those of reports/urls.py."""

from django.urls import path

from reports.views import schedules

urlpatterns = [
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/new/", schedules.new, name="new_schedule"),
    path("schedules/<int:schedule_id>/", schedules.edit, name="schedule"),
    path("schedules/<int:schedule_id>/remove/", schedules.remove, name="remove_schedule"),
]
