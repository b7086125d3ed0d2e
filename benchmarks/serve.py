"""Starts the product as production does (granian, worker, beat, mail listener) and weighs its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from aiosmtpd.controller import Controller

from helpdesk.supervisor import _leave_with_parent

DURABLE = "-c shared_buffers=1GB -c effective_cache_size=6GB -c maintenance_work_mem=512MB -c max_wal_size=8GB"
DURABLE += " -c work_mem=16MB -c checkpoint_timeout=15min -c random_page_cost=1.1 -c jit=off -c max_connections=200"
"""A server as one would set it up on such a machine. fsync stays on: a number without it would be a lie."""
HOST = "bench.example"


def environment(database_url: str, redis_url: str, ports: int, folder: Path) -> dict[str, str]:
    """A production install on this machine: `ports` … `ports` + 3 are web, bare web, mail in, mail out."""
    folder.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BASE_URL": f"http://{HOST}",
        "ALLOW_PLAIN_HTTP": "true",
        "SECRET_KEY": "Kx8-for-measuring-only-w2Vd7TzQm4Ry6Pf3Ls9Hn1Jb5Gc0Ea",
        "DATA_DIR": str(folder),
        "WEB_PORT": str(ports),
        "WEB_WORKERS": "2",
        "WORKER_CONCURRENCY": "2",
        "MAIL_LISTEN_PORT": str(ports + 2),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(ports + 3),
        "SMTP_SECURITY": "none",
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }


class Discard:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        return "250 taken"


@contextlib.contextmanager
def product(ports: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Every process of the product and the bare view, by name; their output goes to a file, as in production."""
    from django.conf import settings

    from helpdesk import startup

    sink = Controller(Discard(), hostname="127.0.0.1", port=ports + 3)
    sink.start()
    log = (settings.DATA_DIR / "product.log").open("ab")
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        web: list[str] = []
        for child in startup.children():
            running[child.name] = _start(list(child.argv), log, os.environ.copy())
            web = list(child.argv) if child.name == "web" else web
        bare = [str(ports + 1) if part == str(settings.WEB_PORT) else part for part in web]
        running["bare"] = _start(bare, log, os.environ | {"BENCH_BARE": "1"})
        for port in (ports, ports + 1, ports + 2):
            _wait_for(port, running, log.name)
        time.sleep(3)  # the worker connects to its broker
        yield running
    except SystemExit:
        print(_end_of(log.name))
        raise
    finally:
        for process in running.values():
            _stop(process)
        sink.stop()
        log.close()


def _start(argv: list[str], log: IO[bytes], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        process_group=0,
        env=env,
        preexec_fn=_leave_with_parent,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, running: dict[str, subprocess.Popen[bytes]], log: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for name, process in running.items():
            if process.poll() is not None:
                sys.exit(f"{name} ended with code {process.returncode} before it served:\n{_end_of(log)}")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"nothing answers on port {port}:\n{_end_of(log)}")


def _end_of(log: str) -> str:
    return Path(log).read_text(errors="replace")[-3000:]


def end_on_sigterm() -> None:
    """Let SIGTERM unwind the stack, so that every server that was started is stopped."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))


def weigh(running: dict[str, subprocess.Popen[bytes]]) -> dict[str, list[float]]:
    """Proportional set size in MB of each process of each program."""
    return {name: [_pss(pid) for pid in _family(process.pid)] for name, process in running.items()}


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


class Watch(threading.Thread):
    """Notes the highest weight of each process while something runs."""

    def __init__(self, running: dict[str, subprocess.Popen[bytes]]) -> None:
        super().__init__(daemon=True)
        self.running, self.highest, self.stopping = running, dict[str, float](), threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(2):
            with contextlib.suppress(OSError):
                for name, weights in weigh(self.running).items():
                    self.highest[name] = max([self.highest.get(name, 0.0), *weights])
