"""The demo data: plausible, in order, never in the future, and the same every time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F
from django.test import Client, TestCase, override_settings
from django.utils.timezone import now
from time_machine import travel

from agents.actors import Actor
from agents.models import Agent, Team
from automation import known_teams
from channels.models import LocalMail, Mailbox, OutboundEmail, TicketMailbox
from helpdesk.demo import progress, slots
from helpdesk.demo.loading import Strangers
from helpdesk.demo.plan import Planned, Step
from helpdesk.demo.topics import OUTAGE, TOPICS
from helpdesk.demo.voices import MANNERS, STORIES
from helpdesk.demo.words import said
from helpdesk.management.commands import seed_demo
from notifications.models import Notification, NotificationMail
from reports.models import Fact, Stale, StaleDay
from sla import known
from sla.models import Calendar, Escalation, SlaClock
from surveys.models import Survey, SurveyMail, SurveyStep
from tests import factories
from tests.reports.naive_audit import NaiveAudit
from tickets.actions import SetStatus
from tickets.models import Attachment, Change, Event, Message, OutboxEntry, Ticket, TicketLink
from tickets.perform import perform
from tickets.thanks import is_plain_thanks

END = datetime(2026, 11, 19, 15, tzinfo=UTC)  # a Thursday


def number_from_the_start() -> None:
    """Who is asked how satisfied they are goes by the number of the ticket, and databases count on across tests."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")  # then it counts on from what is there
            return
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)


def forget_other_tests() -> None:
    """What this process knows of rows that were rolled back: a class is set up before the fixtures of its tests."""
    known_teams.forget()
    known.forget_policies()
    known.BY_VERSION.clear()
    known.WORDINGS.clear()
    cache.clear()


@pytest.fixture
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def seed(**options: Any) -> str:
    out = StringIO()
    with_defaults = {"tickets": 120, "today": datetime(2026, 11, 19).date(), "seed": 7, **options}
    call_command("seed_demo", stdout=out, **with_defaults)
    return out.getvalue()


