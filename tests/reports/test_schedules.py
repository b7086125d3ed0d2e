"""Reports that are mailed: at the right hour, once, to people who may read them, with what each of them sees."""

from __future__ import annotations

import io
import threading
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Role
from agents.records import AgentAudit
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.owing import settle
from reports import report_mails
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import ReportMail, ReportSchedule
from reports.planning import next_time, plan_due
from reports.scheduling import read_query, remove_schedule, save_schedule
from reports.target_setting import set_target
from reports.views import schedules as views
from tests.factories import make_agent, make_ticket

# Noon in Copenhagen.
MONDAY = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)


def _schedule(by, *people, **fields):
    given = {"name": "Weekly", "page": "overview", "query": "range=7d", "every": "day", "hour": 13, "format": "xlsx"}
    return save_schedule(Actor.agent(by), ReportSchedule(), people, **{**given, **fields})


@pytest.mark.parametrize(
    ("fields", "after", "times"),
    [
        # Copenhagen is an hour ahead of UTC in winter, two in summer; at two o'clock on the 29th of March it is three.
        ({"every": "day", "hour": 2}, "2026-03-27T12:00", ["03-28T01:00", "03-29T01:00", "03-30T00:00"]),
        ({"every": "day", "hour": 2}, "2026-10-24T00:00", ["10-25T00:00", "10-26T01:00"]),
        ({"every": "week", "weekday": 0, "hour": 8}, "2026-11-16T07:00", ["11-23T07:00", "11-30T07:00"]),
        ({"every": "week", "weekday": 0, "hour": 8}, "2026-11-16T06:59", ["11-16T07:00"]),
        ({"every": "month", "month_day": 31, "hour": 0}, "2026-01-31T00:00", ["02-27T23:00", "03-30T22:00"]),
    ],
)
def test_the_hour_is_that_of_the_reporting_zone(fields, after, times):
    schedule, at = ReportSchedule(**fields), datetime.fromisoformat(f"{after}:00+00:00")

    for expected in times:
        at = next_time(schedule, at)
        assert at.strftime("%m-%dT%H:%M") == expected


@time_machine.travel(MONDAY, tick=False)
def test_each_reader_is_mailed_the_figures_of_what_that_reader_sees(otto, leo, ana, billing, technical):
    """E03, E11: one schedule, three readers, three mails; who may not read reports any more gets none."""
    for team in (billing, technical, technical):
        make_ticket(team=team, subject="=1+1")
    keep()
    set_target(Actor.agent(otto), KPIS["backlog"], value=2, since=MONDAY.date())
    gone = make_agent("Gil", role=Role.SUPERVISOR, teams=[billing])
    schedule = _schedule(otto, otto, leo, gone, hour=13)
    gone.role = Role.AGENT
    gone.save()

    assert report_mails.send_due() == 0  # at noon
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        assert report_mails.send_due() == 2
        assert report_mails.send_due() == 0

    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {otto.email, leo.email}
    for email, created in ((otto.email, 3), (leo.email, 1)):
        letter = letters[email]
        assert letter.subject == "Report: Weekly"
        assert f"Tickets created: {created}, +{created}\n" in letter.body
        assert "Tickets created</th>\n<td style" in letter.alternatives[0].content
        assert "days of Europe/Copenhagen" in letter.body
        assert "/reports/?range=7d" in letter.body
        assert "Not counted in this range: 0 tickets that were merged into others, " in letter.body
        assert "Not counted in this range: " in letter.alternatives[0].content
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
        name, content, _kind = letter.attachments[0]
        assert name == "Weekly 2026-11-16.xlsx"
        values = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        assert next(row[1] for row in values if row[0] == "Tickets created") == created
    # The target of the house says nothing about what Leo sees of it.
    assert "Backlog: 3, +3, target missed" in letters[otto.email].body
    assert "target" not in letters[leo.email].body
    schedule.refresh_from_db()
    assert schedule.last_at == MONDAY + timedelta(hours=1)
    assert schedule.next_at == MONDAY + timedelta(days=1, hours=1)


