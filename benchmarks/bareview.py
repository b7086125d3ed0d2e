"""What the stack allows: the same queries and the same rows, in plain templates, without sessions or a shell."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from agents.actors import Actor
from agents.models import Agent
from benchmarks.fill import TWO_TEAM_AGENT
from helpdesk.lib.keyset import paginate
from tickets.models import Ticket
from tickets.timeline import timeline

ROW = """<tr><td>{{ t.pk }}</td><td><a href="/tickets/{{ t.pk }}/">{{ t.subject }}</a> {{ t.excerpt }}</td>
<td>{{ t.requester.display_name }} {{ t.requester.email }}</td><td>{{ t.organization.name }}</td>
<td>{{ t.get_status_display }}</td><td>{{ t.get_priority_display }}</td><td>{{ t.team.name }}</td>
<td>{{ t.assignee.name }}</td><td>{{ t.activity_at }}</td>
<td>{% for tag in t.tags.all %}{{ tag.name }} {% endfor %}</td>
</tr>"""
LISTED = """<tr><td>{{ t.pk }}</td><td><a href="/tickets/{{ t.pk }}/">{{ t.subject }}</a> {{ t.excerpt }}</td>
<td>{{ t.requester_name }}</td><td>{{ t.organization_name }}</td>
<td>{{ t.get_status_display }}</td><td>{{ t.get_priority_display }}</td><td>{{ t.team_name }}</td>
<td>{{ t.assignee_name }}</td><td>{{ t.activity_at }}</td>
<td>{% for tag in t.tags %}{{ tag }} {% endfor %}</td>
</tr>"""
ENGINE = Engine()
LIST = ENGINE.from_string("<!doctype html><table>{% for t in tickets %}" + LISTED + "{% endfor %}</table>")
TICKET = ENGINE.from_string(
    "<!doctype html><h1>{{ t.subject }}</h1><table>"
    + ROW
    + "</table>{% for e in entries %}<p>{{ e.author }} {{ e.at }} {{ e.message.text }}"
    "{% for line in e.lines %}{{ line }}{% endfor %}</p>{% endfor %}"
)


@cache
def actor() -> Actor:
    return Actor.agent(Agent.objects.get(pk=TWO_TEAM_AGENT))


def inbox(request: HttpRequest) -> HttpResponse:
    rows = Ticket.objects.visible_to(actor()).open().awake().for_list()
    return HttpResponse(LIST.render(Context({"tickets": paginate(rows, by="activity_at", limit=25).rows})))


def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    found = Ticket.objects.for_detail().get_visible(pk, actor())
    return HttpResponse(TICKET.render(Context({"t": found, "entries": timeline(found, actor()).entries})))


urlpatterns = [path("tickets/", inbox), path("tickets/<int:pk>/", ticket)]
