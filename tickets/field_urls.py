"""Where custom fields are defined; mounted below /settings/, apart from the tickets themselves."""

from django.urls import path

from tickets.views import fields

app_name = "fields"

urlpatterns = [
    path("", fields.fields, name="list"),
    path("new/", fields.new, name="new"),
    path("<int:field_id>/", fields.edit, name="edit"),
]
