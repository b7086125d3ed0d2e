"""The pages of webhooks, below /settings/webhooks/."""

from django.urls import path

from webhooks.views import deliveries, hooks

app_name = "webhooks"

urlpatterns = [
    path("", hooks.listing, name="list"),
    path("new/", hooks.new, name="new"),
    path("<int:webhook_id>/", hooks.webhook, name="webhook"),
    path("<int:webhook_id>/test/", hooks.test, name="test"),
    path("<int:webhook_id>/secret/", hooks.secret, name="secret"),
    path("<int:webhook_id>/switch/", hooks.switch, name="switch"),
    path("<int:webhook_id>/remove/", hooks.remove, name="remove"),
    path("<int:webhook_id>/deliveries/", deliveries.listing, name="deliveries"),
    path("<int:webhook_id>/deliveries/again/", deliveries.range_again, name="range_again"),
    path("<int:webhook_id>/deliveries/<int:delivery_id>/", deliveries.one, name="delivery"),
    path("<int:webhook_id>/deliveries/<int:delivery_id>/again/", deliveries.again, name="again"),
]
