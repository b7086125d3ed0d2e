"""Where saved views are made and kept, and what the filter bar and the look of a list ask for."""

from django.urls import path

from tickets.views import saved_views

app_name = "views"

urlpatterns = [
    path("", saved_views.saved_views, name="list"),
    path("new/", saved_views.new, name="new"),
    path("look/", saved_views.look, name="look"),
    path("completions/", saved_views.complete, name="complete"),
    path("<int:view_id>/", saved_views.edit, name="edit"),
    path("<int:view_id>/place/", saved_views.move, name="move"),
    path("<int:view_id>/removal/", saved_views.remove, name="remove"),
]
