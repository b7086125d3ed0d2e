"""How satisfied customers are, as pieces of other pages: of a ticket, of a customer, of an agent, of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from agents.decorators import needs, signed_in
from agents.models import Agent
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.matching import follow
from customers.models import Customer
from helpdesk.lib.http import is_fragment
from surveys.models import Survey, SurveyOptOut
from surveys.numbers import tally
from surveys.shown import row, rows_of, shown
from tickets.models import Ticket

DAYS = 90
LOW_DAYS = 14
IN_PANEL = 5
IN_CARD = 3


@require_safe
@signed_in
def of_ticket(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """A panel of the ticket page, empty where nobody was to be asked; a page of its own with every step otherwise."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    surveys = Survey.objects.of_ticket(ticket.pk)
    if is_fragment(request):
        return render(request, "surveys/_ticket.html", {"ticket": ticket, "surveys": [row(one) for one in surveys]})
    context = {"ticket": ticket, "surveys": [shown(survey) for survey in surveys.whole()]}
    return render(request, "surveys/ticket.html", context)


@require_safe
@signed_in
def of_customer(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Only of tickets that the reader may see; also those of people who were merged into this one."""
    request.actor.require(Permission.READ)
    customer = follow(get_object_or_404(Customer.objects.select_related("merged_into"), pk=customer_id))
    surveys = Survey.objects.visible_to(request.actor).of_customer(customer.pk)
    context: dict[str, Any] = {
        "about": customer,
        "tally": tally(surveys),
        "answers": rows_of(surveys.answered().order_by("-answered_at", "-pk"), IN_PANEL),
        "refused": SurveyOptOut.objects.of(customer.pk).exists(),
        "may_edit": request.actor.can(Permission.EDIT_CUSTOMERS),
    }
    template = "surveys/_customer.html" if is_fragment(request) else "surveys/customer.html"
    return render(request, template, context)


@require_safe
@signed_in
def of_requester(request: AgentRequest, customer_id: int) -> HttpResponse:
    """The same in short, for the card of the customer on a ticket; empty where nobody was asked."""
    request.actor.require(Permission.READ)
    if not is_fragment(request):
        return redirect("surveys:of_customer", customer_id)
    customer = follow(get_object_or_404(Customer.objects.select_related("merged_into"), pk=customer_id))
    people = [customer.pk, *customer.merged_from.values_list("pk", flat=True)]
    surveys = Survey.objects.visible_to(request.actor).asked_of(people)
    context: dict[str, Any] = {
        "about": customer,
        "tally": tally(surveys),
        "answers": rows_of(surveys.answered().order_by("-answered_at", "-pk"), IN_CARD),
    }
    return render(request, "surveys/_requester.html", context)


@require_safe
@signed_in
def of_agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    """About tickets that the agent solved, asked in the last DAYS: for the agent, and for who reads reports."""
    if agent_id != request.user.pk:
        request.actor.require(Permission.REPORTS)
    agent = get_object_or_404(Agent, pk=agent_id)
    recent = Survey.objects.visible_to(request.actor).of_agent(agent.pk)
    recent = recent.filter(sent_at__gte=now() - timedelta(days=DAYS))
    context = {
        "about": agent,
        "days": DAYS,
        "tally": tally(recent),
        "answers": rows_of(recent.answered().order_by("-sent_at", "-pk"), IN_PANEL),
    }
    template = "surveys/_agent.html" if is_fragment(request) else "surveys/agent.html"
    return render(request, template, context)


@require_safe
@needs(Permission.SUPERVISE)
def low(request: AgentRequest) -> HttpResponse:
    """A piece of the supervisor's desk: who was dissatisfied lately."""
    listed = f"{reverse('surveys:list')}?score=low"
    if not is_fragment(request):
        return redirect(listed)
    since = now() - timedelta(days=LOW_DAYS)
    found = Survey.objects.visible_to(request.actor).low().filter(answered_at__gte=since)
    context = {
        "answers": rows_of(found.order_by("-answered_at", "-pk"), IN_PANEL),
        "list": listed,
        "here": request.path,
    }
    return render(request, "surveys/_low.html", context)
