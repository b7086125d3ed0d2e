"""Addresses of the supervisor's desk."""

from django.urls import path

from sla.views import supervise_causes, supervise_desk, supervise_escalations, supervise_teams

app_name = "supervise"

urlpatterns = [
    path("", supervise_desk.desk, name="desk"),
    path("queue/", supervise_desk.queue_piece, name="queue"),
    path("radar/", supervise_desk.radar_piece, name="radar"),
    path("untaken/", supervise_desk.untaken_piece, name="untaken"),
    path("escalations/<int:escalation_id>/acknowledge/", supervise_escalations.acknowledge, name="acknowledge"),
    path("escalations/<int:escalation_id>/take-over/", supervise_escalations.take_over, name="take_over"),
    path("escalations/<int:escalation_id>/hand-back/", supervise_escalations.hand_back, name="hand_back"),
    path("escalations/<int:escalation_id>/resolve/", supervise_escalations.resolve, name="resolve"),
    path("teams/", supervise_teams.teams, name="teams"),
    path("teams/<int:team_id>/agents/<int:agent_id>/spread/", supervise_teams.spread, name="spread"),
    path("tickets/<int:ticket_id>/reassign/", supervise_teams.reassign, name="reassign"),
    path("causes/", supervise_causes.causes, name="causes"),
    path("causes/tickets/", supervise_causes.cause_tickets, name="cause_tickets"),
]
