"""A helpdesk of its own per test: database, broker and processes that may be killed, crashed and emptied."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.plugin_services import wait_until

ROOT = Path(__file__).resolve().parents[2]

# What every program run in a house starts with; `acknowledge` is what a 2xx or a 250 is outside: a promise.
PRELUDE = """
import json, os, sys, threading, time
import django
django.setup()
from django.conf import settings
from django.db import close_old_connections, connection, connections
from agents.actors import Actor
from customers.matching import customer_for_email
from helpdesk.models import Heartbeat
from tests.factories import make_ticket
from tickets.actions import AddNote
from tickets.models import Change, Message, OutboxEntry, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets import outbox

house = Actor.system("test")
promises = open(settings.DATA_DIR / "promises", "a", buffering=1)

def acknowledge(what):
    promises.write(json.dumps(what) + "\\n")

def tell(what):
    print(json.dumps(what), flush=True)
"""

OBSERVER = """
for line in sys.stdin:
    close_old_connections()
    tell(eval(line))
"""


@dataclass
class House:
    """Where one house stands, and what runs in it."""

    folder: Path
    database_url: str
    redis_url: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    observer: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.house_settings",
            "HELPDESK_TEST_FOLDER": str(self.folder),
            "HELPDESK_TEST_QUEUE": f"house-{self.folder.name}",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PYTHONPATH": str(ROOT),
            "LOG_FORMAT": "json",
        }

    def run(self, code: str, seconds: float = 60) -> Any:
        """Run a program in the house and return what it told last."""
        process = self.spawn(code)
        out, _ = process.communicate(timeout=seconds)
        assert process.returncode == 0, (self.folder / "errors").read_text()[-3000:]
        return json.loads(out.decode().strip().splitlines()[-1])

    def spawn(self, code: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program in the house; what it tells comes out of its stdout."""
        with (self.folder / "errors").open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", PRELUDE + textwrap.dedent(code)],
                cwd=ROOT,
                env=self.environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
            )
        self.processes.append(process)
        return process

    def ask(self, expression: str) -> Any:
        """Return what an expression is worth in the house; one program answers all, as a start takes seconds."""
        if self.observer is None or self.observer.poll() is not None:
            self.observer = self.spawn(OBSERVER, stdin=subprocess.PIPE)
        assert self.observer.stdin is not None
        assert self.observer.stdout is not None
        self.observer.stdin.write(expression.replace("\n", " ").encode() + b"\n")
        self.observer.stdin.flush()
        return json.loads(self.observer.stdout.readline())

    def start_background(self, *names: str) -> list[subprocess.Popen[bytes]]:
        """Start worker and beat, or the named one of them, as production starts them."""
        started = []
        for name in names or ("worker", "beat"):
            command = [sys.executable, "-m", "celery", "--quiet", "-A", "helpdesk", name, "--loglevel", "WARNING"]
            if name == "worker":
                command += ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
            else:
                command += ["--schedule", str(self.folder / "beat"), "--pidfile="]
            with (self.folder / f"{name}.log").open("ab") as out:
                started.append(
                    subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, process_group=0)
                )
        self.processes += started
        return started

    def end(self) -> None:
        for process in self.processes:
            kill(process)

    def promises(self) -> list[Any]:
        """Everything that was acknowledged to somebody."""
        path = self.folder / "promises"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def outbox(self) -> dict[str, int]:
        """How many entries are owed, done and dead."""
        found: dict[str, int] = self.ask(
            "{state: OutboxEntry.objects.filter(state=state).count() for state in ('owed', 'done', 'dead')}"
        )
        return found

    def remembered(self) -> list[int]:
        """The changes for which the watched reaction ran to its end."""
        found: list[int] = self.ask(
            "sorted(int(name.split('-')[1]) for name in "
            "Heartbeat.objects.filter(name__startswith='change-').values_list('name', flat=True))"
        )
        return found

    def wait_until_nothing_is_owed(self, seconds: float = 60) -> None:
        wait_until(lambda: self.outbox()["owed"] == 0, seconds, "an empty outbox")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group as the kernel would, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