@time_machine.travel(MONDAY, tick=False)
def test_a_worker_that_dies_at_any_point_loses_no_mail_and_sends_no_third(otto, leo, monkeypatch):
    """Fault F30: between planning and sending, while sending, and after the other side took the mail."""
    schedule = _schedule(otto, otto, leo, format="csv", hour=12)
    ReportSchedule.objects.update(next_at=now() - timedelta(days=3))
    # Killed while it plans: neither the mails nor the next time stand.
    monkeypatch.setattr(ReportMail.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        plan_due()
    monkeypatch.undo()
    assert not ReportMail.objects.exists()
    assert plan_due() == 2
    # The three days that it stood still are made up for once, with the last of the times that were missed.
    assert {row.planned_for for row in ReportMail.objects.all()} == {MONDAY}
    assert plan_due() == 0
    # Killed while it sends: the mail is taken again when its lease is over, once.
    taken, other = ReportMail.objects.select_related("schedule", "agent").order_by("pk")
    assert report_mails.MAILS.take(taken)
    assert report_mails.send_due() == 1
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        assert report_mails.send_due() == 1
        assert not settle(taken, state="failed")  # it woke up too late
    ReportMail.objects.filter(pk=other.pk).update(state="sending", crashes=1, claimed_until=None)
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        assert report_mails.send_due() == 0

    assert len(mail.outbox) == 2
    assert {name.endswith(".csv") for letter in mail.outbox for name, _content, _kind in letter.attachments} == {True}
    assert sorted(ReportMail.objects.values_list("state", flat=True)) == ["failed", "sent"]
    schedule.refresh_from_db()
    assert schedule.next_at == MONDAY + timedelta(days=1)


def test_a_mail_server_that_is_away_over_the_weekend_costs_no_report(otto, monkeypatch):
    """Tried all the while; of the times that were missed the last one leaves, as of its own hour."""
    friday = MONDAY - timedelta(days=3)
    with time_machine.travel(friday - timedelta(hours=2), tick=False):
        daily, weekly = _schedule(otto, otto, hour=12), _schedule(otto, otto, every="week", weekday=4, hour=12)

    def is_away(mail, actor):
        raise ConnectionRefusedError

    monkeypatch.setattr(report_mails.report_letters, "compose", is_away)
    for hours in range(70):
        with time_machine.travel(friday + timedelta(hours=hours, seconds=1), tick=False):
            assert report_mails.send_due() == 0
    monkeypatch.undo()
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False):
        assert report_mails.send_due() == 2

    def states(schedule):
        return list(schedule.mails.order_by("planned_for").values_list("planned_for__day", "state"))

    assert states(weekly) == [(13, "sent")]
    assert states(daily) == [(13, "dropped"), (14, "dropped"), (15, "dropped"), (16, "sent")]
    assert min(daily.mails.filter(state="dropped").values_list("attempts", flat=True)) > 1
    # It is not tried for ever, nor given up because it waited for a worker that long.
    late = ReportMail.objects.create(schedule=weekly, agent=otto, planned_for=now(), header_id="x")
    ReportMail.objects.filter(pk=late.pk).update(created_at=MONDAY - timedelta(days=30), state="sending", attempts=3)
    late.refresh_from_db()
    report_mails.MAILS.put_off(late, "away", away=True)
    assert ReportMail.objects.get(pk=late.pk).state == "queued"
    ReportMail.objects.filter(pk=late.pk).update(state="sending", attempts=4)
    late.refresh_from_db()
    report_mails.MAILS.put_off(late, "away", away=True)
    assert ReportMail.objects.get(pk=late.pk).state == "failed"


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once_send_one_mail(otto):
    """Fault F30: on PostgreSQL they truly meet."""
    _schedule(otto, otto)
    ReportSchedule.objects.update(next_at=now() - timedelta(minutes=1))
    together = threading.Barrier(20)

    def work():
        try:
            together.wait()
            report_mails.send_due()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    report_mails.send_due()

    assert [letter.to for letter in mail.outbox] == [[otto.email]]
    assert [row.state for row in ReportMail.objects.all()] == ["sent"]


@time_machine.travel(MONDAY, tick=False)
def test_a_filter_that_cannot_be_read_is_refused_and_one_that_breaks_later_is_said_in_the_mail(otto, leo, ana, billing):
    by = Actor.agent(otto)
    for query in ("range=next-year", f"range=7d&team={billing.pk + 1000}", "range=own&from=2026-11-30&to=2026-11-01"):
        with pytest.raises(HelpdeskError) as refused:
            read_query(by, query)
        assert (refused.value.code, refused.value.field) == ("bad_filter", "query")
    assert QueryDict(read_query(by, f"https://desk.example/reports/?team={billing.pk}&range=28d")).dict() == {
        "range": "28d",
        "team": str(billing.pk),
    }
    for fields, code in (({"page": "secrets"}, "bad_filter"), ({"query": "range=x"}, "bad_filter")):
        with pytest.raises(HelpdeskError) as refused:
            _schedule(otto, otto, **fields)
        assert refused.value.code == code
    for people in ((), (ana,)):
        with pytest.raises(HelpdeskError) as refused:
            _schedule(otto, *people)
        assert refused.value.code == "bad_recipient"
    assert not ReportSchedule.objects.exists()
    assert not AgentAudit.objects.exists()

    _schedule(otto, leo)
    ReportSchedule.objects.update(next_at=MONDAY, query="range=gone")
    assert report_mails.send_due() == 1
    assert "its filter cannot be read any more" in mail.outbox[0].body
    assert mail.outbox[0].attachments == []


