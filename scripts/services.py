"""Throwaway PostgreSQL and Redis servers for tests: private, on sockets or free ports, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Nothing is to survive, plans are not to change while a test looks at them, and no plan here is worth compiling.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off"
FAST += " -c wal_level=minimal -c max_wal_senders=0 -c max_connections=100"


class Missing(Exception):
    """A program that a stage needs is not installed; the message says which package brings it."""


def free_port() -> int:
    """Return a TCP port of this machine that nobody uses right now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def postgres_programs() -> Path:
    """Return the folder with initdb and pg_ctl of the newest PostgreSQL here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    if found and (found[-1] / "initdb").exists():
        return found[-1]
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    raise Missing("PostgreSQL is not installed (Debian package: postgresql)")


class Postgres:
    """A cluster of its own below a temporary folder, reached through a unix socket there.

    `durable` keeps fsync on, for tests that crash the server. With `like`, the data of a stopped cluster that
    scripts/templates.py made, the role and the databases `app` and `migrated` are there already.
    """

    MIGRATED = "migrated"

    def __init__(self, *, durable: bool = False, like: Path | None = None) -> None:
        self.programs = postgres_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-pg-"))
        self.options = f"-k {self.folder} -c listen_addresses=''" + ("" if durable else f" {FAST}")
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.folder.chmod(0o755)
        if like:
            subprocess.run(["cp", "-a", str(like), self.data], check=True, timeout=120)
            return
        self._run(
            "initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )

    def copy_data(self, to: Path) -> None:
        """Keep the data of this cluster, which is stopped, for others to be made `like` it."""
        subprocess.run(["cp", "-a", self.data, str(to)], check=True, timeout=120)

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *args: str) -> None:
        """Run a server program, as the postgres account when we are root, which it refuses to run as."""
        command = [str(self.programs / program), *args]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")

    def start(self) -> "Postgres":
        # Output to a file: a server that inherits a pipe would keep it open for ever.
        with (self.folder / "pg_ctl.log").open("ab") as log:
            command = [str(self.programs / "pg_ctl"), "-w", "-D", self.data, "-l", str(self.folder / "log")]
            command += ["-o", self.options, "start"]
            if os.geteuid() == 0:
                command = ["runuser", "-u", "postgres", "--", *command]
            subprocess.run(command, stdout=log, stderr=log, check=True, timeout=120, cwd="/")
        return self

    def create(self) -> str:
        """Make the role and database `app` and return its URL."""
        for sql in ("create role app login superuser", "create database app owner app"):
            self._run("psql", "-h", str(self.folder), "-U", "postgres", "-q", "-c", sql)
        return self.url("app")

    def copy(self, name: str, new: str) -> str:
        """Make a database with all that another one holds and return its URL."""
        sql = f"create database {new} owner app template {name}"
        self._run("psql", "-h", str(self.folder), "-U", "postgres", "-q", "-c", sql)
        return self.url(new)

    def url(self, name: str) -> str:
        """Return the URL by which `app` reaches a database of this cluster."""
        return f"postgres://app@{str(self.folder).replace('/', '%2F')}/{name}"

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def restart_hard(self) -> None:
        """Restart as after a crash: connections are cut, the log is replayed."""
        self.stop("immediate")
        self.start()

    def remove(self) -> None:
        with contextlib.suppress(RuntimeError):  # it is down already
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def redis_program() -> str:
    """Return the path of a Redis server."""
    if path := shutil.which("redis-server") or shutil.which("valkey-server"):
        return path
    raise Missing("Redis is not installed (Debian package: redis-server)")


class Redis:
    """A Redis server of its own on a free port, without persistence."""

    def __init__(self, port: int | None = None) -> None:
        self.program, self.port = redis_program(), port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        command = [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, process_group=0)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        """Stop at once; everything in it is lost, as after `shutdown nosave`."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


def chromium() -> str:
    """Return the path of a Chromium to drive."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise Missing("Chromium is not installed (Debian package: chromium)")
