"""Addresses of what is promised on a ticket, and of its escalations."""

from django.urls import path

from sla.views import promises, ticket_escalations

app_name = "sla"

urlpatterns = [
    path("<int:ticket_id>/sla/", promises.panel, name="panel"),
    path("<int:ticket_id>/sla/policy/", promises.policy, name="policy"),
    path("<int:ticket_id>/escalations/", ticket_escalations.escalations, name="escalations"),
    path("<int:ticket_id>/escalations/<int:escalation_id>/", ticket_escalations.answered, name="escalation"),
]
