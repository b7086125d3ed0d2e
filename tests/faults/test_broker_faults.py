"""The broker refuses, hangs, forgets or is emptied, and the process dies before it could wake a worker."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from statistics import median

import pytest

from scripts.services import Redis
from tests.faults.house import House, kill
from tests.plugin_services import wait_until

pytestmark = pytest.mark.services

OPEN_FIVE = """
times = []
for number in range(5):
    started = time.perf_counter()
    ticket = make_ticket(subject=f"Number {number}")
    times.append(time.perf_counter() - started)
    acknowledge(ticket.pk)
tell(times)
"""


def test_with_redis_down_a_change_still_commits_quickly_and_is_drained_later(
    big_house: House, private_redis: Redis
) -> None:
    """Fault F07: the broker refuses connections; the answer comes within a second, the effect once it is back."""
    private_redis.stop()

    times = big_house.run(OPEN_FIVE)

    assert median(times) < 1.0
    assert big_house.outbox() == {"owed": 5, "done": 0, "dead": 0}
    big_house.start_background()
    private_redis.start()
    big_house.wait_until_nothing_is_owed()
    assert len(big_house.remembered()) == 5
    assert big_house.outbox() == {"owed": 0, "done": 5, "dead": 0}


def test_a_worker_that_was_there_before_the_outage_goes_on_after_it(big_house: House, private_redis: Redis) -> None:
    """Fault F07: nobody has to restart worker or beat after Redis was away."""
    big_house.start_background()
    big_house.run(OPEN_FIVE)
    big_house.wait_until_nothing_is_owed()
    private_redis.stop()
    big_house.run(OPEN_FIVE)
    assert big_house.outbox()["owed"] == 5

    private_redis.start()

    big_house.wait_until_nothing_is_owed(90)
    assert len(big_house.remembered()) == 10


def test_a_broker_that_accepts_and_never_answers_delays_a_change_by_little(big_house: House, free_port: int) -> None:
    """Fault F08: a black hole instead of a refusal. Only the first change pays; then the broker is left alone."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", free_port))
        hole.listen(64)
        big_house.redis_url = f"redis://127.0.0.1:{free_port}/0"

        times = big_house.run(OPEN_FIVE)

    assert times[0] < 5.0
    assert median(times[1:]) < 0.5
    assert big_house.outbox()["owed"] == 5


def test_a_redis_that_lost_everything_loses_nothing_that_was_promised(big_house: House, private_redis: Redis) -> None:
    """Fault F09: five wake-ups were in Redis when it died; the rows are still owed, and the sweep finds them."""
    big_house.run(OPEN_FIVE)
    assert big_house.outbox()["owed"] == 5
    private_redis.stop()
    private_redis.start()

    big_house.start_background()

    big_house.wait_until_nothing_is_owed()
    assert len(big_house.remembered()) == 5


def test_an_emptied_broker_folder_loses_nothing_that_was_promised(small_house: House) -> None:
    """Fault F09 for the embedded run."""
    small_house.run(OPEN_FIVE)
    assert len(list((small_house.folder / "broker" / "queue").iterdir())) == 5
    shutil.rmtree(small_house.folder / "broker")

    small_house.start_background()

    small_house.wait_until_nothing_is_owed()
    assert len(small_house.remembered()) == 5


@pytest.mark.parametrize("size", ["small_house", "big_house"])
def test_a_crash_between_commit_and_wake_up_loses_nothing(request: pytest.FixtureRequest, size: str) -> None:
    """Fault F13: the process dies in the very moment in which it would have told a worker."""
    house: House = request.getfixturevalue(size)
    crashed = house.spawn("outbox.wake = lambda: os._exit(9)\nmake_ticket()\ntell('never said')")
    assert crashed.wait(60) == 9
    assert crashed.stdout is not None
    assert crashed.stdout.read() == b""
    assert house.ask("Ticket.objects.count()") == 1
    assert house.outbox() == {"owed": 1, "done": 0, "dead": 0}

    house.start_background()

    house.wait_until_nothing_is_owed()
    assert len(house.remembered()) == 1


@pytest.mark.parametrize("size", ["small_house", "big_house"])
def test_a_worker_killed_in_the_middle_of_a_reaction_does_it_once_and_only_once(
    request: pytest.FixtureRequest, size: str
) -> None:
    """Fault F01, Fault F02: kill -9 while reactions run; recovery waits for the sweep, not for the broker's memory."""
    house: House = request.getfixturevalue(size)
    (house.folder / "slow").write_text("30")
    worker, _beat = house.start_background()
    house.run(OPEN_FIVE)
    wait_until(lambda: list(house.folder.glob("working-*")), 40, "a reaction at work")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(20)
    assert house.remembered() == []
    (house.folder / "slow").unlink()

    house.start_background("worker")

    house.wait_until_nothing_is_owed()
    assert len(house.remembered()) == 5
    assert house.ask("max(OutboxEntry.objects.values_list('attempts', flat=True))") == 0
    kill(worker)
