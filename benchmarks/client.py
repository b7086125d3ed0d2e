"""A client with one connection that is kept open, as a browser's: asks, and notes what each answer took."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from benchmarks.serve import HOST

TOKEN = "b" * 32
BEARER = "bearer"


@dataclass
class Samples:
    """What was measured, one entry per answer: milliseconds outside, inside, of CPU, in SQL; statements; bytes."""

    wall: list[float] = field(default_factory=list)
    app: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        return {
            "wall_p50": percentile(self.wall, 50),
            "wall_p95": percentile(self.wall, 95),
            "app_p10": percentile(self.app, 10),
            "app_p50": percentile(self.app, 50),
            "app_p95": percentile(self.app, 95),
            "cpu_p50": percentile(self.cpu, 50),
            "sql_p50": percentile(self.sql, 50),
            "statements": statistics.median(self.statements),
            "statements_most": max(self.statements),
            "bytes": statistics.median(self.size),
        }


def percentile(values: Iterable[float], share: int) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 2)


class Client:
    """Signed in by a session cookie that was made beforehand, or sends a token: (BEARER, secret)."""

    def __init__(self, port: int, session: tuple[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Host": HOST}
        if session and session[0] == BEARER:
            self.headers["Authorization"] = f"Bearer {session[1]}"
        else:
            cookies = [f"csrf={TOKEN}", *([f"{session[0]}={session[1]}"] if session else [])]
            self.headers |= {"Cookie": "; ".join(cookies), "X-CSRFToken": TOKEN}

    def ask(self, ask: Ask, samples: Samples | None = None) -> bytes:
        headers, body = dict(self.headers), ask.body
        if body is not None:
            headers["Content-Type"] = ask.content_type
        if ask.fragment:
            headers["HX-Request"] = "true"
        started = time.perf_counter()
        self.connection.request(ask.method, ask.path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != ask.status:
            raise SystemExit(f"{ask.path} answered {answer.status}: {content[:500]!r}")
        if samples is not None:
            inside = dict(re.findall(r"(\w+);dur=([\d.]+)", answer.headers["Server-Timing"]))
            samples.wall.append(took)
            samples.app.append(float(inside["app"]))
            samples.cpu.append(float(inside["cpu"]))
            samples.sql.append(float(inside["sql"]))
            samples.statements.append(int(inside["n"]))
            samples.size.append(len(content))
        return content


@dataclass(frozen=True)
class Ask:
    path: str
    form: dict[str, str] | None = None
    fragment: bool = False
    status: int = 200
    data: dict[str, Any] | None = None
    """Sent as JSON."""
    verb: str = ""

    @property
    def method(self) -> str:
        return self.verb or ("GET" if self.body is None else "POST")

    @property
    def body(self) -> str | None:
        if self.data is not None:
            return json.dumps(self.data)
        return urlencode(self.form, doseq=True) if self.form is not None else None

    @property
    def content_type(self) -> str:
        return "application/json" if self.data is not None else "application/x-www-form-urlencoded"


def in_turn(client: Client, asks: Iterator[Ask], times: int, warm: int = 10) -> Samples:
    """One after the other: latency without queueing."""
    samples = Samples()
    for _ in range(warm):
        client.ask(next(asks))
    for _ in range(times):
        client.ask(next(asks), samples)
    return samples


def at_once(make: Callable[[], Client], asks: list[Iterator[Ask]], seconds: float) -> float:
    """Answers per second with one client for each of `asks`, each asking again as soon as it was answered."""
    counts = [0] * len(asks)
    until = time.perf_counter() + seconds

    def run(number: int) -> None:
        client = make()
        while time.perf_counter() < until:
            client.ask(next(asks[number]))
            counts[number] += 1

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(asks))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (time.perf_counter() - started), 1)
