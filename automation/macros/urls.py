"""Where macros are kept in order, and where they are applied: to one ticket, or to many."""

from django.urls import path

from automation.macros import in_bulk, on_ticket, views

app_name = "macros"

urlpatterns = [
    path("settings/macros/", views.macros, name="list"),
    path("settings/macros/new/", views.new, name="new"),
    path("settings/macros/<int:macro_id>/", views.edit, name="edit"),
    path("settings/macros/<int:macro_id>/copy/", views.copy, name="copy"),
    path("settings/macros/<int:macro_id>/place/", views.move, name="move"),
    path("settings/macros/<int:macro_id>/delete/", views.remove, name="delete"),
    path("tickets/bulk/macros/", in_bulk.bulk, name="bulk"),
    path("tickets/bulk/<int:job_id>/macro/", in_bulk.look, name="bulk_look"),
    path("tickets/<int:ticket_id>/macros/", on_ticket.offered, name="offered"),
    path("tickets/<int:ticket_id>/macros/<int:macro_id>/", on_ticket.one, name="one"),
]
