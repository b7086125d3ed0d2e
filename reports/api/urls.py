"""The addresses of figures below /api/v1/."""

from django.urls import path

from reports.api import views

urlpatterns = [
    path("metrics/", views.Metrics.as_view(), name="metrics"),
    path("metrics/<str:kpi>/", views.OneMetric.as_view(), name="metric"),
    path("metrics/<str:kpi>/tickets/", views.MetricTickets.as_view(), name="metric_tickets"),
]
