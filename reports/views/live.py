"""The wall board: a page for a screen on the wall, which fetches itself anew when something happens."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from reports.wall import teams_of, wall
from tickets.models import Change


@require_safe
@needs(Permission.REPORTS)
def live(request: AgentRequest) -> HttpResponse:
    """`team` one team; `theme=light` for a bright room; `subjects=1` where the room may read what customers write.

    For htmx only the numbers.
    """
    given = request.GET
    team = number_in(given.get("team"))
    light, subjects = given.get("theme") == "light", given.get("subjects") == "1"
    newest = Change.objects.newest_id()  # read first: what happens while the rest is read is told by the stream
    context = {"wall": wall(request.actor, team), "subjects": subjects, "here": _here(team, light, subjects)}
    if is_fragment(request):
        return render(request, "reports/live/_wall.html", context)
    teams = teams_of(request.actor)
    context |= {
        "newest_change": newest,
        "theme": "light" if light else "dark",
        "team": next((one for one in teams if one.pk == team), None),
        "walls": [(one, _here(one.pk, light, subjects)) for one in teams] if len(teams) > 1 else [],
        "of_all": _here(None, light, subjects),
        "other_theme": _here(team, not light, subjects),
        "with_subjects": _here(team, light, not subjects),
    }
    return render(request, "reports/live/page.html", context)


def _here(team: int | None, light: bool, subjects: bool) -> str:
    asked = {"team": team, "theme": "light" if light else None, "subjects": 1 if subjects else None}
    said = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{reverse('reports:live')}{f'?{said}' if said else ''}"
