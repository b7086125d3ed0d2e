"""The address at which a ticket is asked why its promise was broken."""

from django.urls import path

from sla.views import breach_cause

app_name = "breaches"

urlpatterns = [
    path("<int:ticket_id>/breach-cause/", breach_cause.breach_cause, name="cause"),
]
