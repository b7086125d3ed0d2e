"""The bell, the list behind it, and one's own settings."""

from django.urls import path

from notifications.views import bell, chat, pages

app_name = "notifications"

urlpatterns = [
    path("notifications/", pages.listing, name="list"),
    path("notifications/count/", bell.count, name="count"),
    path("notifications/panel/", bell.panel, name="panel"),
    path("notifications/read/", bell.read_all, name="read_all"),
    path("notifications/<int:notification_id>/read/", bell.read, name="read"),
    path("notifications/seen/<int:ticket_id>/", bell.seen, name="seen"),
    path("settings/notifications/", pages.wishes, name="settings"),
    path("settings/chat/", chat.listing, name="chat"),
    path("settings/chat/new/", chat.new, name="new_chat_hook"),
    path("settings/chat/<int:pk>/", chat.hook, name="chat_hook"),
    path("settings/chat/<int:pk>/test/", chat.test, name="test_chat_hook"),
    path("settings/chat/<int:pk>/remove/", chat.remove, name="remove_chat_hook"),
]
