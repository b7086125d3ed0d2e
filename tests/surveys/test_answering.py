"""The page behind the link: looking records nothing, sending records once, and a forged link is no page at all."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.db import connections
from django.test import Client

from agents.models import Agent
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from surveys.answering import record_answer
from surveys.models import Survey, SurveyAnswer, SurveyOptOut
from tests.factories import make_ticket
from tests.surveys.desk import TUESDAY, do, links, run, sent, solve, states, switch_on
from tickets.actions import SetStatus
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[Any]]:
    """Every row that a page could write, sessions included."""
    looked_at = ("surveys", "tickets", "customers", "agents", "sla", "channels", "notifications", "sessions")
    models = [model for app in looked_at for model in apps.get_app_config(app).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def answers() -> list[tuple[int, str]]:
    return list(SurveyAnswer.objects.values_list("score", "comment"))


def test_a_mail_scanner_that_follows_every_link_records_nothing(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I01, I02: GET, HEAD and OPTIONS on every link of the mail, twice, in any order."""
    switch_on()
    survey, token = sent(ticket, ana)
    found = [link.split("://", 1)[1].split("/", 1)[1] for link in links(mail.outbox[0])]
    before = everything()

    for path in [*found, *reversed(found), f"feedback/{token}/"]:
        for method in ("GET", "HEAD", "OPTIONS"):
            response = client.generic(method, f"/{path}")
            assert response.status_code in {200, 405}

    assert everything() == before
    assert client.cookies.get("sessionid") is None
    survey.refresh_from_db()
    assert (survey.state, survey.score) == ("sent", None)


def test_each_link_leads_to_the_page_with_its_score_chosen(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)

    for score in range(1, 6):
        page = client.get(f"/feedback/{token}/{score}/").content.decode()

        assert f'value="{score}" checked' in page
        assert page.count(" checked") == 1
        assert f'action="/feedback/{token}/"' in page


