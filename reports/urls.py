"""Addresses of reports: one for each page, and one for the tickets behind each figure."""

from django.urls import include, path

from reports.pages import PAGES
from reports.views import drilldown
from reports.views.shell import view_of

app_name = "reports"

urlpatterns = [
    path("", include("reports.urls_targets")),
    path("", include("reports.urls_exports")),
    path("", include("reports.urls_schedules")),
    path("", include("reports.urls_live")),
    *(path("" if page.KEY == "overview" else f"{page.KEY}/", view_of(page), name=page.KEY) for page in PAGES),
    path("<str:kpi>/tickets/", drilldown.tickets, name="tickets"),
]