@time_machine.travel(MONDAY, tick=False)
def test_one_makes_changes_and_removes_ones_own_and_sees_no_others(client, otto, leo, ana):
    """E14: a schedule of somebody else is absent, except for whoever decides for the house."""
    client.force_login(leo)
    new = reverse("reports:new_schedule")
    shown = client.get(f"{new}?page=volume&range=28d&channel=email").content.decode()
    assert 'value="range=28d&amp;channel=email"' in shown
    form = {
        "name": "Mine",
        "page": "volume",
        "query": "?range=28d&channel=email",
        "format": "csv",
        "every": "week",
        "weekday": "4",
        "month_day": "1",
        "hour": "17",
        "recipients": [leo.pk, otto.pk],
        "active": "on",
    }
    assert client.post(new, form).status_code == 302
    mine = ReportSchedule.objects.get()
    assert (mine.made_by, mine.query, mine.next_at) == (
        leo,
        "range=28d&channel=email",
        datetime(2026, 11, 20, 16, tzinfo=UTC),
    )
    url = reverse("reports:schedule", args=[mine.pk])
    for wrong in ({"query": "range=x"}, {"recipients": [ana.pk]}, {"hour": "24"}, {"page": "x"}, {"recipients": []}):
        assert client.post(url, {**form, **wrong}).status_code == 422
    assert client.post(url, {**form, "made_by": otto.pk}).status_code == 400
    assert client.post(url, {**form, "name": "Ours", "active": ""}).status_code == 302
    listed = client.get(reverse("reports:schedules")).content.decode()
    assert "Ours" in listed
    assert "every week: Friday at 17:00" in listed

    of_otto = _schedule(otto, otto)
    other = reverse("reports:schedule", args=[of_otto.pk])
    assert client.get(other).status_code == 404
    assert client.post(reverse("reports:remove_schedule", args=[of_otto.pk])).status_code == 404
    client.force_login(otto)
    assert client.get(url).status_code == 200
    assert client.post(reverse("reports:remove_schedule", args=[mine.pk])).status_code == 302
    assert list(ReportSchedule.objects.all()) == [of_otto]
    kinds = list(AgentAudit.objects.order_by("pk").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("report_")] == [
        "report_scheduled",
        "report_schedule_edited",
        "report_scheduled",
        "report_schedule_removed",
    ]
    client.force_login(ana)
    assert client.get(reverse("reports:schedules")).status_code == 403


@time_machine.travel(MONDAY, tick=False)
def test_a_schedule_that_is_removed_while_somebody_changes_it_stays_removed(client, otto, leo, monkeypatch):
    by = Actor.agent(otto)
    read, kept = _schedule(otto, leo), _schedule(otto, leo, name="Daily")
    told_at = MONDAY + timedelta(hours=2)
    ReportSchedule.objects.filter(pk=kept.pk).update(last_at=told_at)
    remove_schedule(by, read_again := ReportSchedule.objects.get(pk=read.pk))

    with pytest.raises(NotVisible):
        save_schedule(by, read, [leo], name="Back again")
    with pytest.raises(NotVisible):
        remove_schedule(by, ReportSchedule(pk=read.pk, name=read_again.name))
    # What a worker wrote since it was read stays as well.
    save_schedule(by, kept, [otto], name="Mornings")
    monkeypatch.setattr(views, "visible_schedule", lambda pk, by: ReportSchedule(pk=read.pk, made_by=otto))
    client.force_login(otto)
    form = {"name": "Mine", "page": "volume", "query": "", "format": "csv", "every": "week", "weekday": "4"}
    form |= {"month_day": "1", "hour": "17", "recipients": [leo.pk], "active": "on"}
    answer = client.post(reverse("reports:schedule", args=[kept.pk]), form)

    assert answer.status_code == 404
    assert [(row.name, row.last_at) for row in ReportSchedule.objects.all()] == [("Mornings", told_at)]
    kinds = list(AgentAudit.objects.values_list("kind", flat=True))
    assert (kinds.count("report_schedule_removed"), kinds.count("report_schedule_edited")) == (1, 1)
