"""Channels of chat programs: what they are told, in a form that no stranger's words escape from, by real HTTP."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib import vault
from notifications import chat
from notifications.chat_models import ChatDelivery, ChatHook, ChatNews
from notifications.chat_words import JOINER, plain
from sla.actions import AcknowledgeEscalation, Escalate
from sla.models import Escalation
from tests.factories import make_ticket
from tickets import outbox
from tickets.actions import MoveToTeam
from tickets.perform import perform

pytestmark = pytest.mark.django_db

Sink = tuple[str, list[dict], list[tuple[int, dict[str, str]]]]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real receiver: (its address, what it took, the answers it gives first; then 200)."""
    settings.OUTWARD_ALLOWED = ["127.0.0.1"]
    taken: list[dict] = []
    answers: list[tuple[int, dict[str, str]]] = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, headers = answers.pop(0) if answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/services/T0/B0/secret", taken, answers
    server.shutdown()
    server.server_close()


@pytest.fixture
def make_hook(sink: Sink) -> Callable[..., ChatHook]:
    def make(program: str = "slack", teams=(), **fields) -> ChatHook:
        secret = vault.encrypt(chat.PURPOSE, sink[0])
        kinds = ["escalated", "answered", "breached", "due_soon"]
        made = ChatHook.objects.create(
            **{"name": f"#{program}", "program": program, "url_secret": secret, "kinds": kinds, **fields}
        )
        made.teams.set(teams)
        return made

    return make


@pytest.fixture
def on_duty(leo):
    leo.availability = "online"
    leo.save()
    return leo


def escalate(ticket, by, **more):
    change = perform(ticket.pk, Escalate("needs_senior", **more), by=by, via="web")
    outbox.drain()
    return change


def test_a_slack_channel_is_told_of_an_escalation(ticket, as_ana, on_duty, make_hook, sink):
    make_hook()

    escalate(ticket, as_ana)
    assert chat.send_chat() == 1

    (message,) = sink[1]
    said, links = message["blocks"]
    assert said["text"] == {
        "type": "plain_text",
        "text": f"#{ticket.pk} Printer on fire: escalated to Billing, level 1 (Needs somebody more experienced)",
        "emoji": False,
    }
    assert links["elements"][0]["text"].endswith(f"/tickets/{ticket.pk}/|#{ticket.pk}>")
    assert message["text"] == f"#{ticket.pk}"
    assert ChatDelivery.objects.get().state == "sent"


