"""The embedded broker: whatever dies, no message is lost, doubled by a race, or able to stop a worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from tests.plugin_services import wait_until

ROOT = Path(__file__).resolve().parents[2]

# A worker of its own kind: it notes each run in a file, and needs neither Django nor a database.
WORKER = """
import os, sys, time
from pathlib import Path
from celery import Celery

root, runs = Path(sys.argv[1]), Path(sys.argv[2])
app = Celery("trial", broker="filesystem://embedded")
app.conf.update(
    broker_transport="helpdesk.broker:Transport",
    broker_transport_options={"root": str(root), "polling_interval": 0.02},
    task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=4, task_ignore_result=True,
    worker_enable_remote_control=False, broker_connection_retry_on_startup=True, task_default_queue="trial",
    worker_hijack_root_logger=False,
)

@app.task(name="note")
def note(number, seconds):
    (runs / f"{number}.started.{os.getpid()}").touch()
    time.sleep(seconds)
    (runs / f"{number}.done.{os.getpid()}.{time.time_ns()}").touch()

if sys.argv[3] == "work":
    options = ["--without-gossip", "--without-mingle", "-n", f"w{os.getpid()}"]
    app.worker_main(["worker", "-P", sys.argv[4], "-c", "2", *options])
else:
    first, count, seconds = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
    for number in range(first, first + count):
        note.delay(number, seconds)
"""


class Trial:
    """A folder with a broker, and workers on it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.runs, self.script = folder / "broker", folder / "runs", folder / "trial.py"
        self.runs.mkdir()
        self.script.write_text(WORKER)
        self.processes: list[subprocess.Popen[bytes]] = []

    def _run(self, *args: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(self.script), str(self.root), str(self.runs), *args],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        self.processes.append(process)
        return process

    def worker(self, pool: str = "threads") -> subprocess.Popen[bytes]:
        return self._run("work", pool)

    def send(self, first: int, count: int, seconds: float = 0.0) -> subprocess.Popen[bytes]:
        return self._run("send", str(first), str(count), str(seconds))

    def numbers(self, state: str) -> list[int]:
        return sorted(int(path.name.split(".")[0]) for path in self.runs.glob(f"*.{state}.*"))

    def kill_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """A broker without workers yet."""
    found = Trial(tmp_path)
    try:
        yield found
    finally:
        found.kill_all()


Queue = Callable[[], Any]


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """Opens a queue on one broker folder; each call is another connection, as of another process."""
    opened: list[Connection] = []

    def connect() -> Any:
        options = {"root": str(tmp_path / "broker"), "polling_interval": 0.05}
        connection = Connection(
            "filesystem://embedded", transport="helpdesk.broker:Transport", transport_options=options
        )
        opened.append(connection)
        return connection.SimpleQueue("trial")

    yield connect
    for connection in opened:
        connection.release()


def test_messages_come_out_in_the_order_in_which_they_went_in(queue: Queue) -> None:
    sender, receiver = queue(), queue()
    for number in range(20):
        sender.put({"number": number})

    received = [receiver.get(timeout=2) for _ in range(20)]

    assert [message.payload["number"] for message in received] == list(range(20))


def test_a_message_stays_on_disk_until_it_is_acknowledged(queue: Queue, tmp_path: Path) -> None:
    queue().put({"number": 1})

    message = queue().get(timeout=2)

    busy = list((tmp_path / "broker" / "busy").iterdir())
    assert len(busy) == 1
    assert busy[0].name.startswith(f"{os.getpid()}-")
    message.ack()
    assert list((tmp_path / "broker" / "busy").iterdir()) == []


def test_a_rejected_message_can_be_had_again(queue: Queue) -> None:
    queue().put({"number": 1})

    queue().get(timeout=2).requeue()

    assert queue().get(timeout=2).payload == {"number": 1}


