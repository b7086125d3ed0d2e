"""The customer's page behind a link, the panels on pages of other apps, the list of all surveys and the settings."""

from django.urls import path

from surveys.views import panels, public, rows, settings

app_name = "surveys"

urlpatterns = [
    path("feedback/<str:token>/", public.page, name="page"),
    path("feedback/<str:token>/stop/", public.stop, name="stop"),
    path("feedback/<str:token>/<int:score>/", public.score, name="score"),
    path("tickets/<int:ticket_id>/satisfaction/", panels.of_ticket, name="panel"),
    path("surveys/", rows.listing, name="list"),
    path("surveys/low/", panels.low, name="low"),
    path("surveys/of-customer/<int:customer_id>/", panels.of_customer, name="of_customer"),
    path("surveys/of-customer/<int:customer_id>/short/", panels.of_requester, name="of_requester"),
    path("surveys/of-customer/<int:customer_id>/asking/", rows.asking, name="asking"),
    path("surveys/of-agent/<int:agent_id>/", panels.of_agent, name="of_agent"),
    path("settings/surveys/", settings.settings_page, name="settings"),
    path("settings/surveys/texts/<str:language>/", settings.text, name="text"),
]
