"""Long bulk jobs: two workers, a worker that is killed, an asker who changes, and one refusal that undoes nothing."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from agents.models import Agent
from agents.permissions import Role
from tests.factories import make_ticket
from tickets import bulk
from tickets.actions import AddNote, AddTag, AssignTo, SetPriority, SetStatus, Snooze
from tickets.models import BulkItem, BulkJob, Change, Ticket

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _enough_time(monkeypatch):
    """A busy machine must not end a slice early; the test about slices sets its own."""
    monkeypatch.setattr("tickets.bulk.SLICE_SECONDS", 120.0)


def ask(actor, tickets, *actions, monkeypatch):
    """A job that is left to the workers however short it is."""
    monkeypatch.setattr("tickets.bulk.AT_ONCE", 0)
    return bulk.ask(bulk.chosen([ticket.pk for ticket in tickets], actor), actions, actor)


def changes_of(job):
    return Change.objects.filter(gesture__startswith=f"bulk-{job.pk}-")


@pytest.mark.django_db
def test_one_refusal_does_not_undo_ninety_nine(kim, billing, as_ana, monkeypatch):
    tickets = [make_ticket(kim, team=billing) for _number in range(99)]
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)
    job = ask(as_ana, [*tickets, closed], SetStatus("pending"), monkeypatch=monkeypatch)

    assert bulk.run_waiting() == 100

    job.refresh_from_db()
    assert (job.state, job.items.numbers()) == ("done", {"waiting": 0, "done": 99, "refused": 1, "cancelled": 0})
    assert job.items.refused().get().code == "bad_move"
    assert Ticket.objects.filter(status="pending").count() == 99
    assert changes_of(job).count() == 99


@pytest.mark.django_db
def test_what_is_so_already_leaves_no_trace(kim, billing, as_ana, monkeypatch):
    job = ask(as_ana, [make_ticket(kim, SetPriority("high"))], SetPriority("high"), monkeypatch=monkeypatch)

    bulk.run_waiting()

    item = job.items.get()
    assert (item.state, item.change) == ("done", None)
    assert not changes_of(job).exists()


@pytest.mark.django_db
def test_the_asker_is_weighed_when_it_runs_not_when_it_was_asked(kim, ana, billing, as_ana, monkeypatch):
    """E05: somebody who lost the role meanwhile changes nothing any more."""
    tickets = [make_ticket(kim, team=billing) for _number in range(2)]
    job = ask(as_ana, tickets, SetStatus("solved"), monkeypatch=monkeypatch)
    Agent.objects.filter(pk=ana.pk).update(role=Role.LIGHT)

    bulk.run_waiting()

    assert set(job.items.values_list("state", "code")) == {("refused", "denied")}
    assert not Ticket.objects.filter(status="solved").exists()


@pytest.mark.django_db
def test_a_disabled_asker_changes_nothing_any_more(kim, ana, billing, as_ana, monkeypatch):
    job = ask(as_ana, [make_ticket(kim, team=billing)], SetStatus("solved"), monkeypatch=monkeypatch)
    Agent.objects.filter(pk=ana.pk).update(is_active=False)

    bulk.run_waiting()

    assert job.items.get().code == "deactivated"


@pytest.mark.django_db
def test_a_ticket_that_went_out_of_sight_is_refused_as_one_that_is_not_there(
    kim, billing, technical, as_ana, monkeypatch
):
    """E05"""
    ticket = make_ticket(kim, team=billing)
    job = ask(as_ana, [ticket], SetStatus("solved"), monkeypatch=monkeypatch)
    Ticket.objects.filter(pk=ticket.pk).update(team=technical)

    bulk.run_waiting()

    item = job.items.get()
    assert (item.code, item.reason) == ("not_found", "There is no such ticket.")


@pytest.mark.django_db
def test_reasons_are_told_in_the_language_of_whoever_asked(kim, ana, billing, as_ana, monkeypatch):
    Agent.objects.filter(pk=ana.pk).update(language="da")
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)
    job = ask(as_ana, [closed], SetStatus("pending"), monkeypatch=monkeypatch)

    bulk.run_waiting()

    assert "cannot become" not in job.items.get().reason


@pytest.mark.django_db
def test_one_that_breaks_is_told_and_the_others_are_done(kim, billing, as_ana, monkeypatch):
    tickets = [make_ticket(kim, team=billing) for _number in range(3)]
    job = ask(as_ana, tickets, AddTag("vip"), monkeypatch=monkeypatch)
    perform = bulk.perform

    def breaks(ticket_id, *actions, **options):
        if ticket_id == tickets[1].pk:
            raise ZeroDivisionError
        return perform(ticket_id, *actions, **options)

    monkeypatch.setattr("tickets.bulk.perform", breaks)

    bulk.run_waiting()

    assert list(job.items.order_by("ticket").values_list("state", "code")) == [
        ("done", ""),
        ("refused", "failed"),
        ("done", ""),
    ]


@pytest.mark.django_db
def test_a_job_gives_way_after_its_slice_and_is_finished_later(kim, billing, as_ana, monkeypatch):
    tickets = [make_ticket(kim, team=billing) for _number in range(30)]
    job = ask(as_ana, tickets, AddTag("vip"), monkeypatch=monkeypatch)
    monkeypatch.setattr("tickets.bulk.SLICE_SECONDS", 0.0)
    woken = []
    monkeypatch.setattr("tickets.bulk.wake", lambda workers=2: woken.append(workers))

    assert bulk.run_waiting() == 0
    assert woken == [1]

    monkeypatch.setattr("tickets.bulk.SLICE_SECONDS", 60.0)
    assert bulk.run_waiting() == 30
    job.refresh_from_db()
    assert (job.state, job.items.numbers()["done"]) == ("done", 30)


@pytest.mark.django_db
def test_undo_takes_back_state_assignee_priority_tags_and_sleep(kim, ana, billing, as_ana):
    ticket = make_ticket(kim, SetStatus("open"), AddTag("old"), team=billing)
    actions = [
        AssignTo(ana.pk),
        SetPriority("urgent"),
        AddTag("new"),
        Snooze("2099-01-01T09:00:00+00:00"),
    ]
    job = bulk.ask(bulk.chosen([ticket.pk], as_ana), actions, as_ana)

    back = bulk.undo(job, as_ana)

    ticket.refresh_from_db()
    assert (ticket.assignee_id, ticket.priority_slug, ticket.snoozed_until) == (None, "normal", None)
    assert [tag.name for tag in ticket.tags.all()] == ["old"]
    assert back.items.get().state == "done"


@pytest.mark.django_db
def test_words_that_were_read_are_not_taken_back(kim, billing, as_ana):
    ticket = make_ticket(kim, team=billing)
    job = bulk.ask(bulk.chosen([ticket.pk], as_ana), [AddNote("Look")], as_ana)

    with pytest.raises(bulk.HelpdeskError) as refused:
        bulk.undo(job, as_ana)

    assert refused.value.code == "nothing_to_undo"
    assert BulkJob.objects.count() == 1


@pytest.mark.django_db
def test_old_jobs_are_forgotten_and_running_ones_are_not(kim, billing, as_ana, monkeypatch, time_machine):
    time_machine.move_to("2026-01-01")
    over = bulk.ask(bulk.chosen([make_ticket(kim, team=billing).pk], as_ana), [AddTag("x")], as_ana)
    waits = ask(as_ana, [make_ticket(kim, team=billing)], AddTag("x"), monkeypatch=monkeypatch)
    time_machine.move_to("2026-03-01")

    bulk.prune()

    assert list(BulkJob.objects.values_list("pk", flat=True)) == [waits.pk]
    assert not BulkItem.objects.filter(job=over).exists()


# --- more than one worker ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_job_and_do_each_ticket_once(kim, billing, as_ana, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    tickets = [make_ticket(kim, team=billing) for _number in range(40)]
    job = ask(as_ana, tickets, AddNote("Once"), monkeypatch=monkeypatch)
    counts = []

    def work():
        try:
            counts.append(bulk.run_waiting())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    job.refresh_from_db()
    assert sum(counts) == 40
    assert min(counts) > 0
    assert job.state == "done"
    assert [ticket.messages.filter(public=False).count() for ticket in tickets] == [1] * 40


KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from tickets import bulk
perform, done = bulk.perform, []
def dies(*args, **options):
    change = perform(*args, **options)
    done.append(change)
    if len(done) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return change
bulk.perform = dies
bulk.run_waiting()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_job_leaves_nothing_half_done_and_nothing_twice(kim, billing, as_ana, monkeypatch):
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and ("memory" in name or not Path(name).exists()):
        pytest.skip("a database in memory has no second process")
    tickets = [make_ticket(kim, team=billing) for _number in range(10)]
    job = ask(as_ana, tickets, AddNote("Once"), monkeypatch=monkeypatch)

    died = subprocess.run(
        [sys.executable, "-c", KILLED, name], cwd=ROOT, env={**os.environ}, timeout=120, check=False
    ).returncode

    assert died == -signal.SIGKILL
    # The fourth was performed and not committed: it waits as if it had never been touched.
    assert job.items.numbers() == {"waiting": 7, "done": 3, "refused": 0, "cancelled": 0}
    assert changes_of(job).count() == 3
    assert bulk.run_waiting() == 7
    job.refresh_from_db()
    assert job.state == "done"
    assert [ticket.messages.filter(public=False).count() for ticket in tickets] == [1] * 10
