"""One parent for all processes: they come back, they stop together, and a start that cannot work says why."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk import startup, supervisor
from helpdesk.demo import progress as demo_progress
from helpdesk.supervisor import Child, Supervisor
from tests.factories import make_agent
from tests.plugin_services import wait_until

NAMES = ("granian", "run_mail_listener", " worker", " beat", "\0worker", "\0beat")
ROOT = Path(__file__).resolve().parents[2]


def is_good(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Serve:
    """A `manage.py serve --prepare` in a process group of its own, as in a terminal."""

    def __init__(self, folder: Path, port: int, mail_port: int, **more: str) -> None:
        self.folder, self.port, self.log = folder, port, folder / f"log-{port}"
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        env |= {
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(folder / "data"),
            "BASE_URL": f"http://localhost:{port}",
            "MAIL_LISTEN_PORT": str(mail_port),
            "LOG_FORMAT": "json",
        }
        with self.log.open("wb") as out:
            # Without demo data: these tests are about processes, and loading it takes most of a minute.
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--prepare", "--without-demo"],
                cwd=ROOT,
                env=env | more,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def answers(self) -> bool:
        return is_good(f"http://127.0.0.1:{self.port}/healthz")

    def wait_ready(self) -> None:
        wait_until(lambda: "The helpdesk is ready" in self.text or self.process.poll() is not None, 150, "the start")
        assert self.process.poll() is None, self.text

    def children(self) -> dict[str, int]:
        """The PIDs of the direct children, by what they are."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                stat = (path / "stat").read_text().rpartition(")")[2].split()
                if int(stat[1]) == self.process.pid and stat[0] != "Z":
                    words = (path / "cmdline").read_bytes().decode()
                    name = next((one.strip(" \0") for one in NAMES if one in words), words)
                    found[name] = int(path.name)
        return found

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


Ports = Callable[[int], list[int]]


@pytest.fixture
def serve(tmp_path: Path, free_ports: Ports) -> Iterator[Callable[..., Serve]]:
    """Starts a helpdesk on free ports; all of them are ended with the test."""
    started: list[Serve] = []

    def start(**more: str) -> Serve:
        started.append(Serve(tmp_path, *free_ports(2), **more))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.mark.services
