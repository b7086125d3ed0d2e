"""Where canned texts are kept in order; mounted below /settings/, apart from the tickets themselves."""

from django.urls import path

from tickets.views import canned

app_name = "canned"

urlpatterns = [
    path("", canned.texts, name="list"),
    path("new/", canned.new, name="new"),
    path("<int:canned_id>/", canned.edit, name="edit"),
    path("<int:canned_id>/delete/", canned.remove, name="delete"),
]
