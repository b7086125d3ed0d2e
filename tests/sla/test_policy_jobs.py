"""An edit carried to the open tickets: two workers, one that is killed, one that breaks, and counting in pieces."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from agents.actors import Actor
from sla import recompute
from sla.clocks import assign
from sla.impact import Impact, weigh
from sla.models import SlaAssignment, SlaRevision, SlaRevisionBatch
from sla.policies import drop, proposal_of, propose_policy, put_in_force, weigh_again
from sla.recompute import progress, prune, run, run_waiting
from tests.factories import make_ticket
from tests.sla.making import assert_sound, make_policy
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _enough_time(monkeypatch):
    """A busy machine must not end a slice early; the test about slices sets its own."""
    monkeypatch.setattr("sla.recompute.SLICE_SECONDS", 120.0)
    monkeypatch.setattr("sla.recompute.BATCH", 4)
    monkeypatch.setattr("sla.impact.BATCH", 3)


@pytest.fixture
def by(otto):
    return Actor.agent(otto)


def edited(by, tickets: int, kim) -> SlaRevision:
    """A shorter target, in force, and so many tickets that have yet to follow."""
    policy = make_policy("Standard", resolution=480)
    for _number in range(tickets):
        make_ticket(kim)
    wanted = proposal_of(policy) | {"targets": {"resolution": {"normal": 60}}}
    revision = propose_policy(by, wanted, policy.pk)
    assert revision is not None
    assert weigh(revision)
    return put_in_force(revision.pk, by, open_too=True)


def followed() -> list[int]:
    """How often each ticket was given a policy: once when it was opened, once more when it followed."""
    return [ticket.sla_assignments.count() for ticket in Ticket.objects.order_by("pk")]


@pytest.mark.django_db
def test_all_open_tickets_follow_and_the_bar_ends_full(kim, by):
    revision = edited(by, 10, kim)

    assert run_waiting() == 10

    revision.refresh_from_db()
    assert (revision.state, revision.finished_at is not None) == ("done", True)
    assert progress(revision) == {"total": 10, "done": 10, "moved": 10, "failed": 0}
    assert followed() == [2] * 10
    assert set(SlaAssignment.objects.filter(change=None).values_list("cause", flat=True)) == {"edited"}
    assert_sound(*Ticket.objects.all())


@pytest.mark.django_db
def test_running_it_again_does_nothing(kim, by):
    revision = edited(by, 5, kim)
    run_waiting()
    SlaRevision.objects.filter(pk=revision.pk).update(state="running", laid_out=False)
    SlaRevisionBatch.objects.all().delete()

    assert run_waiting() == 0

    assert followed() == [2] * 5


@pytest.mark.django_db
def test_a_slice_gives_way_and_the_next_goes_on_where_it_stopped(kim, by, monkeypatch):
    revision = edited(by, 10, kim)
    monkeypatch.setattr("sla.recompute.wake", lambda workers=2: None)
    until = iter([0.0] * 3)

    slices = [run(revision, time.monotonic() + 0.000001 + next(until)) for _number in range(3)]

    assert sum(slices) < 10
    assert run_waiting() == 10 - sum(slices)
    assert followed() == [2] * 10


@pytest.mark.django_db
def test_one_that_breaks_is_counted_and_the_others_follow(kim, by, monkeypatch):
    revision = edited(by, 5, kim)
    broken = Ticket.objects.order_by("pk")[2].pk

    def breaks(ticket, *given):
        if ticket.pk == broken:
            raise ZeroDivisionError
        return assign(ticket, *given)

    monkeypatch.setattr("sla.clocks.assign", breaks)

    run_waiting()

    assert progress(revision) == {"total": 5, "done": 5, "moved": 4, "failed": 1}
    assert followed() == [2, 2, 1, 2, 2]


@pytest.mark.django_db
def test_what_was_solved_meanwhile_is_left_alone(kim, by):
    from tickets.actions import SetStatus
    from tickets.perform import perform

    revision = edited(by, 3, kim)
    recompute.lay_out(revision)
    solved = Ticket.objects.latest("pk")
    perform(solved.pk, SetStatus("solved"), by=by, via="web")

    run_waiting()

    revision.refresh_from_db()
    assert (revision.state, progress(revision)["done"], progress(revision)["moved"]) == ("done", 3, 2)
    assert solved.sla_assignments.count() == 1


@pytest.mark.django_db
def test_a_batch_whose_worker_is_silent_is_taken_by_another_and_lost_to_the_first(kim, by):
    revision = edited(by, 4, kim)
    recompute.lay_out(revision)
    first = recompute._take(revision)
    assert recompute._take(revision) is None
    SlaRevisionBatch.objects.update(held_until=now() - timedelta(seconds=1))

    assert run_waiting() == 4

    with pytest.raises(recompute.Lost):
        recompute._Batch(revision, first)._on(first.last)
    assert followed() == [2] * 4


@pytest.mark.django_db
def test_no_more_than_two_workers_are_at_it_and_one_that_gives_way_calls_one(kim, by, monkeypatch):
    revision = edited(by, 12, kim)
    recompute.lay_out(revision)
    monkeypatch.setattr("sla.recompute.SLICE_SECONDS", 0.0)
    woken = []
    monkeypatch.setattr("sla.recompute.wake", woken.append)

    taken = [recompute._take(revision) is not None for _worker in range(3)]
    run_waiting()

    assert taken == [True, True, False]
    assert woken == [1]


@pytest.mark.django_db
def test_counting_goes_on_where_it_stopped_and_ends_with_the_same_numbers(kim, by):
    policy = make_policy("Standard", resolution=480)
    for _number in range(7):
        make_ticket(kim)
    wanted = proposal_of(policy) | {"targets": {"resolution": {"normal": 60}}}
    revision = propose_policy(by, wanted, policy.pk)
    seen = []

    while not weigh(revision, time.monotonic()):
        revision.refresh_from_db()
        seen.append(revision.impact["seen"])

    revision.refresh_from_db()
    assert seen == [3, 6, 7]
    assert (revision.state, Impact.of(revision).keeps, Impact.of(revision).sooner) == ("weighed", 7, 7)


@pytest.mark.django_db
def test_one_at_a_time_counts_and_a_dead_one_is_followed(kim, by):
    make_ticket(kim)
    policy = make_policy("Standard", resolution=480)
    revision = propose_policy(by, proposal_of(policy) | {"active": False}, policy.pk)
    SlaRevision.objects.filter(pk=revision.pk).update(claimed_until=now() + timedelta(seconds=60))

    assert not weigh(revision)

    SlaRevision.objects.filter(pk=revision.pk).update(claimed_until=now() - timedelta(seconds=1))
    assert weigh(revision)


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", [drop, weigh_again])
def test_numbers_of_a_count_that_was_called_off_are_not_kept(kim, by, monkeypatch, meanwhile):
    make_ticket(kim)
    policy = make_policy("Standard", resolution=480)
    revision = propose_policy(by, proposal_of(policy) | {"active": False}, policy.pk)
    monkeypatch.setattr("sla.impact._Scales.batch", lambda scales: meanwhile(revision.pk, by))

    assert not weigh(revision)

    revision.refresh_from_db()
    assert (revision.impact, revision.state == "weighed") == ({}, False)


@pytest.mark.django_db
def test_proposals_that_nobody_put_in_force_are_forgotten_and_the_others_kept(kim, by, time_machine):
    time_machine.move_to("2026-01-01")
    done = edited(by, 1, kim)
    run_waiting()
    policy = done.policy
    proposed = propose_policy(by, proposal_of(policy) | {"active": False}, policy.pk)
    time_machine.move_to("2026-03-01")

    assert prune() == 1

    assert not SlaRevision.objects.filter(pk=proposed.pk).exists()
    assert SlaRevision.objects.filter(pk=done.pk).exists()


# --- more than one worker ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_give_each_ticket_its_policy_once(kim, by):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    revision = edited(by, 24, kim)
    counts = []

    def work():
        try:
            counts.append(run_waiting())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    counts.append(run_waiting())  # whoever came last may have found the other's batch still held

    revision.refresh_from_db()
    assert (sum(counts), revision.state) == (24, "done")
    assert followed() == [2] * 24


KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from sla import clocks, recompute
recompute.BATCH = 4
recompute.SLICE_SECONDS = 120.0
assign, done = clocks.assign, []
def dies(*args):
    row = assign(*args)
    done.append(row)
    if len(done) == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return row
clocks.assign = dies
recompute.run_waiting()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_job_leaves_nothing_twice_and_nothing_out(kim, by):
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and ("memory" in name or not Path(name).exists()):
        pytest.skip("a database in memory has no second process")
    revision = edited(by, 10, kim)

    died = subprocess.run(
        [sys.executable, "-c", KILLED, name], cwd=ROOT, env={**os.environ}, timeout=120, check=False
    ).returncode

    assert died == -signal.SIGKILL
    # The sixth was done and not committed: it waits as if it had never been touched, in the batch of the dead.
    assert followed() == [2] * 5 + [1] * 5
    assert SlaRevisionBatch.objects.filter(held_until__gt=now()).count() == 1
    assert run_waiting() == 2
    assert followed() == [2] * 5 + [1] * 3 + [2] * 2
    SlaRevisionBatch.objects.update(held_until=now() - timedelta(seconds=1))
    assert run_waiting() == 3
    revision.refresh_from_db()
    assert (revision.state, followed()) == ("done", [2] * 10)
    assert progress(revision) == {"total": 10, "done": 10, "moved": 10, "failed": 0}
    assert_sound(*Ticket.objects.all())