def test_the_whole_house_starts_heals_and_stops(serve: Callable[..., Serve], tmp_path: Path) -> None:
    """It becomes ready, killed processes come back, a second start is refused, Ctrl-C ends all with code 0."""
    house = serve()
    house.wait_ready()
    wait_until(lambda: is_good(f"http://127.0.0.1:{house.port}/readyz"), 90, "the first work of beat and worker")
    before = house.children()
    assert {"granian", "worker", "beat"} <= set(before)

    os.kill(before["worker"], signal.SIGKILL)
    os.kill(before["granian"], signal.SIGKILL)
    wait_until(lambda: {"granian", "worker"} <= set(now := house.children()) and now["worker"] != before["worker"], 15)
    wait_until(house.answers, 30, "an answer of the new web process")
    assert "worker ended by signal SIGKILL; starting it again in 1 s." in house.text
    assert "web ended by signal SIGKILL; starting it again in 1 s." in house.text

    second = serve()
    assert second.process.wait(30) == 1
    assert f"The helpdesk already runs on {tmp_path / 'data'} (process {house.process.pid})." in second.text
    assert "Traceback" not in second.text

    pids = list(house.children().values())
    os.killpg(house.process.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
    assert house.process.wait(45) == 0, house.text
    assert house.text.rstrip().endswith("Stopped.")
    assert "Traceback" not in house.text
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path, free_ports: Ports) -> None:
    port, mail_port = free_ports(2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        house = Serve(tmp_path, port, mail_port)
        code = house.process.wait(60)

    assert code == 1
    assert house.text.strip() == (
        f"CommandError: 127.0.0.1:{port} is used by another program; stop it or set WEB_PORT to move the web server."
    )


def test_a_host_that_is_not_ours_is_told_in_one_sentence(tmp_path: Path, free_ports: Ports) -> None:
    house = Serve(tmp_path, *free_ports(2), WEB_HOST="192.0.2.1")

    assert house.process.wait(60) == 1
    assert "is no address of this machine" in house.text
    assert "Traceback" not in house.text


def test_a_database_that_is_away_is_told_in_one_sentence(tmp_path: Path, free_ports: Ports) -> None:
    port, mail_port, database_port = free_ports(3)
    house = Serve(
        tmp_path,
        port,
        mail_port,
        DATABASE_URL=f"postgres://app:geheim@127.0.0.1:{database_port}/app",
    )

    assert house.process.wait(60) == 1
    assert "CommandError: The database does not answer" in house.text
    assert "Traceback" not in house.text
    assert "geheim" not in house.text


# ---------------------------------------------------------------- the supervisor alone


class Watched:
    """A supervisor with small children, on a thread of its own; signals are called, not sent."""

    def __init__(self, *children: Child) -> None:
        self.said: list[str] = []
        self.supervisor = Supervisor(children, self.said.append)
        self.code: list[int] = []
        self.thread = threading.Thread(target=lambda: self.code.append(self._run()))

    def _run(self) -> int:
        hopeless = self.supervisor._watch(None)
        self.supervisor._stop()
        return 1 if hopeless else 0

    def __enter__(self) -> Watched:
        self.thread.start()
        return self

    def stop(self) -> int:
        self.supervisor._on_signal(signal.SIGTERM, None)
        self.thread.join(30)
        return self.code[0]

    def __exit__(self, *args: object) -> None:
        self.stop()
        for child in self.supervisor.children:
            child.kill()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


SLEEPS = python("import time; time.sleep(60)")


def test_children_stop_together_and_not_one_after_the_other(tmp_path: Path) -> None:
    slow_to_stop = """
import pathlib, signal, sys, time
def end(*_):
    pathlib.Path({path!r}, sys.argv[1]).write_text(str(time.monotonic()))
    time.sleep(1.5); sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path({path!r}, sys.argv[1] + ".up").touch()
time.sleep(60)
"""
    code = python(slow_to_stop.format(path=str(tmp_path)))
    with Watched(*(Child(name, [*code, name]) for name in ("web", "beat", "worker"))) as watched:
        wait_until(lambda: len(list(tmp_path.glob("*.up"))) == 3)
        assert watched.stop() == 0

    told_at = [float((tmp_path / name).read_text()) for name in ("web", "beat", "worker")]
    assert max(told_at) - min(told_at) < 1.4  # the last was told while the first still took its 1.5 s
    assert watched.said == []


@pytest.mark.parametrize("code", [0, 3])
def test_what_runs_once_is_not_brought_back_and_others_wait_for_its_end(tmp_path: Path, code: int) -> None:
    seen = tmp_path / "seen"
    tells = f"import pathlib, time; time.sleep(0.3); pathlib.Path({str(seen)!r}).touch(); raise SystemExit({code})"
    watches = f"""
import pathlib, time
pathlib.Path({str(tmp_path)!r}, "worker-" + str(pathlib.Path({str(seen)!r}).exists())).touch()
time.sleep(60)
"""
    past = Child("demo data", python(tells), once=True)
    with Watched(past, Child("worker", python(watches), after=past)) as watched:
        wait_until(lambda: list(tmp_path.glob("worker-*")))
        assert watched.stop() == 0

    assert [path.name for path in tmp_path.glob("worker-*")] == ["worker-True"]
    assert watched.said == (["demo data ended with code 3; what it did so far stays."] if code else [])


def test_a_patient_child_gets_its_time_while_a_stubborn_one_is_ended(tmp_path: Path) -> None:
    patient = """
import pathlib, signal, sys, time
def end(*_):
    time.sleep(1); pathlib.Path({path!r}, "finished").touch(); sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path({path!r}, "patient.up").touch()
time.sleep(60)
"""
    stubborn = """
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({path!r}, "stubborn.up").touch()
time.sleep(60)
"""
    web = Child("web", python(stubborn.format(path=str(tmp_path))), patience=0.2)
    worker = Child("worker", python(patient.format(path=str(tmp_path))), patience=20)
    with Watched(web, worker) as watched:
        wait_until(lambda: len(list(tmp_path.glob("*.up"))) == 2)
        assert watched.stop() == 0

    assert watched.said == ["web did not stop in time and is ended."]
    assert (tmp_path / "finished").exists()


def test_a_child_that_does_not_stop_is_ended_with_all_its_own_children(tmp_path: Path) -> None:
    stubborn = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(grandchild.pid))
