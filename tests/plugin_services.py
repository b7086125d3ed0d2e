"""Fixtures of the harness: real servers and processes that any test may ask for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from scripts import services, templates

ROOT = Path(__file__).resolve().parents[1]


def wait_until(true: Callable[[], Any], seconds: float = 15.0, what: str = "the condition") -> Any:
    """Poll until the callable returns something true and return that; fail the test when time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(0.05)
    pytest.fail(f"{what} did not come true within {seconds:g} s")


@pytest.fixture
def free_port() -> int:
    """A TCP port that nobody uses right now."""
    return services.free_port()


@pytest.fixture
def free_ports() -> Callable[[int], list[int]]:
    """Several different free ports."""

    def draw(count: int) -> list[int]:
        found: set[int] = set()
        while len(found) < count:
            found.add(services.free_port())
        return list(found)

    return draw


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The Redis of this run (REDIS_URL), or one started for the tests that need it."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    server = _or_skip(services.Redis).start()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def private_redis() -> Iterator[services.Redis]:
    """A Redis that the test may stop, empty and start again."""
    server = _or_skip(services.Redis).start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def private_postgres(templates_folder: Path) -> Iterator[services.Postgres]:
    """A migrated PostgreSQL cluster that the test may crash; durable: what was committed must come back."""
    cluster = _or_skip(lambda: services.Postgres(durable=True, like=templates.postgres(templates_folder))).start()
    try:
        yield cluster
    finally:
        cluster.remove()


def _or_skip(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except services.Missing as problem:
        pytest.skip(str(problem))


def database_url() -> str:
    """The URL of the database that this test uses, for a process of its own."""
    current = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{current['NAME']}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(current['NAME'])}"))


def child_environment(**more: str) -> dict[str, str]:
    """The environment in which another process sees this test's database, broker and data folder."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.test",
        "HELPDESK_TEST_FOLDER": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
        "LOG_FORMAT": "json",
        **more,
    }


@dataclass
class LiveWorker:
    """A real Celery worker process on the test's database and broker."""

    environment: dict[str, str]
    log: Path
    pool: str = "threads"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> LiveWorker:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "helpdesk", "worker", "--loglevel", "INFO"]
        command += ["--pool", self.pool, "--concurrency", "2", "--without-gossip", "--without-mingle"]
        ready_before = self._ready()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, process_group=0
            )
        wait_until(lambda: self._ready() > ready_before, 40, "the worker's start")
        return self

    def _ready(self) -> int:
        return self.log.read_text(errors="replace").count(" ready.") if self.log.exists() else 0

    def kill(self) -> None:
        """End it as the out-of-memory killer would: all of it, at once."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would: it finishes what it runs."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


@pytest.fixture
def live_worker(transactional_db: None, tmp_path: Path) -> Iterator[LiveWorker]:
    """A running worker; the test may kill() it and start() it again."""
    worker = LiveWorker(child_environment(HELPDESK_TEST_LOG_LEVEL="info"), tmp_path / "worker.log").start()
    try:
        yield worker
    finally:
        worker.kill()


@dataclass
class Received:
    """One mail that the sink took: the envelope and the parsed message."""

    sender: str
    recipients: list[str]
    raw: bytes
    message: EmailMessage


@dataclass
class SmtpSink:
    """An SMTP server that keeps what it is sent; `answer` may refuse: it gets the envelope and returns a reply line."""

    received: list[Received] = field(default_factory=list)
    answer: Callable[[Any], str] | None = None
    answer_rcpt: Callable[[str], str] | None = None
    host: str = "127.0.0.1"
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer_rcpt and (reply := self.answer_rcpt(address)):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer and not (reply := self.answer(envelope)).startswith("2"):
            return reply
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content, message))
        return "250 OK"

    def wait_for(self, count: int, seconds: float = 15.0) -> list[Received]:
        """Return the mails once there are `count` of them."""
        wait_until(lambda: len(self.received) >= count, seconds, f"the arrival of {count} mails")
        return self.received


@pytest.fixture
def smtp_sink(free_port: int) -> Iterator[SmtpSink]:
    """A real SMTP server on a free port that records every mail."""
    sink = SmtpSink(port=free_port)
    controller = Controller(sink, hostname=sink.host, port=sink.port, data_size_limit=100 * 2**20)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
