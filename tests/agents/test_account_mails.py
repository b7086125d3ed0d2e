"""Account mails are owed as rows and sent by any number of workers, each once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from agents import mails
from agents.mails import owe_mail, prune, send_owed
from agents.models import Agent
from agents.records import AccountMail

pytestmark = pytest.mark.django_db


def test_a_notice_speaks_the_language_of_its_reader_and_says_where_it_came_from(ana, settings):
    settings.MAIL_DOMAIN = "desk.example"
    owe_mail("password_changed", ana, ip="192.0.2.7", user_agent="A browser")

    assert send_owed() == 1

    message = mail.outbox[0]
    assert message.subject == "Your password was changed"
    assert "192.0.2.7" in message.body and "A browser" in message.body and ana.email in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.message()["Message-ID"].endswith("@desk.example>")


def test_a_name_cannot_add_a_header_or_markup(ana):
    Agent.objects.filter(pk=ana.pk).update(name="Ana\r\nBcc: evil@example.com <b>")
    owe_mail("reset", ana)

    send_owed()

    assert "bcc" not in {name.lower() for name, _value in mail.outbox[0].message().items()}
    assert mail.outbox[0].recipients() == ["ana@desk.example"]


def test_a_mail_that_fails_is_tried_again_later_and_delays_nobody(ana, mia, monkeypatch):
    owe_mail("password_changed", ana)
    owe_mail("password_changed", mia)
    real = mails.compose

    def failing(row):
        if row.agent == ana:
            raise OSError("server away")
        return real(row)

    monkeypatch.setattr(mails, "compose", failing)

    assert send_owed() == 1

    kept = AccountMail.objects.get(agent=ana)
    assert (kept.attempts, kept.sent_at, kept.ended_at) == (1, None, None)
    assert "server away" in kept.last_error
    assert kept.due_at > now() + timedelta(seconds=20)
    assert send_owed() == 0  # not due yet
    monkeypatch.setattr(mails, "compose", real)
    AccountMail.objects.update(due_at=now())
    assert send_owed() == 1


def test_a_mail_is_given_up_after_eight_tries(ana, monkeypatch):
    owe_mail("password_changed", ana)
    monkeypatch.setattr(mails, "compose", lambda row: 1 / 0)

    for _ in range(12):
        AccountMail.objects.filter(ended_at=None).update(due_at=now())
        send_owed()

    kept = AccountMail.objects.get()
    assert (kept.attempts, kept.sent_at) == (8, None)
    assert kept.ended_at is not None


def test_a_mail_that_another_worker_holds_is_left_alone(ana, monkeypatch):
    owe_mail("password_changed", ana)
    real = mails.claim

    def too_late(rows, **changes):
        AccountMail.objects.update(due_at=now() + timedelta(minutes=5), attempts=1)  # the other one claims here
        return real(rows, **changes)

    monkeypatch.setattr(mails, "claim", too_late)

    assert send_owed() == 0
    assert len(mail.outbox) == 0


def test_a_disabled_agent_gets_nothing(ana):
    owe_mail("invitation", ana, by="Root")
    Agent.objects.filter(pk=ana.pk).update(is_active=False)

    assert send_owed() == 0
    assert AccountMail.objects.get().ended_at is not None


def test_a_link_asked_for_long_ago_is_not_sent_any_more(ana):
    owe_mail("reset", ana)
    AccountMail.objects.update(created_at=now() - timedelta(hours=2))

    assert send_owed() == 0
    assert len(mail.outbox) == 0


def test_old_mails_are_forgotten_and_owed_ones_kept(ana):
    owe_mail("reset", ana)
    owe_mail("password_changed", ana)
    AccountMail.objects.filter(kind="reset").update(ended_at=now() - timedelta(days=8))
    AccountMail.objects.filter(kind="password_changed").update(created_at=now() - timedelta(days=8))

    assert prune() == 1
    assert AccountMail.objects.get().kind == "password_changed"


def test_no_link_is_kept_in_the_database(ana):
    owe_mail("reset", ana)
    send_owed()

    token = mail.outbox[0].body.split("/accounts/link/")[1].split("/")[0]
    assert token not in str(list(AccountMail.objects.values()))


def test_an_unknown_kind_is_a_mistake_of_ours(ana):
    with pytest.raises(KeyError, match="no account mail 'gossip'"):
        owe_mail("gossip", ana)
    assert AccountMail.objects.count() == 0
