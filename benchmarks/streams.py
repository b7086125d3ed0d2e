"""What open pages cost while nothing happens: N live streams, as many agents, and the processor time of the web server.

    .venv/bin/python -m benchmarks.streams --streams 200 --seconds 120

Streams end after 55 seconds and are opened again at once, as browsers do it; what that costs is part of the number.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.serve import HOST, environment
from scripts import services

TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--streams", type=int, default=200)
    asked.add_argument("--seconds", type=int, default=120)
    given = asked.parse_args()
    port = services.free_port()
    cluster, redis = services.Postgres().start(), services.Redis().start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= environment(cluster.create(), redis.url, port, Path(folder))
            os.environ |= {"SSE_MAX": str(given.streams), "WEB_THREADS": str(given.streams + 16), "WEB_WORKERS": "1"}
            measure(given.streams, given.seconds, port, Path(folder))
    finally:
        cluster.remove()
        redis.stop()


def measure(streams: int, seconds: int, port: int, folder: Path) -> None:
    cookies = move_in(streams)
    from helpdesk import startup

    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(startup.web_command(), stdout=log, stderr=log, process_group=0)
    try:
        wait_for(port)
        idle = cost(web.pid, seconds // 4)
        told: list[int] = [0] * streams
        for number, cookie in enumerate(cookies):
            threading.Thread(target=listen, args=(port, cookie, told, number), daemon=True).start()
        deadline = time.monotonic() + 120
        while not all(told) and time.monotonic() < deadline:
            time.sleep(0.5)
        time.sleep(5)
        busy = cost(web.pid, seconds)
        print(f"{sum(map(bool, told))} of {streams} streams open, {seconds} s, load {os.getloadavg()[0]:.1f}")
        print(f"without streams {idle:.2f} % of one core, with them {busy:.2f} %; resident {resident(web.pid):.0f} MB")
    finally:
        web.terminate()
        web.wait(30)


def move_in(streams: int) -> list[str]:
    """As many agents, each signed in; their cookies."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from agents.models import Agent, Membership, Team

    call_command("migrate", verbosity=0)
    teams = [Team.objects.create(name=f"Team {number}", slug=f"team-{number}") for number in range(12)]
    cookies = []
    for number in range(streams):
        agent = Agent.objects.create_user(f"a{number}@{HOST}", None, name=f"Agent {number}", role="agent")
        Membership.objects.create(agent=agent, team=teams[number % len(teams)])
        client = Client(headers={"host": HOST})
        client.force_login(agent)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


def page(port: int, cookie: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": cookie, "Host": HOST})
    return connection.getresponse()


def listen(port: int, cookie: str, told: list[int], number: int) -> None:
    while True:
        answer = page(port, cookie, "/tickets/live/")
        if answer.status != 200:
            sys.exit(f"stream {number} was answered with {answer.status}")
        for _line in iter(answer.readline, b""):
            told[number] += 1
        time.sleep(3)  # what the stream says about coming back ("retry")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            page(port, "", "/livez")
            return
        except OSError:
            time.sleep(0.3)
    sys.exit("the web server did not start")


def family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def used(pid: int) -> float:
    """Seconds of processor time that the server and its workers have taken."""
    total = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def cost(pid: int, seconds: float) -> float:
    """Percent of one core over this time."""
    before, began = used(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (used(pid) - before) / (time.monotonic() - began)


def resident(pid: int) -> float:
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
