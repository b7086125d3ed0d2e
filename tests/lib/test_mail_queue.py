"""What a mail server that hangs may cost: one worker a while, and no mail its life; the same for every kind of mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as house
from django.core.cache import cache
from django.utils.timezone import now

from agents import mails as account_mails
from agents.models import Agent, Team
from channels import outbound
from helpdesk.lib import mail_queue, mail_silence, owing
from helpdesk.lib.mail_queue import MailQueue
from helpdesk.lib.mail_way import Away, NotNow
from notifications import chat
from notifications import mails as news_mails
from notifications.chat_models import ChatDelivery, ChatHook
from notifications.models import NotificationMail
from reports import report_mails
from reports.models import ReportMail, ReportSchedule
from surveys import follow_up, sweep, tasks
from surveys import mails as survey_mails
from surveys.models import Survey
from tests.channels.mailroom import make_due, make_mailbox, reply
from tests.channels.test_out_send import Misbehaving
from tests.factories import make_ticket
from tests.surveys.desk import solve, switch_on
from tickets.models import Event

pytestmark = pytest.mark.django_db


def owe_accounts(ana: Agent) -> None:
    for kind in ("password_changed", "totp_activated"):
        account_mails.owe_mail(kind, ana)


def owe_news(ana: Agent) -> None:
    for number in range(2):
        NotificationMail.objects.create(agent=ana, header_id=f"news.{number}@x")


def owe_surveys(ana: Agent) -> None:
    switch_on()
    make_mailbox()
    for _number in range(2):
        solve(make_ticket(team=Team.objects.get(name="Billing")), ana)
    sweep.sweep()


def owe_reports(ana: Agent) -> None:
    weekly = ReportSchedule.objects.create(name="W", page="overview", made_by=ana, next_at=now())
    for number in range(2):
        ReportMail.objects.create(schedule=weekly, agent=ana, planned_for=now(), header_id=f"report.{number}@x")


def owe_answers(ana: Agent) -> None:
    make_mailbox()
    ticket = make_ticket(team=Team.objects.get(name="Billing"))
    for _number in range(2):
        reply(ticket, ana)
    make_due()


KINDS: dict[str, tuple[MailQueue[Any, Any], Callable[[Agent], None]]] = {
    "accounts": (account_mails.MAILS, owe_accounts),
    "news": (news_mails.MAILS, owe_news),
    "surveys": (survey_mails.MAILS, owe_surveys),
    "reports": (report_mails.MAILS, owe_reports),
    "outbound": (outbound.MAILS, owe_answers),
}


class FakeWay:
    """A way out that does with each letter what the test says."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.does: Callable[[], object] = lambda: None

    def __enter__(self) -> FakeWay:
        return self

    def __exit__(self, *raised: object) -> None:
        return None

    def send(self, letter: object, row: Any) -> None:
        self.asked.append(row.pk)
        self.does()


def raising(error: Exception, cause: Exception | None = None) -> Callable[[], object]:
    def does() -> None:
        raise error from cause

    return does


