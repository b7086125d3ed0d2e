"""Pages of routing: how a team hands out its tickets, why some wait, and what each agent takes on."""

from django.urls import path

from automation import views

app_name = "routing"

urlpatterns = [
    path("settings/teams/<int:team_id>/routing/", views.team, name="team"),
    path("settings/teams/<int:team_id>/queue/", views.queue, name="queue"),
    path("settings/agents/<int:agent_id>/work/", views.work, name="work"),
]
