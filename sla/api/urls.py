"""The addresses of promises below /api/v1/."""

from django.urls import path

from sla.api import views

urlpatterns = [
    path("tickets/<int:ticket_id>/sla/", views.TicketPromises.as_view(), name="ticket_sla"),
    path("clocks/", views.Clocks.as_view(), name="clocks"),
    path("clocks/<int:clock_id>/", views.OneClock.as_view(), name="clock"),
    path("escalations/", views.Escalations.as_view(), name="escalations"),
    path("escalations/<int:escalation_id>/", views.OneEscalation.as_view(), name="escalation"),
    path("sla-policies/", views.Policies.as_view(), name="sla_policies"),
    path("sla-policies/<int:policy_id>/", views.OnePolicy.as_view(), name="sla_policy"),
    path("calendars/", views.Calendars.as_view(), name="calendars"),
    path("calendars/<int:calendar_id>/", views.OneCalendar.as_view(), name="calendar"),
]
