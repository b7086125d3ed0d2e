"""What `serve` does around its processes: refuse a hopeless start, prepare the first one, say where things are."""

import errno
import fcntl
import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.demo import progress
from helpdesk.languages import catalogues
from helpdesk.supervisor import Child

Say = Callable[[str], None]
SLOW_START = 60.0
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "helpdesk"]


def take_lock() -> int:
    """Hold the data folder for this supervisor until it ends; a second one is refused."""
    handle = os.open(settings.DATA_DIR / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
        os.close(handle)
        raise CommandError(f"The helpdesk already runs on {settings.DATA_DIR} (process {holder}).") from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def refuse_taken_port(host: str, port: int, what: str, variable: str) -> None:
    """Find out before the start that a port cannot be had, and say which setting moves it."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror:
        raise CommandError(f"{host!r} is no address of this machine; set {variable.replace('PORT', 'HOST')}.") from None
    except OSError as problem:
        reason = {
            errno.EADDRINUSE: "is used by another program",
            errno.EACCES: "may not be used without more rights",
            errno.EADDRNOTAVAIL: "is no address of this machine",
        }.get(problem.errno or 0, f"cannot be used ({problem.strerror})")
        raise CommandError(f"{host}:{port} {reason}; stop it or set {variable} to move the {what}.") from None


def refuse_old_database() -> None:
    """Stop when the database is away or older than the code."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        raise CommandError(f"The database does not answer: {str(problem).strip().splitlines()[0]}") from None
    if plan:
        raise CommandError(f"{len(plan)} migrations are not applied; run: python manage.py migrate")


def prepare(say: Say, *, demo: bool = True) -> None:
    """Bring the database up to the code and, when it has no people yet, leave word that demo data is wanted."""
    catalogues.compile_stale()
    say("Bringing the database up to date …")
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as problem:
        raise CommandError(f"The database does not answer: {str(problem).strip().splitlines()[0]}") from None
    if get_user_model()._default_manager.exists():
        if progress.standing():
            say("The last start was interrupted while it loaded the demo data; `make clean` starts over.")
            progress.finish()
    elif demo and settings.EMBEDDED and "seed_demo" in get_commands():
        progress.note(0, 0)
    else:
        progress.finish()


def web_command() -> list[str]:
    """Return the command line of the web server."""
    command = [sys.executable, "-m", "granian", "helpdesk.wsgi:application", "--interface", "wsgi", "--no-ws"]
    command += ["--host", settings.WEB_HOST, "--port", str(settings.WEB_PORT)]
    command += ["--workers", str(settings.WEB_WORKERS), "--blocking-threads", str(settings.WEB_THREADS)]
    # Open pages hold a stream each, which ends only with the process: at a terminal nobody waits long for them.
    patience = "2" if settings.EMBEDDED else "10"
    return [*command, "--respawn-failed-workers", "--workers-kill-timeout", patience, "--log-level", "error"]


def worker_command() -> list[str]:
    """Return the command line of a worker: threads on a small machine, processes with time limits in production."""
    command = [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", str(settings.WORKER_CONCURRENCY)]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    if settings.EMBEDDED:
        return [*command, "--pool", "threads"]
    return [*command, "--pool", "prefork", "--max-tasks-per-child", "500"]


def beat_command() -> list[str]:
    """Return the command line of beat; two of them do no harm, because tasks claim their work."""
    return [*CELERY, "beat", "--schedule", str(settings.DATA_DIR / "beat-schedule"), "--pidfile=", "--loglevel", "INFO"]


def children() -> list[Child]:
    """List the processes, each with the seconds that it gets to finish what it does."""
    found = [Child("web", web_command(), patience=15)]
    if has_mail_listener():
        listener = [sys.executable, str(settings.ROOT / "manage.py"), "run_mail_listener"]
        found.append(Child("mail listener", listener, patience=15))
    # While the past is told nothing else may act on it: its promises would be measured against today.
    past = demo_to_tell()
    found += [past] if past else []
    beat = Child("beat", beat_command(), patience=5, after=past)
    return [*found, beat, Child("worker", worker_command(), patience=30, after=past)]


def demo_to_tell() -> Child | None:
    """The process that loads the demo data beside the web server on the first start; None on any other."""
    if progress.standing() is None or get_user_model()._default_manager.exists():
        return None
    command = [sys.executable, str(settings.ROOT / "manage.py"), "seed_demo", "--while-serving"]
    return Child("demo data", command, patience=5, once=True)


def has_mail_listener() -> bool:
    return settings.MAIL_LISTEN_PORT != 0 and "run_mail_listener" in get_commands()


def announce(say: Say) -> None:
    """Wait until the web answers, then say where everything is and, with demo data, who may sign in."""
    host = "127.0.0.1" if settings.WEB_HOST in ("0.0.0.0", "::", "localhost") else settings.WEB_HOST  # noqa: S104
    probe = f"http://{f'[{host}]' if ':' in host else host}:{settings.WEB_PORT}/healthz"
    deadline = time.monotonic() + SLOW_START
    while not _answers(probe):
        if time.monotonic() > deadline:
            say(f"The web process does not answer on {probe} yet; see the lines above.")
            return
        time.sleep(0.2)
    telling = progress.standing() is not None
    while telling and not demo_sign_ins() and time.monotonic() < deadline:
        time.sleep(0.2)
    say("")
    say(f"  The helpdesk is ready:  {settings.BASE_URL}/")
    if has_mail_listener():
        protocol = settings.MAIL_LISTEN_PROTOCOL.upper()
        say(f"  Mail comes in by {protocol}:  {settings.MAIL_LISTEN_HOST}:{settings.MAIL_LISTEN_PORT}")
    if settings.EMBEDDED and not settings.SMTP_HOST:
        say(f"  Mail that goes out:     {settings.BASE_URL}/dev/outbox/  (SMTP_HOST is not set)")
    for person in demo_sign_ins():
        say(f"  Sign in as {person['role'] + ':':<13} {person['email']}  {person['password']}")
    if telling:
        say("  The demo data is being loaded meanwhile; mail is sent, and promises are watched, once it is there.")
    say("  Stop with Ctrl-C.")
    say("")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own http:// address
            return bool(answer.status == 200)
    except OSError:
        return False


def demo_sign_ins() -> list[dict[str, str]]:
    """Return the people that seed_demo left in DATA_DIR/demo.json; none when the install has no demo data."""
    path: Path = settings.DATA_DIR / "demo.json"
    try:
        people = json.loads(path.read_text(encoding="utf-8"))
        return [{key: str(person[key]) for key in ("role", "email", "password")} for person in people]
    except (OSError, ValueError, KeyError, TypeError):
        return []