def let_time_pass(rows: Sequence[Any]) -> None:
    """As if every back-off and lease were over, and the pause after a silence."""
    for row in rows:
        over = {"claimed_until": None} if hasattr(row, "claimed_until") else {}
        type(row)._default_manager.filter(pk=row.pk).update(due_at=now(), **over)
    cache.delete(mail_silence.ASKED)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_hangs_costs_one_worker_a_while_and_no_mail_its_life(
    kind: str, ana: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault F15: whoever sends is stopped by the soft limit of its task, again and again; then by its own patience."""
    queue, owe = KINDS[kind]
    owe(ana)
    way = FakeWay()
    monkeypatch.setattr(queue, "way", lambda: way)
    monkeypatch.setattr(queue, "compose", lambda row: "letter")
    rows = list(queue.due())
    first, second = rows

    way.does = raising(SoftTimeLimitExceeded())
    for _time in range(owing.MAX_CRASHES + 2):
        let_time_pass(rows)
        with pytest.raises(SoftTimeLimitExceeded):
            queue.send_due()
    assert len(way.asked) == owing.MAX_CRASHES + 2, "one mail for each run: whoever goes on is killed"

    let_time_pass(rows)
    way.asked.clear()
    way.does = raising(Away("timed out"), TimeoutError("timed out"))
    assert queue.send_due() == 0
    assert queue.send_due() == 0
    assert len(way.asked) == 1, "while the server is silent, workers do not queue up to wait for it"

    for row in rows:
        row.refresh_from_db()
        assert getattr(row, "crashes", 0) == 0
        assert getattr(row, "state", "queued") == "queued"
        assert getattr(row, "ended_at", None) is None
    assert not Event.objects.filter(kind="delivery_failed").exists()
    assert not Survey.objects.exclude(state="scheduled").exists()

    # It answers again. A run ends when its time is up, in the middle of a batch too.
    let_time_pass(rows)
    clock = SimpleNamespace(at=0.0)
    monkeypatch.setattr(owing, "time", SimpleNamespace(monotonic=lambda: clock.at))
    way.asked.clear()
    way.does = lambda: setattr(clock, "at", clock.at + mail_queue.RUN_SECONDS)
    assert queue.send_due() == 1
    assert not mail_silence.is_on()
    assert queue.send_due() == 1
    assert sorted(way.asked) == [first.pk, second.pk]


def test_what_one_mail_meets_stops_no_other(ana: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    owe_news(ana)
    way = FakeWay()
    way.does = raising(NotNow("451 Later"))
    monkeypatch.setattr(news_mails.MAILS, "way", lambda: way)
    monkeypatch.setattr(news_mails.MAILS, "compose", lambda row: "letter")

    assert news_mails.MAILS.send_due() == 0

    assert len(way.asked) == 2
    assert set(NotificationMail.objects.values_list("attempts", "last_error")) == {(1, "451 Later")}
    assert not mail_silence.is_on()


def test_a_mail_that_takes_too_long_to_write_silences_no_other(ana: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of millions of tickets says nothing about the mail server."""
    owe_reports(ana)
    way, put_off = FakeWay(), []
    queue = report_mails.MAILS
    real = queue.put_off
    monkeypatch.setattr(queue, "way", lambda: way)
    monkeypatch.setattr(queue, "compose", lambda row: raising(SoftTimeLimitExceeded())())
    monkeypatch.setattr(
        queue, "put_off", lambda row, reason, *, away: put_off.append(away) or real(row, reason, away=away)
    )

    with pytest.raises(SoftTimeLimitExceeded):
        queue.send_due()

    assert (way.asked, put_off, mail_silence.is_on()) == ([], [False], False)
    states = ReportMail.objects.order_by("-attempts").values_list("state", "attempts", "last_error")
    assert list(states) == [("queued", 1, mail_queue.NOT_WRITTEN), ("queued", 0, "")]


@pytest.mark.parametrize("how", ["stall", "mute"])
def test_a_real_server_that_never_answers_is_known_as_one(how: str, ana: Agent, settings: Any) -> None:
    """Fault F15: the two roads, Django's and ours; smtplib tells a silence after the greeting as a lost connection."""
    owe_accounts(ana)
    owe_answers(ana)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with Misbehaving(how) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.2
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TIMEOUT = "127.0.0.1", port, 0.2
        settings.SMTP_SECURITY, settings.EMAIL_USE_TLS = "none", False
        for queue in (account_mails.MAILS, outbound.MAILS):
            mail_silence.end()
            assert queue.send_due() == 0
            assert mail_silence.is_on(), queue.name


def test_nobody_holds_a_mail_for_dead_while_a_slow_server_keeps_its_worker(settings: Any) -> None:
    settings.MAIL_LEASE_SECONDS, settings.SMTP_TIMEOUT = 10, 30
    assert mail_queue.lease().total_seconds() == 360
    settings.MAIL_LEASE_SECONDS = 900
    assert mail_queue.lease().total_seconds() == 900


def test_a_run_of_chat_messages_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = ChatHook.objects.create(name="Ops", program="slack")
    for _number in range(2):
        ChatDelivery.objects.create(hook=hook)
    clock = SimpleNamespace(at=0.0)
    monkeypatch.setattr(owing, "time", SimpleNamespace(monotonic=lambda: clock.at))

    def slow(delivery: ChatDelivery) -> bool:
        clock.at += chat.RUN_SECONDS
        return True

    monkeypatch.setattr(chat, "send_one", slow)

    assert chat.send_chat() == 1


def test_low_scores_do_not_wait_for_the_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unhappy customer is heard while the mail server hangs: by a task of its own that beat starts."""
    done: list[str] = []
    monkeypatch.setattr(follow_up, "follow_up", lambda: done.append("low scores") or 0)
    monkeypatch.setattr(survey_mails, "send_due", raising(SoftTimeLimitExceeded()))

    with pytest.raises(SoftTimeLimitExceeded):
        tasks.run_surveys()
    tasks.escalate_low_scores()

    assert done == ["low scores"]
    planned = {entry["task"]: entry["schedule"] for entry in house.CELERY_BEAT_SCHEDULE.values()}
    assert planned["surveys.tasks.escalate_low_scores"] <= 20
