"""The addresses of agents and teams below /api/v1/."""

from django.urls import path

from agents.api import views

urlpatterns = [
    path("me/", views.Me.as_view(), name="me"),
    path("agents/", views.Agents.as_view(), name="agents"),
    path("agents/<int:agent_id>/", views.OneAgent.as_view(), name="agent"),
    path("teams/", views.Teams.as_view(), name="teams"),
    path("teams/<int:team_id>/", views.OneTeam.as_view(), name="team"),
]