def test_a_teams_channel_gets_a_card(ticket, as_ana, on_duty, make_hook, sink):
    make_hook("teams")

    escalate(ticket, as_ana)
    chat.send_chat()

    (message,) = sink[1]
    (attached,) = message["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    (block,) = attached["content"]["body"]
    assert block["inlines"][0]["type"] == "TextRun"
    assert block["inlines"][0]["text"].startswith(f"#{ticket.pk} Printer on fire: escalated to Billing")
    assert attached["content"]["actions"][0]["title"] == f"#{ticket.pk}"


@pytest.mark.parametrize("program", ["slack", "teams"])
def test_a_hostile_subject_mentions_nobody_and_links_nowhere(kim, billing, as_ana, on_duty, make_hook, sink, program):
    """G07: mentions, links and card placeholders of a customer arrive as plain text."""
    subject = "<!channel> <https://evil.example|click> @everyone {{DATE(x)}} ${a} [b](https://evil.example)"
    ticket = make_ticket(kim, subject=subject, team=billing)
    make_hook(program)

    escalate(ticket, as_ana)
    chat.send_chat()

    (message,) = sink[1]
    shown = json.dumps(message, ensure_ascii=False)
    for living in ("<!", "<https://evil", "://evil", "@everyone", "{{", "${"):
        assert living not in shown
    where = message["blocks"][0]["text"] if program == "slack" else message["attachments"][0]["content"]["body"][0]
    assert where["type"] in ("plain_text", "RichTextBlock")
    seen = where["text"] if program == "slack" else where["inlines"][0]["text"]
    assert seen.replace(JOINER, "").startswith(f"#{ticket.pk} {subject}: ")
    assert "evil" not in message.get("text", "")


def test_plain_words_stay_as_they_are():
    assert plain("Rechnung 12/2026 – 50 % zu viel?") == "Rechnung 12/2026 – 50 % zu viel?"


def test_a_channel_without_words_learns_no_subject(ticket, as_ana, on_duty, make_hook, sink):
    make_hook(with_words=False)

    escalate(ticket, as_ana)
    chat.send_chat()

    assert "Printer" not in json.dumps(sink[1])


def test_only_the_channels_of_its_team_are_told(ticket, as_ana, on_duty, billing, technical, make_hook, sink):
    make_hook(name="billing", teams=[billing])
    make_hook(name="technical", teams=[technical])
    make_hook(name="nothing", kinds=["due_soon"])
    make_hook(name="off", active=False)

    escalate(ticket, as_ana)

    assert [news.hook.name for news in ChatNews.objects.all()] == ["billing"]


def test_news_of_a_ticket_that_left_the_team_is_dropped(ticket, as_ana, on_duty, billing, technical, make_hook, sink):
    """E11: what the team lost between the news and the message is not told any more."""
    make_hook(teams=[billing])
    escalate(ticket, as_ana)
    perform(ticket.pk, MoveToTeam(technical.pk), by=Actor.system("test"), via="test")

    assert chat.send_chat() == 0

    assert sink[1] == []
    assert ChatDelivery.objects.get().state == "dropped"


def test_answers_to_an_escalation_are_told(ticket, as_ana, on_duty, make_hook, sink):
    make_hook(kinds=["answered"])
    escalate(ticket, as_ana)
    perform(ticket.pk, AcknowledgeEscalation(Escalation.objects.get().pk), by=Actor.agent(on_duty), via="web")
    outbox.drain()

    chat.send_chat()

    (message,) = sink[1]
    assert message["blocks"][0]["text"]["text"].endswith(": Leo acknowledged the escalation")


def test_news_of_one_moment_is_one_message(kim, billing, as_ana, on_duty, make_hook, sink):
    make_hook()
    tickets = [make_ticket(kim, team=billing) for _number in range(23)]
    for ticket in tickets:
        perform(ticket.pk, Escalate("needs_senior"), by=as_ana, via="web")
    outbox.drain()

    assert chat.send_chat() == 1

    (message,) = sink[1]
    lines = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    assert len(lines) == 21
    assert lines[-1] == "And 3 more."


def test_a_reaction_that_runs_twice_tells_once(ticket, as_ana, on_duty, make_hook, sink):
    from notifications.chat_reactions import tell_chat

    make_hook()
    change = escalate(ticket, as_ana)
    tell_chat(change)

    assert ChatNews.objects.count() == 1


def test_a_busy_program_is_asked_again_when_it_says(ticket, as_ana, on_duty, make_hook, sink):
    make_hook()
    sink[2].append((429, {"Retry-After": "1800"}))
    escalate(ticket, as_ana)

    assert chat.send_chat() == 0

    delivery = ChatDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status) == ("queued", 1, 429)
    assert timedelta(minutes=29) < delivery.due_at - now() <= timedelta(minutes=30)
    ChatDelivery.objects.update(due_at=now())
    assert chat.send_chat() == 1
    assert len(sink[1]) == 2


def test_an_address_that_is_gone_is_not_asked_again(ticket, as_ana, on_duty, make_hook, sink):
    make_hook()
    sink[2].append((404, {}))
    escalate(ticket, as_ana)

    chat.send_chat()

    delivery = ChatDelivery.objects.get()
    assert (delivery.state, delivery.status, delivery.answer) == ("failed", 404, "ok")


def test_a_redirect_is_a_failure_and_nobody_is_asked_there(ticket, as_ana, on_duty, make_hook, sink):
    """H02."""
    make_hook()
    sink[2].append((307, {"Location": sink[0]}))
    escalate(ticket, as_ana)

    chat.send_chat()

    assert ChatDelivery.objects.get().state == "failed"
    assert len(sink[1]) == 1


def test_an_address_inside_is_refused_when_fired(ticket, as_ana, on_duty, make_hook, sink, settings):
    """H01, H04: stored while it was allowed, refused now."""
    make_hook()
    settings.OUTWARD_ALLOWED = []
    escalate(ticket, as_ana)

    chat.send_chat()

    delivery = ChatDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == ("failed", "refused")
    assert sink[1] == []


def test_a_worker_that_dies_twice_over_a_message_is_the_last(ticket, as_ana, on_duty, make_hook, sink):
    make_hook()
    escalate(ticket, as_ana)
    chat.gather()
    ChatDelivery.objects.update(state="sending", attempts=1, crashes=1, claimed_until=now() - timedelta(seconds=1))

    assert chat.send_chat() == 0

    assert ChatDelivery.objects.get().last_error == "crashed"
    assert sink[1] == []


def test_imported_history_tells_nobody(ticket, on_duty, make_hook, sink):
    make_hook()
    by = Actor.system("test")
    perform(ticket.pk, Escalate("needs_senior"), by=by, via="import", at=now() - timedelta(days=3))
    outbox.drain()

    assert not ChatNews.objects.exists()
