"""Where targets are set; the names live among those of reports/urls.py."""

from django.urls import path

from reports.views import targets

urlpatterns = [path("targets/", targets.targets, name="targets")]
