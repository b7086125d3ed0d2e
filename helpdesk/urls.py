"""The address book of the site: each app brings its own URLs."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from helpdesk import gallery, palette, shell

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="tickets:inbox"), name="start"),
    path("tickets/", include("tickets.urls")),
    path("tickets/", include("sla.breach_urls")),
    path("tickets/", include("sla.urls")),
    path("views/", include("tickets.view_urls")),
    path("supervise/", include("sla.supervise_urls")),
    path("reports/", include("reports.urls")),
    path("customers/", include("customers.urls")),
    path("settings/fields/", include("tickets.field_urls")),
    path("settings/calendars/", include("sla.calendar_urls")),
    path("settings/sla/", include("sla.policy_urls")),
    path("settings/texts/", include("tickets.canned_urls")),
    path("", include("channels.urls")),
    path("", include("notifications.urls")),
    path("", include("surveys.urls")),
    path("settings/webhooks/", include("webhooks.urls")),
    path("", include("automation.urls")),
    path("", include("automation.macros.urls")),
    path("", include("agents.urls")),
    path("accounts/", include("agents.account_urls")),
    path("api/", include("helpdesk.api")),
    path("admin/", admin.site.urls),
    path("palette/", palette.palette, name="palette"),
    path("theme/", shell.set_theme, name="theme"),
    path("dev/components/", gallery.gallery, name="components"),
]
