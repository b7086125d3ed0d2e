"""The wall board; its name lives among those of reports/urls.py."""

from django.urls import path

from reports.views import live

urlpatterns = [path("live/", live.live, name="live")]
