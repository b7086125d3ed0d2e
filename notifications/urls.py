"""The bell, the list behind it, and one's own settings."""

from django.urls import path

from notifications.views import bell, pages

app_name = "notifications"

urlpatterns = [
    path("notifications/", pages.listing, name="list"),
    path("notifications/count/", bell.count, name="count"),
    path("notifications/panel/", bell.panel, name="panel"),
    path("notifications/read/", bell.read_all, name="read_all"),
    path("notifications/<int:notification_id>/read/", bell.read, name="read"),
    path("notifications/seen/<int:ticket_id>/", bell.seen, name="seen"),
    path("settings/notifications/", pages.wishes, name="settings"),
]