def test_sending_records_the_answer_and_says_thank_you(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    survey, token = sent(ticket, ana)

    response = client.post(f"/feedback/{token}/", {"score": "4", "comment": "Quick.\r\nAnd kind."})

    assert (response.status_code, response["Location"]) == (303, f"/feedback/{token}/")
    survey.refresh_from_db()
    assert (survey.state, survey.score, survey.comment) == ("answered", 4, "Quick.\nAnd kind.")
    assert answers() == [(4, "Quick.\nAnd kind.")]
    assert "Thank you for your answer." in client.get(f"/feedback/{token}/").content.decode()


def test_the_same_answer_posted_twice_is_one_answer(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I07."""
    switch_on()
    _survey, token = sent(ticket, ana)

    for _time in range(2):
        client.post(f"/feedback/{token}/", {"score": "5", "comment": "Good"})

    assert answers() == [(5, "Good")]


def test_the_answer_may_be_changed_for_a_day_and_every_earlier_one_is_kept(
    ticket: Ticket, ana: Agent, client: Client
) -> None:
    """I07."""
    switch_on()
    with time_machine.travel(TUESDAY, tick=False):
        survey, token = sent(ticket, ana)
        client.post(f"/feedback/{token}/", {"score": "2", "comment": "Slow"})
    with time_machine.travel(TUESDAY + timedelta(hours=24, seconds=-1), tick=False):
        client.post(f"/feedback/{token}/", {"score": "4", "comment": "It works now"})
    with time_machine.travel(TUESDAY + timedelta(hours=24), tick=False):
        response = client.post(f"/feedback/{token}/", {"score": "1", "comment": "No"})

    survey.refresh_from_db()
    assert response.status_code == 200 and "cannot be changed any more" in response.content.decode()
    assert (survey.score, survey.comment, survey.answered_at) == (4, "It works now", TUESDAY)
    assert answers() == [(2, "Slow"), (4, "It works now")]
    assert [step.what for step in survey.steps.all()][-2:] == ["answered", "changed"]


def test_twenty_answers_to_one_survey_are_enough(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I07: whoever has the link cannot write rows without end."""
    switch_on()
    survey, token = sent(ticket, ana)
    for number in range(20):
        assert client.post(f"/feedback/{token}/", {"score": "4", "comment": f"{number}"}).status_code == 303
    steps = survey.steps.count()

    response = client.post(f"/feedback/{token}/", {"score": "1", "comment": "20"})

    for page in (response, client.get(f"/feedback/{token}/")):
        assert page.status_code == 200 and "cannot be changed any more" in page.content.decode()
    with pytest.raises(HelpdeskError) as refusal:
        record_answer(token, 1, "20")
    assert refusal.value.code == "survey_over"
    survey.refresh_from_db()
    assert (survey.score, survey.comment) == (4, "19")
    assert (len(answers()), survey.steps.count()) == (20, steps)


def test_a_forged_token_is_404_whatever_is_wrong_with_it(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I07: no answer, no opting out, no hint."""
    switch_on()
    sent(ticket, ana)
    before = everything()

    for forged in ("x", "A" * 43, "A" * 42, "A" * 5000, "..", "%00", "' OR 1=1--", "é" * 43):
        for path in (f"/feedback/{forged}/", f"/feedback/{forged}/3/", f"/feedback/{forged}/stop/"):
            assert client.get(path).status_code in {404}, path
            assert client.post(path, {"score": "1"}).status_code in {404, 405}, path

    assert everything() == before


def test_a_token_with_one_letter_altered_is_404(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)

    for place in range(0, len(token), 7):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert client.post(f"/feedback/{altered}/", {"score": "1"}).status_code == 404

    assert (answers(), states()) == ([], [("sent", "")])


def test_a_token_answers_for_its_own_ticket_only(ticket: Ticket, ana: Agent, kim: Customer, client: Client) -> None:
    """I07."""
    switch_on()
    first, token = sent(ticket, ana)
    second, _other = sent(make_ticket(kim, team=ticket.team), ana)

    client.post(f"/feedback/{token}/", {"score": "5", "survey": str(second.pk), "ticket": str(second.ticket_id)})

    first.refresh_from_db(), second.refresh_from_db()
    assert (first.score, second.score) == (5, None)


def test_without_one_of_the_five_nothing_is_recorded(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)

    for posted in ({}, *({"score": score} for score in ("0", "6", "5.0", "٣", ""))):
        response = client.post(f"/feedback/{token}/", {**posted, "comment": "Kept words"})

        assert response.status_code == 422, posted
        page = response.content.decode()
        assert "Choose one of the five." in page and "Kept words" in page
    assert (answers(), states()) == ([], [("sent", "")])


def test_a_comment_too_long_or_not_text_is_refused(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I07, K05: a megabyte of words, and a NUL that PostgreSQL would choke on."""
    switch_on()
    _survey, token = sent(ticket, ana)

    for comment, status in (("a" * 5001, 422), ("a" * 2**20, 413), ("a\x00b", 422)):
        response = client.post(f"/feedback/{token}/", {"score": "3", "comment": comment})

        assert response.status_code == status
    assert answers() == []


def test_markup_in_a_comment_is_words(ticket: Ticket, ana: Agent, client: Client) -> None:
    """C02: on the customer's page, on the ticket and in the list."""
    switch_on()
    _survey, token = sent(ticket, ana)
    client.post(f"/feedback/{token}/", {"score": "5", "comment": "<script>alert(1)</script>{{7*7}}"})
    agent = Client()
    agent.force_login(ana)

    pages = [client.get(f"/feedback/{token}/"), agent.get(f"/tickets/{ticket.pk}/satisfaction/")]

    for page in pages:
        shown = page.content.decode()
        assert "<script>alert" not in shown and "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in shown


def test_a_survey_that_closed_takes_no_answer(ticket: Ticket, ana: Agent, client: Client) -> None:
    """I07: after the window, also while no worker is there to close it."""
    switch_on(expire_days=14)
    with time_machine.travel(TUESDAY, tick=False):
        survey, token = sent(ticket, ana)
    with time_machine.travel(TUESDAY + timedelta(days=14, seconds=-1), tick=False):
        assert client.get(f"/feedback/{token}/5/").status_code == 200
    with time_machine.travel(TUESDAY + timedelta(days=14), tick=False):
        for state in ("sent", "expired"):
            survey.refresh_from_db()
            assert survey.state == state
            page = client.get(f"/feedback/{token}/5/")
            posted = client.post(f"/feedback/{token}/", {"score": "5"})

            assert (page.status_code, posted.status_code) == (410, 410)
            assert "This survey is closed" in page.content.decode() and answers() == []
            run()
    assert states() == [("expired", "")]


def test_an_answer_to_a_ticket_reopened_since_counts(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    do(ticket, ana, SetStatus("open"))

    client.post(f"/feedback/{token}/", {"score": "3"})

    assert states() == [("answered", "")]


def test_an_answer_that_is_quicker_than_its_worker_counts(
    ticket: Ticket, ana: Agent, client: Client, monkeypatch: Any
) -> None:
    """The worker died after the server took the mail; the customer answers before the next worker looks."""
    from surveys import mails
    from tests.surveys.desk import token_of
    from tests.surveys.test_mails import make_due

    switch_on()
    solve(ticket, ana)
    monkeypatch.setattr(mails.MAILS, "left", lambda mail: False)
    run()
    monkeypatch.undo()

    client.post(f"/feedback/{token_of(mail.outbox[0])}/", {"score": "5"})
    make_due()
    run()

    survey = Survey.objects.get()
    assert (survey.state, survey.score, len(mail.outbox)) == ("answered", 5, 1)
    assert survey.sent_at == survey.handed_at


def test_the_address_with_the_token_is_told_to_nobody(ticket: Ticket, ana: Agent, client: Client) -> None:
    """F12: not to other sites, not to caches, not to search engines, and it stands in no title."""
    switch_on()
    _survey, token = sent(ticket, ana)

    for path in (f"/feedback/{token}/", f"/feedback/{token}/5/", f"/feedback/{token}/stop/"):
        page = client.get(path)
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert token not in page.content.decode().split("</title>")[0]
        assert '<meta name="referrer" content="no-referrer">' in page.content.decode()
        assert "<script" not in page.content.decode()
        assert dict(page.cookies) == {}


def test_the_token_stands_in_no_log_line(ticket: Ticket, ana: Agent, client: Client, monkeypatch: Any) -> None:
    """F12, M03: the request log names the page and hides the token."""
    from helpdesk import middleware

    switch_on()
    _survey, token = sent(ticket, ana)
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(middleware.log, "info", lambda event, **about: lines.append(about))

    client.get(f"/feedback/{token}/5/")

    assert [line["path"] for line in lines] == ["/feedback/…/5/"]


def test_the_page_speaks_the_customers_language(ticket: Ticket, ana: Agent, kim: Customer, client: Client) -> None:
    switch_on()
    Customer.objects.filter(pk=kim.pk).update(language="nb")
    _survey, token = sent(ticket, ana)

    assert '<html lang="nb"' in client.get(f"/feedback/{token}/", headers={"Accept-Language": "uk"}).content.decode()


def test_one_click_without_a_cookie_stops_the_surveys_and_looking_does_not(
    ticket: Ticket, ana: Agent, kim: Customer
) -> None:
    """I02, RFC 8058: the POST of a mail program, with checks for forged forms switched on."""
    switch_on()
    _survey, token = sent(ticket, ana)
    program = Client(enforce_csrf_checks=True)
    program.get(f"/feedback/{token}/stop/")
    assert not SurveyOptOut.objects.exists()

    for _time in range(2):
        assert program.post(f"/feedback/{token}/stop/", {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert SurveyOptOut.objects.get().customer == kim
    assert solve(make_ticket(kim, team=ticket.team), ana).reason == "opted_out"
    assert (answers(), states()[0]) == ([], ("sent", ""))


def test_stopping_calls_off_what_was_planned(ticket: Ticket, ana: Agent, kim: Customer, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    solve(make_ticket(kim, team=ticket.team), ana)

    client.post(f"/feedback/{token}/stop/")

    assert states() == [("sent", ""), ("suppressed", "opted_out")]


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_are_one_answer(ticket: Ticket, ana: Agent) -> None:
    """L05."""
    switch_on()
    _survey, token = sent(ticket, ana)
    together = threading.Barrier(10)

    def post() -> None:
        try:
            browser = Client()
            together.wait()
            browser.post(f"/feedback/{token}/", {"score": "5", "comment": "Good"})
            browser.post(f"/feedback/{token}/", {"score": "5", "comment": "Good"})
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers() == [(5, "Good")]
    assert [step.what for step in Survey.objects.get().steps.all()].count("answered") == 1
