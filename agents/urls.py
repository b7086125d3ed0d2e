"""Settings about people, and the mailed links by which they choose a password (sign-in itself: account_urls)."""

from django.urls import include, path

from agents.views import agents, audit, integrations, links, own, teams, tokens

app_name = "agents"

_settings = [
    path("", audit.index, name="settings"),
    path("profile/", own.profile, name="profile"),
    path("availability/", own.availability, name="availability"),
    path("security/", own.security, name="security"),
    path("security/sessions/end/", own.end_sessions, name="end-sessions"),
    path("security/sessions/<int:session_id>/end/", own.end_one_session, name="end-session"),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke-token"),
    path("tokens/end/", tokens.end_all, name="end-tokens"),
    path("tokens/services/", integrations.service_list, name="services"),
    path("tokens/services/<int:service_id>/", integrations.service, name="service"),
    path("tokens/services/<int:service_id>/tokens/", integrations.make_token, name="service-token"),
    path("tokens/services/<int:service_id>/end/", integrations.end, name="end-service"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.new_team, name="new-team"),
    path("teams/<int:team_id>/", teams.team, name="team"),
    path("teams/<int:team_id>/members/", teams.members, name="members"),
    path("teams/<int:team_id>/archive/", teams.archive, name="archive-team"),
    path("teams/<int:team_id>/unarchive/", teams.unarchive, name="unarchive-team"),
    path("agents/", agents.agent_list, name="agents"),
    path("agents/new/", agents.invite, name="invite"),
    path("agents/<int:agent_id>/", agents.agent, name="agent"),
    *(path(f"agents/<int:agent_id>/{name}/", agents.gesture, {"name": name}, name=name) for name in agents.GESTURES),
    path("roles/", agents.roles, name="roles"),
    path("audit/", audit.audit, name="audit"),
]

urlpatterns = [
    path("settings/", include(_settings)),
    path("accounts/link/<str:token>/", links.link, name="link"),
    path("accounts/choose-password/", links.choose_password, name="choose-password"),
]
