"""The database restarts, collides, is killed while writing, and runs out of disk: promises hold."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.services import Postgres
from tests.faults.house import House, kill
from tests.plugin_services import wait_until

pytestmark = pytest.mark.services

# Four threads write as a web process does: each piece of work takes a connection that Django first looks at.
UNDER_LOAD = """
ticket = make_ticket()
stop_at, enough = time.monotonic() + 120, settings.DATA_DIR / "enough"
errors, lock = [], threading.Lock()

def work(thread):
    number = 0
    while time.monotonic() < stop_at and not enough.exists():
        number += 1
        close_old_connections()
        try:
            change = perform(ticket.pk, AddNote(f"note {os.getpid()}-{thread}-{number}"), by=house, via="test")
            with lock:
                acknowledge([change.pk, f"note {os.getpid()}-{thread}-{number}"])
        except Exception as error:
            with lock:
                errors.append([time.time(), type(error).__name__])
            connection.close_if_unusable_or_obsolete()
        time.sleep(0.01)
    connections.close_all()

threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
tell("working")
[thread.start() for thread in threads]
[thread.join() for thread in threads]
tell(errors)
"""


def kept_promises(house: House) -> None:
    """Invariant I1: everything acknowledged exists exactly once, as Change and as Message, and is owed or done once."""
    promises = house.promises()
    assert promises, "nothing was promised, so nothing was tested"
    code = """
    promised = [json.loads(line) for line in open(settings.DATA_DIR / "promises")]
    changes = dict(Change.objects.values_list("pk", "ticket_id"))
    texts = list(Message.objects.values_list("text", flat=True))
    owed = list(OutboxEntry.objects.values_list("change_id", flat=True))
    tell([
        sum(change in changes for change, _ in promised),
        sum(texts.count(text) == 1 for _, text in promised),
        sum(owed.count(change) == 1 for change, _ in promised),
    ])
    """
    assert house.run(code) == [len(promises)] * 3


def test_a_database_that_crashes_and_restarts_under_load_keeps_every_promise(
    crashing_house: House, private_postgres: Postgres
) -> None:
    """Fault F17: errors only while it is away, then connections are replaced by themselves; nothing is lost."""
    load = crashing_house.spawn(UNDER_LOAD)
    wait_until(lambda: len(crashing_house.promises()) > 20, 30, "the first twenty changes")
    down_at = time.time()
    private_postgres.restart_hard()
    up_at = time.time()
    during = len(crashing_house.promises())

    wait_until(lambda: len(crashing_house.promises()) > during + 20, 60, "work that goes on after the restart")
    (crashing_house.folder / "enough").touch()
    out, _ = load.communicate(timeout=60)

    assert load.returncode == 0
    errors = json.loads(out.decode().strip().splitlines()[-1])
    assert errors, "the restart was not noticed, so nothing was tested"
    assert all(down_at - 0.5 <= at <= up_at + 5.0 for at, _ in errors), errors
    assert {name for _, name in errors} <= {"OperationalError", "InterfaceError"}
    kept_promises(crashing_house)


def test_readers_and_writers_that_collide_on_sqlite_are_all_served(small_house: House) -> None:
    """Fault F25: four processes, five threads each, read and then write one ticket; none sees a locked database."""
    ticket = small_house.run("tell(make_ticket().pk)")
    code = f"""
    errors = []
    def work(thread):
        for number in range(10):
            close_old_connections()
            try:
                assert Ticket.objects.visible_to(house).filter(pk={ticket}).exists()
                text = f"note {{os.getpid()}}-{{thread}}-{{number}}"
                acknowledge([perform({ticket}, AddNote(text), by=house, via="test").pk, text])
            except Exception as error:
                errors.append(repr(error))
        connections.close_all()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    tell(errors)
    """
    processes = [small_house.spawn(code) for _ in range(4)]

    outputs = [process.communicate(timeout=120)[0].decode().strip() for process in processes]

    assert outputs == ["[]"] * 4
    assert len(small_house.promises()) == 200
    kept_promises(small_house)
    assert small_house.run(f"tell(Message.objects.filter(ticket={ticket}, public=False).count())") == 200


def test_a_process_killed_in_the_middle_of_writing_leaves_a_sound_sqlite_file(small_house: House) -> None:
    """Fault F26: kill -9, five times; the file is sound and every acknowledged row is there."""
    for _ in range(5):
        before = len(small_house.promises())
        writer = small_house.spawn(UNDER_LOAD)
        wait_until(lambda: len(small_house.promises()) >= before + 25, 30, "some writing")  # noqa: B023
        os.killpg(writer.pid, signal.SIGKILL)
        kill(writer)

    with sqlite3.connect(small_house.folder / "house.sqlite3") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
    kept_promises(small_house)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a full disk needs the right to mount a small one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_new_work_and_keeps_the_old(tmp_path: Path, tiny_disk: Path, migrated_sqlite: Path) -> None:
    """Fault F26: errors instead of lies; the file is sound, what was acknowledged is there, work goes on."""
    shutil.copy(migrated_sqlite, tiny_disk / "house.sqlite3")
    (tmp_path / "data").mkdir()
    house = House(tmp_path / "data", f"sqlite:///{tiny_disk}/house.sqlite3")
    filler = tiny_disk / "something-else"
    code = """
    ticket = make_ticket()
    errors = 0
    for number in range(4000):
        text = f"note {number} " + "x" * 2000
        try:
            acknowledge([perform(ticket.pk, AddNote(text), by=house, via="test").pk, text])
        except Exception as error:
            errors += 1
            if errors == 3:
                tell(type(error).__name__)
                break
    """
    try:
        free = shutil.disk_usage(tiny_disk).free
        filler.write_bytes(b"x" * max(free - 8_000_000, 0))
        assert house.run(code) == "OperationalError"

        assert len(house.promises()) > 20
        kept_promises(house)
        with sqlite3.connect(tiny_disk / "house.sqlite3") as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)

        filler.unlink()
        assert house.run("tell(make_ticket().number != '')") is True
    finally:
        house.end()
