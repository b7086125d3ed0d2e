"""The addresses of macros below /api/v1/."""

from django.urls import path

from automation.api import macros

urlpatterns = [
    path("macros/", macros.Macros.as_view(), name="macros"),
    path("macros/<int:macro_id>/", macros.OneMacro.as_view(), name="macro"),
    path("tickets/<int:ticket_id>/macros/<int:macro_id>/", macros.Preview.as_view(), name="macro_preview"),
]
