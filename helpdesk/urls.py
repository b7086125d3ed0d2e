"""The address book of the site: each app brings its own URLs."""

from django.contrib import admin
from django.urls import include, path

from helpdesk import gallery, shell

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("theme/", shell.set_theme, name="theme"),
    path("dev/components/", gallery.gallery, name="components"),
]