@pytest.mark.parametrize("content", ["", '{"body": "e30', "[]", "null", "\x00\x01", '{"properties": {}}'])
def test_a_broken_file_is_put_aside_and_the_next_message_comes_through(
    queue: Queue, tmp_path: Path, content: str
) -> None:
    """The stock transport ends the whole worker on such a file."""
    sender, receiver = queue(), queue()
    (tmp_path / "broker" / "queue" / "00000000000000000001_x.trial.msg").write_text(content)
    sender.put({"number": 2})

    message = receiver.get(timeout=2)

    assert message.payload == {"number": 2}
    assert [path.name for path in (tmp_path / "broker" / "bad").iterdir()] == ["00000000000000000001_x.trial.msg"]


def test_a_file_that_is_still_being_written_is_not_seen(queue: Queue, tmp_path: Path) -> None:
    receiver = queue()
    (tmp_path / "broker" / "tmp" / "00000000000000000001_x.trial.msg").write_text('{"half":')

    with pytest.raises(receiver.Empty):
        receiver.get(timeout=0.2)

    assert list((tmp_path / "broker" / "bad").iterdir()) == []


def test_what_a_dead_process_held_is_given_to_the_next(queue: Queue, tmp_path: Path) -> None:
    """The owner's PID is alive again under another birth time: a recycled PID must not keep the message."""
    queue().put({"number": 1})
    waiting = next((tmp_path / "broker" / "queue").iterdir())
    waiting.rename(tmp_path / "broker" / "busy" / f"{os.getpid()}-1@{waiting.name}")

    assert queue().get(timeout=2).payload == {"number": 1}


def test_a_broker_that_was_emptied_goes_on_working(queue: Queue, tmp_path: Path) -> None:
    """Fault F09: the folder is deleted under the feet of a sender and a receiver."""
    sender, receiver = queue(), queue()
    sender.put({"number": 1})
    shutil.rmtree(tmp_path / "broker")
    with pytest.raises(receiver.Empty):
        receiver.get(timeout=0.2)

    shutil.rmtree(tmp_path / "broker")
    sender.put({"number": 2})

    assert receiver.get(timeout=2).payload == {"number": 2}


def test_what_a_live_process_holds_is_left_to_it(queue: Queue) -> None:
    sender = queue()
    sender.put({"number": 1})
    held = queue().get(timeout=2)
    other = queue()

    with pytest.raises(other.Empty):
        other.get(timeout=0.2)

    held.ack()


@pytest.mark.services
@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_two_workers_share_the_work_and_one_of_them_killed_loses_nothing(trial: Trial, pool: str) -> None:
    """Fault F01, Fault F03: kill -9 of one worker in the middle; every task still finishes."""
    first, _second = trial.worker(pool), trial.worker(pool)
    sender = trial.send(0, 60, 0.05)
    wait_until(lambda: len(trial.numbers("done")) >= 15, 30, "the first fifteen tasks")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()

    wait_until(lambda: set(trial.numbers("done")) == set(range(60)), 40, "all sixty tasks")

    assert sender.wait(20) == 0
    time.sleep(0.3)
    repeated = len(trial.numbers("done")) - 60
    assert repeated <= 2, "only what the dead worker was finishing may run a second time"
    assert list((trial.root / "bad").iterdir()) == []


@pytest.mark.services
def test_a_task_that_was_running_when_its_only_worker_died_runs_again(trial: Trial) -> None:
    """Fault F01 and the heart of Fault F09: nothing is kept in the memory of the dead."""
    worker = trial.worker()
    trial.send(0, 1, 3.0)
    wait_until(lambda: trial.numbers("started"), 30, "the task's start")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert trial.numbers("done") == []

    trial.worker()

    wait_until(lambda: trial.numbers("done") == [0], 30, "the second run")


@pytest.mark.services
def test_three_senders_and_three_workers_lose_and_double_nothing(trial: Trial) -> None:
    """The stock transport lost 15 % of large messages in this race."""
    for _ in range(3):
        trial.worker()
    senders = [trial.send(first, 100) for first in (0, 1000, 2000)]
    expected = sorted(first + number for first in (0, 1000, 2000) for number in range(100))

    wait_until(lambda: len(trial.numbers("done")) >= 300, 60, "three hundred tasks")

    assert [sender.wait(20) for sender in senders] == [0, 0, 0]
    assert trial.numbers("done") == expected