# Where clocks were put back in these ninety days.
@override_settings(REPORTS_ZONE="Europe/Copenhagen")
class TestTheLoadedDemo(TestCase):
    """One load for all of these, since it takes seconds."""

    folder: Path
    said: str

    @classmethod
    def setUpTestData(cls) -> None:
        cls.folder = Path(cls.enterClassContext(TemporaryDirectory()))
        number_from_the_start()
        forget_other_tests()
        kept = override_settings(DATA_DIR=cls.folder, MEDIA_ROOT=cls.folder / "media")
        with kept, travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
            cls.said = seed()

    def test_the_demo_has_a_company_with_teams_roles_and_mailboxes(self) -> None:
        roles = Counter(Agent.objects.values_list("role", flat=True))

        assert Team.objects.count() == Mailbox.objects.count() == 3
        assert roles == {"agent": 8, "supervisor": 3, "ops_manager": 1, "admin": 1, "light_agent": 1}
        assert Ticket.objects.count() == TicketMailbox.objects.count() == 120

    def test_promises_were_kept_or_broken_at_their_time_by_themselves(self) -> None:
        states = Counter(SlaClock.objects.filter(metric="first_response").values_list("state", flat=True))
        late = SlaClock.objects.filter(breached_at__isnull=False)
        found = Escalation.objects.filter(source="clock")

        assert Calendar.objects.count() == 4
        assert states["met"] > states["breached_closed"] > 0
        assert found.exists()
        assert set(found.values_list("raised_by_name", flat=True)) == {"sla"}
        assert found.filter(acknowledged_at__isnull=False).exists()
        assert not late.filter(detected_at__lt=F("breached_at")).exists()
        assert not SlaClock.objects.filter(next_check_at__lte=END).exists()
        assert not OutboxEntry.objects.exists()

    def test_customers_were_asked_at_their_time_and_some_answered(self) -> None:
        states = Counter(Survey.objects.values_list("state", flat=True))
        answered = Survey.objects.filter(state="answered")

        assert set(states) >= {"suppressed", "answered", "expired"}
        assert (
            Survey.objects.filter(reason="throttled").exists() and Survey.objects.filter(reason="not_sampled").exists()
        )
        assert states["answered"] >= 10 and answered.exclude(comment="").exists()
        assert not answered.filter(answered_at__lte=F("sent_at")).exists()
        assert not SurveyStep.objects.filter(at__gt=END).exists()
        assert not Survey.objects.exclude(state="scheduled").filter(solved_at__gt=END).exists()
        assert not Survey.objects.filter(state="sent", expires_at__lte=END).exists()
        assert SurveyMail.objects.exclude(state="sent").count() == LocalMail.objects.count() == 0

    def test_the_figures_are_told(self) -> None:
        out = StringIO()
        call_command("rebuild_reports", "--check", stdout=out)

        assert "120 tickets told anew, 0 differences" in out.getvalue()
        assert not Stale.objects.exists() and not StaleDay.objects.filter(day__lt=END.date()).exists()
        assert Fact.objects.filter(kind="created").count() == 120

    def test_every_figure_is_its_drill_down_its_parts_and_its_days_and_the_balance_is_even(self) -> None:
        out = StringIO()
        call_command("audit_reports", "--values", "1", "--until", "2026-11-20", stdout=out)

        assert "88 balances of days" in out.getvalue()
        assert "1 days that are not of 24 hours" in out.getvalue()

    def test_a_naive_computation_over_the_events_finds_the_same_figures(self) -> None:
        found = NaiveAudit(tickets=12).run()

        assert found.wrong == []
        assert found.compared["figures"] > 150
        assert found.compared["things that figures count"] > 150

    def test_the_clocks_are_what_a_replay_finds(self) -> None:
        out = StringIO()
        call_command("sla_replay", "--check", stdout=out)

        assert "120 tickets replayed, 0 differences" in out.getvalue()

    def test_states_languages_teams_and_doors_are_those_of_a_real_desk(self) -> None:
        def by(column: str) -> dict[str, int]:
            return dict(Counter(Ticket.objects.values_list(column, flat=True)))

        assert by("status") == {"closed": 111, "new": 3, "on_hold": 1, "open": 2, "solved": 3}
        assert by("language") == {"de": 5, "uk": 20, "da": 33, "en": 40, "pl": 13, "nb": 9}
        assert by("team__name") == {"Customer care": 58, "Billing": 32, "Technical": 30}
        assert by("channel") == {"email": 107, "web": 8, "phone": 5}

    def test_history_is_in_order_and_never_in_the_future(self) -> None:
        for ticket in Ticket.objects.prefetch_related("changes__events"):
            changes = sorted(ticket.changes.all(), key=lambda change: change.pk)
            times = [change.created_at for change in changes]

            assert times == sorted(times)
            assert times[0] == ticket.created_at >= END - timedelta(days=90)
            assert times[-1] <= END
            assert sorted(changes[0].events.all(), key=lambda event: event.pk)[0].kind == "opened"
            assert ticket.activity_at == times[-1]
            assert [change.version for change in changes] == list(range(1, len(changes) + 1))

    def test_the_past_owes_nothing(self) -> None:
        assert OutboxEntry.objects.count() == 0
        assert OutboundEmail.objects.count() == 0
        assert Attachment.objects.filter(message=None).count() == 0

    def test_bells_ring_for_the_last_days_and_nobody_is_mailed(self) -> None:
        told = Notification.objects.values_list("created_at", "mail_at")
        unread = Counter(Notification.objects.unread().values_list("agent", flat=True))

        assert len(told) > 5
        assert all(END - timedelta(days=7) <= at <= END and mail_at is None for at, mail_at in told)
        assert 1 <= max(unread.values()) <= 5
        assert NotificationMail.objects.count() == 0

    def test_people_keep_the_hours_of_a_shop(self) -> None:
        house = ZoneInfo("Europe/Copenhagen")
        times = [
            at.astimezone(house)
            for at in Change.objects.exclude(actor_kind="system").values_list("created_at", flat=True)
        ]

        at_work = sum(at.weekday() < 5 and 7 <= at.hour < 18 for at in times) / len(times)
        weekend = sum(at.weekday() > 4 for at in times) / len(times)

        assert at_work > 0.8, at_work
        assert weekend < 0.12, weekend

    def test_the_outage_is_a_spike_of_tickets_tied_to_their_cause(self) -> None:
        cause = Ticket.objects.get(type="problem")

        struck = Ticket.objects.filter(tags__name="outage").exclude(pk=cause.pk)

        assert struck.count() == 8
        assert {(t.created_at - cause.created_at).days for t in struck} <= {0, 1}
        assert TicketLink.objects.filter(source__in=struck).count() == 8

    def test_no_two_tickets_read_alike(self) -> None:
        firsts = [ticket.messages.order_by("pk").first().text for ticket in Ticket.objects.all()]

        assert len(set(firsts)) == 120

    def test_conversations_have_one_to_eight_messages_in_six_languages(self) -> None:
        public = Counter(Message.objects.filter(public=True).values_list("ticket_id", flat=True))

        assert max(public.values()) <= 8
        assert set(Ticket.objects.values_list("language", flat=True)) == {"en", "da", "nb", "pl", "uk", "de"}
        assert Message.objects.exclude(html="").filter(author_kind="customer").exists()
        assert Message.objects.exclude(quoted_text="").exists()
        assert Message.objects.exclude(signature="").exists()

    def test_one_sign_in_for_each_role_is_left_and_works(self) -> None:
        path = self.folder / "demo.json"

        people = json.loads(path.read_text())

        assert [person["role"] for person in people] == ["agent", "second agent", "supervisor", "ops manager", "admin"]
        assert path.stat().st_mode & 0o077 == 0
        for person in people:
            assert Agent.objects.get(email=person["email"]).check_password(person["password"])
        assert people[0]["password"] in self.said