time.sleep(60)
"""
    pid_file = tmp_path / "pid"
    with Watched(Child("worker", [*python(stubborn), str(pid_file)], patience=0.5)) as watched:
        grandchild = int(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        assert watched.stop() == 0

    assert watched.said == ["worker did not stop in time and is ended."]
    wait_until(lambda: not is_running(grandchild), 5, "the end of the grandchild")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_child_that_dies_young_is_restarted_ever_more_slowly_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "HOPELESS", 3)
    with Watched(Child("web", python("raise SystemExit(7)")), Child("beat", SLEEPS)) as watched:
        watched.thread.join(60)
        assert watched.code == [1]

    assert watched.said[:2] == [
        "web ended with code 7; starting it again in 1 s.",
        "web ended with code 7; starting it again in 2 s.",
    ]
    assert watched.said[2] == "web ended 3 times in a row right after its start; giving up."


def test_a_child_that_once_lived_well_is_never_given_up() -> None:
    child = Child("web", SLEEPS)
    child.started_at = time.monotonic() - supervisor.LIVED_WELL - 1
    assert child.pause() == 1.0

    pauses = []
    for _ in range(8):
        child.started_at = time.monotonic()
        pauses.append(child.pause())

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert child.lived_well is True


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    """kill -9 leaves no orphan on the port."""
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from helpdesk.supervisor import Child, Supervisor
child = Child("x", [sys.executable, "-c", "import time; time.sleep(60)"])
def tell():
    while child.process is None: pass
    open({str(tmp_path / "pid")!r}, "w").write(str(child.process.pid))
Supervisor([child], print).run(on_started=tell)
"""
    parent = subprocess.Popen(python(code), stdout=subprocess.DEVNULL)
    pid = int(wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    assert is_running(pid)

    parent.kill()
    parent.wait()

    wait_until(lambda: not is_running(pid), 5, "the end of the child")


@pytest.mark.django_db
def test_the_first_start_tells_the_demo_beside_the_web_and_before_the_worker(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR, settings.EMBEDDED = tmp_path, True
    monkeypatch.setattr(startup, "call_command", lambda *_names, **_options: None)
    monkeypatch.setattr(startup.catalogues, "compile_stale", lambda: None)
    said: list[str] = []

    startup.prepare(said.append, demo=True)
    first = {child.name: child for child in startup.children()}
    startup.prepare(said.append, demo=False)
    without = [child.name for child in startup.children()]
    startup.prepare(said.append, demo=True)
    make_agent("Ana Berg")
    interrupted = [child.name for child in startup.children()]
    assert said == ["Bringing the database up to date …"] * 3
    startup.prepare(said.append, demo=True)

    assert first["demo data"].once and first["demo data"].after is None and first["web"].after is None
    assert first["worker"].after is first["beat"].after is first["demo data"]
    assert without == interrupted and "demo data" not in without
    assert said[-1].startswith("The last start was interrupted")
    assert demo_progress.standing() is None


def test_the_demo_sign_ins_are_read_and_a_broken_file_is_no_trouble(tmp_path: Path, settings: object) -> None:
    from helpdesk.startup import demo_sign_ins

    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    assert demo_sign_ins() == []

    (tmp_path / "demo.json").write_text('[{"role": "Agent", "email": "ana@example.com", "password": "x", "more": 1}]')
    assert demo_sign_ins() == [{"role": "Agent", "email": "ana@example.com", "password": "x"}]

    (tmp_path / "demo.json").write_text('[{"role": "Agent"}')
    assert demo_sign_ins() == []
