"""The addresses of webhooks below /api/v1/."""

from django.urls import path

from webhooks.api import views

urlpatterns = [
    path("webhooks/", views.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<int:webhook_id>/", views.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<int:webhook_id>/test/", views.Test.as_view(), name="webhook_test"),
    path("webhooks/<int:webhook_id>/secret/", views.Secret.as_view(), name="webhook_secret"),
    path("webhooks/<int:webhook_id>/deliveries/", views.Deliveries.as_view(), name="webhook_deliveries"),
    path("webhooks/<int:webhook_id>/deliveries/again/", views.RangeAgain.as_view(), name="webhook_range_again"),
    path(
        "webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/",
        views.OneDelivery.as_view(),
        name="webhook_delivery",
    ),
    path(
        "webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/again/",
        views.Again.as_view(),
        name="webhook_delivery_again",
    ),
]
