"""Who is asked after a ticket was solved, when, and why somebody is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from agents.actors import Actor
from agents.models import Agent
from customers.models import Customer, Organization
from surveys.answering import opt_out
from surveys.daytime import next_daytime
from surveys.eligibility import in_sample
from surveys.models import Survey, SurveySettings, SurveyStep
from surveys.reactions import schedule_survey
from tests.factories import make_customer, make_ticket
from tests.surveys.desk import TUESDAY, do, run, solve, states, switch_on
from tickets import outbox
from tickets.actions import AddNote, AddReply, AddTag, SetStatus, WithdrawMessage
from tickets.merging import merge_tickets
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db


def test_nobody_is_asked_before_surveys_are_switched_on(ticket: Ticket, ana: Agent) -> None:
    assert solve(ticket, ana) is None
    assert run() == 0


def test_a_solved_ticket_is_asked_about_after_the_delay(ticket: Ticket, ana: Agent) -> None:
    switch_on(delay_hours=24)
    with time_machine.travel(TUESDAY, tick=False):
        survey = solve(ticket, ana)
        assert run() == 0
    assert survey is not None
    assert (survey.state, survey.due_at, survey.sequence, survey.agent) == (
        "scheduled",
        TUESDAY + timedelta(hours=24),
        1,
        ana,
    )
    with time_machine.travel(TUESDAY + timedelta(hours=23, minutes=59), tick=False):
        assert run() == 0
    with time_machine.travel(TUESDAY + timedelta(hours=24), tick=False):
        assert run() == 2  # handed over, and sent
    survey.refresh_from_db()
    assert (survey.state, survey.sent_at) == ("sent", TUESDAY + timedelta(hours=24))
    assert [step.what for step in survey.steps.all()] == ["scheduled", "handed_over", "sent"]


def test_the_same_reaction_twice_plans_one_survey(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    solve(ticket, ana)

    schedule_survey(Change.objects.filter(ticket=ticket).latest("pk"))

    assert Survey.objects.count() == 1


def test_without_a_public_answer_nobody_is_asked(ticket: Ticket, ana: Agent) -> None:
    switch_on()

    do(ticket, ana, AddNote("Done by phone."), SetStatus("solved"))

    assert states() == [("suppressed", "no_public_reply")]
    assert [(step.what, step.reason) for step in SurveyStep.objects.all()] == [("suppressed", "no_public_reply")]


def test_words_that_were_taken_back_are_no_answer(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    do(ticket, ana, AddReply("Oops."))
    do(ticket, ana, WithdrawMessage(ticket.messages.latest("pk").pk))

    do(ticket, ana, SetStatus("solved"))

    assert states() == [("suppressed", "no_public_reply")]


def test_a_ticket_with_a_tag_for_spam_is_not_asked_about(ticket: Ticket, ana: Agent, settings) -> None:
    settings.SPAM_TAGS = ["junk", " Spam"]
    switch_on()
    do(ticket, ana, AddTag("spam"))

    solve(ticket, ana)

    assert states() == [("suppressed", "spam")]


def test_a_customer_who_does_not_want_to_be_asked_is_not(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on()
    opt_out(kim, Actor.agent(ana))

    solve(ticket, ana)

    assert states() == [("suppressed", "opted_out")]


def test_what_a_customer_wished_survives_a_merge(ticket: Ticket, ana: Agent, leo: Agent, kim: Customer) -> None:
    from customers.merging import merge_customers

    switch_on()
    other = make_customer("Kim Private", "kim@home.example")
    opt_out(other, None)
    merge_customers(kim.pk, other.pk, Actor.agent(leo))

    solve(ticket, ana)

    assert states() == [("suppressed", "opted_out")]


def test_an_address_that_bounced_is_not_written_to(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on()
    kim.addresses.update(bounced_at=TUESDAY)

    solve(ticket, ana)

    assert states() == [("suppressed", "no_address")]


def test_who_was_asked_not_long_ago_is_not_asked_again(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on(throttle_days=30)
    with time_machine.travel(TUESDAY, tick=False):
        solve(ticket, ana)
        run()
    other, third = make_ticket(kim, team=ticket.team), make_ticket(kim, team=ticket.team)

    with time_machine.travel(TUESDAY + timedelta(days=29, hours=23), tick=False):
        solve(other, ana)
    with time_machine.travel(TUESDAY + timedelta(days=30), tick=False):
        solve(third, ana)

    assert states() == [("sent", ""), ("suppressed", "throttled"), ("scheduled", "")]


def test_of_two_that_fall_due_together_one_is_sent(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on(throttle_days=30)
    solve(ticket, ana)
    solve(make_ticket(kim, team=ticket.team), ana)
    assert states() == [("scheduled", ""), ("scheduled", "")]

    run()

    assert states() == [("sent", ""), ("suppressed", "throttled")]
    assert len(mail.outbox) == 1


def test_a_ticket_reopened_before_the_mail_is_called_off_and_solved_again_asked_anew(
    ticket: Ticket, ana: Agent
) -> None:
    switch_on(delay_hours=24)
    solve(ticket, ana)

    do(ticket, ana, SetStatus("open"))
    assert states() == [("cancelled", "reopened")]
    solve(ticket, ana)

    assert states() == [("cancelled", "reopened"), ("scheduled", "")]
    assert list(Survey.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2]


def test_a_reaction_that_runs_after_the_reopening_calls_off_at_once(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    from tickets.perform import perform

    perform(ticket.pk, SetStatus("solved"), AddReply("So."), by=Actor.agent(ana), via="web")
    perform(ticket.pk, SetStatus("open"), by=Actor.agent(ana), via="web")

    outbox.drain()

    assert states() == [("cancelled", "reopened")]


def test_reopened_while_the_mail_waits_nothing_leaves(ticket: Ticket, ana: Agent) -> None:
    from surveys import mails, sweep

    switch_on()
    solve(ticket, ana)
    assert sweep.sweep() == 1
    do(ticket, ana, SetStatus("open"))

    assert mails.send_due() == 0

    assert states() == [("cancelled", "reopened")]
    assert mail.outbox == []


def test_a_ticket_that_was_merged_is_not_asked_about(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on(delay_hours=24)
    target = make_ticket(kim, team=ticket.team)
    solve(ticket, ana)

    merge_tickets(ticket.pk, target.pk, by=Actor.agent(ana), via="web")
    outbox.drain()

    assert states() == [("suppressed", "merged")]


def test_imported_history_is_asked_about_by_nobody(ticket: Ticket, ana: Agent) -> None:
    from tickets.perform import perform

    switch_on()
    past = TUESDAY - timedelta(days=400)
    perform(ticket.pk, AddReply("So."), SetStatus("solved"), by=Actor.system("demo").importing(), via="import", at=past)

    outbox.drain()

    assert states() == []


@pytest.mark.parametrize(("percent", "asked"), [(0, 0), (100, 1000)])
def test_the_ends_of_the_sample_are_nobody_and_everybody(percent: int, asked: int) -> None:
    assert sum(in_sample(ticket, 1, percent) for ticket in range(1000)) == asked


def test_a_sample_of_a_quarter_is_about_a_quarter_and_always_the_same() -> None:
    drawn = [in_sample(ticket, 1, 25) for ticket in range(10_000)]

    assert 2300 < sum(drawn) < 2700
    assert drawn == [in_sample(ticket, 1, 25) for ticket in range(10_000)]


def test_who_is_not_in_the_sample_is_not_asked(ticket: Ticket, ana: Agent) -> None:
    switch_on(sample_percent=0)

    solve(ticket, ana)

    assert states() == [("suppressed", "not_sampled")]


@pytest.mark.parametrize(
    ("at", "zone", "weekends", "asked_at"),
    [
        # 21:30 on a Tuesday in Copenhagen: Wednesday at nine there.
        (datetime(2026, 11, 24, 20, 30, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 11, 25, 8, tzinfo=UTC)),
        # Friday evening: Monday.
        (datetime(2026, 11, 27, 18, 0, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        # Over the end of summer time: nine in the morning is an hour later in UTC.
        (datetime(2026, 10, 23, 18, 0, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 10, 26, 8, tzinfo=UTC)),
        (datetime(2026, 10, 22, 18, 0, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 10, 23, 7, tzinfo=UTC)),
        # In the daytime: at once.
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 11, 24, 12, tzinfo=UTC)),
        # A quarter to the hour, as clocks in Nepal stand.
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "Asia/Kathmandu", False, datetime(2026, 11, 24, 3, 15, tzinfo=UTC)),
        # Saturday at noon and Saturday evening, where weekends are days as well.
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), "Europe/Copenhagen", True, datetime(2026, 11, 28, 11, tzinfo=UTC)),
        (datetime(2026, 11, 28, 18, 0, tzinfo=UTC), "Europe/Copenhagen", True, datetime(2026, 11, 29, 8, tzinfo=UTC)),
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), "Europe/Copenhagen", False, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        # A zone that nobody knows: the one of the settings.
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), "Mars/Olympus", False, datetime(2026, 11, 24, 9, tzinfo=UTC)),
    ],
)
def test_customers_are_asked_in_their_own_daytime(at: datetime, zone: str, weekends: bool, asked_at: datetime) -> None:
    customer = Customer(time_zone=zone)

    assert next_daytime(at, customer, SurveySettings(day_from=9, day_until=17, weekends=weekends)) == asked_at


def test_an_organisation_lends_its_zone_to_who_has_none() -> None:
    customer = Customer(organization=Organization(time_zone="America/New_York"))

    found = next_daytime(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), customer, SurveySettings())

    assert found == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_workers_that_were_away_until_the_evening_wait_for_the_morning(ticket: Ticket, ana: Agent) -> None:
    switch_on(day_from=9, day_until=18)
    with time_machine.travel(TUESDAY, tick=False):
        survey = solve(ticket, ana)
    assert survey is not None
    with time_machine.travel(TUESDAY + timedelta(hours=12), tick=False):
        assert run() == 0
    survey.refresh_from_db()
    assert survey.due_at == TUESDAY + timedelta(days=1)
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        assert run() == 2


def test_what_is_frozen_when_sent_does_not_follow_the_ticket(
    ticket: Ticket, ana: Agent, leo: Agent, mia: Agent, technical: Any
) -> None:
    from tickets.actions import AssignTo, MoveToTeam

    switch_on()
    team = ticket.team
    do(ticket, leo, AddReply("Looking into it."))
    survey = solve(ticket, ana)
    assert survey is not None
    run()

    do(ticket, leo, MoveToTeam(technical.pk), AssignTo(mia.pk))

    survey.refresh_from_db()
    assert (survey.agent, survey.team, survey.channel, survey.recipient) == (ana, team, "email", "kim@alpha.example")
    assert sorted(one.agent_id for one in survey.repliers.all()) == sorted([ana.pk, leo.pk])


def test_switched_off_before_it_was_due_nobody_is_asked(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    solve(ticket, ana)
    SurveySettings.objects.update(enabled=False)

    run()

    assert states() == [("suppressed", "switched_off")]
    assert mail.outbox == []


def test_one_survey_that_fails_stops_no_other(ticket: Ticket, ana: Agent, monkeypatch: Any) -> None:
    from surveys import sweep

    switch_on()
    solve(ticket, ana)
    solve(make_ticket(make_customer("Bo", "bo@beta.example"), team=ticket.team), ana)
    first = Survey.objects.earliest("pk").pk
    real = sweep.why_not

    def fails_once(ticket: Ticket, *rest: Any) -> str:
        if Survey.objects.get(ticket=ticket).pk == first:
            raise ValueError("a defect")
        return real(ticket, *rest)

    monkeypatch.setattr(sweep, "why_not", fails_once)
    run()

    assert states() == [("scheduled", ""), ("sent", "")]