def test_the_same_seed_and_day_make_the_same_rows(db: None, own_folder: None, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC))
    dumps = []

    # In small steps beside whoever writes, too: as long as nobody acts on its tickets the story is the same.
    for number, while_serving in ((7, False), (7, True), (8, False)):
        try:
            with transaction.atomic():
                count_from_one()
                seed(tickets=60, seed=number, while_serving=while_serving)
                dumps.append(dump())
                raise Undo
        except Undo:
            pass

    assert dumps[0] == dumps[1]
    assert dumps[0] != dumps[2]


def count_from_one() -> None:
    """PostgreSQL goes on counting after a rollback, and which customers are asked hangs on the number of the ticket."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = current_schema()")
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER SEQUENCE {name} RESTART")


class Undo(Exception):
    """Takes one load back, so that the next finds an empty database."""


def dump() -> list[tuple[Any, ...]]:
    """Every Event and message without the keys, which go on counting after a rollback on PostgreSQL."""
    events = Event.objects.order_by("pk").values_list(
        "kind", "change__actor_name", "change__created_at", "change__ticket__subject", "change__version"
    )
    messages = Message.objects.order_by("pk").values_list(
        "text", "html", "quoted_text", "signature", "created_at", "to"
    )
    files = Attachment.objects.order_by("pk").values_list("name", "blob__sha256")
    return [*events, *((*row[:5], str(row[5])) for row in messages), *files]


def test_a_ticket_on_which_somebody_acts_meanwhile_is_theirs(ticket: Ticket) -> None:
    strangers = Strangers(now() - timedelta(minutes=1))
    told = factories.make_ticket(ticket.requester)
    Change.objects.update(created_at=now() - timedelta(days=80))
    by = Actor.system("test")
    step = Step(now(), by, "web")
    mine, other = (Planned("", None, "care", "email", "", pk=one.pk) for one in (ticket, told))  # type: ignore[arg-type]
    strangers.look()
    assert not strangers.have(mine, step)

    perform(ticket.pk, SetStatus("pending"), by=by, via="web")
    strangers.look()

    assert strangers.have(mine, step)
    assert not strangers.have(other, step)
    assert strangers.have(other, replace(step, link_to=mine))


def test_pages_say_how_far_the_demo_is_told_until_it_ends_or_fails(
    client: Client, db: None, own_folder: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDED = True
    client.force_login(factories.make_agent("Ana"))
    progress.note(812, 2000)
    assert "812 of 2000 tickets are here" in client.get("/tickets/").content.decode()

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(seed_demo, "plan", fail)
    with pytest.raises(MemoryError):
        seed()

    assert progress.standing() is None
    assert "tickets are here" not in client.get("/tickets/").content.decode()


def test_a_database_with_tickets_is_left_alone(own_folder: None, ticket: Ticket) -> None:
    with pytest.raises(CommandError, match="already has tickets"):
        seed()

    assert Ticket.objects.count() == 1
    assert not (django_settings.DATA_DIR / "demo.json").exists()


def test_a_team_of_the_same_name_is_left_alone(db: None, own_folder: None) -> None:
    factories.make_team("Billing")

    with pytest.raises(CommandError, match="exists already"):
        seed()

    assert Agent.objects.count() == 0


def test_a_production_install_needs_a_yes(db: None, own_folder: None, settings: Any) -> None:
    settings.EMBEDDED = settings.DEBUG = False

    with pytest.raises(CommandError, match="--yes"):
        seed()

    assert Agent.objects.count() == 0


def test_a_past_that_ends_in_the_future_is_refused(db: None, own_folder: None) -> None:
    with pytest.raises(CommandError, match="cannot end in the future"):
        seed(today=datetime(2999, 1, 1).date())


@pytest.mark.parametrize("language", list(STORIES))
def test_every_language_tells_every_story_without_a_hole(language: str) -> None:
    filled = slots.slots(Random(1), language, END) | dict.fromkeys(
        ("first", "agent", "name", "first_name", "day"), "Kim"
    )

    assert set(STORIES[language]) == {topic.key for topic in (*TOPICS, OUTAGE)}
    for spoken in (*STORIES[language].values(), MANNERS[language]):
        for text in texts(tuple(vars(spoken).values())):
            for woman in (True, False):
                assert not set("{}[]") & set(said(text, filled, woman=woman))


@pytest.mark.parametrize("language", list(MANNERS))
def test_every_thank_you_is_seen_to_be_one(language: str) -> None:
    for text in MANNERS[language].thanks:
        assert is_plain_thanks(text.format(agent="Oleh") + "\n\nKim Jensen", ("Kim Jensen", "Oleh"))


def texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [text for part in value for text in texts(part)]
