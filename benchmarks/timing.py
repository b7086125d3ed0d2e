"""A middleware that answers Server-Timing: milliseconds in the server, of its CPU, in SQL, and how many statements."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase


class ServerTiming:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        counted = Counted()
        started, cpu = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        took, cpu = (time.perf_counter() - started) * 1000, (time.thread_time() - cpu) * 1000
        response["Server-Timing"] = (
            f"app;dur={took:.3f}, cpu;dur={cpu:.3f}, sql;dur={counted.ms:.3f}, n;dur={counted.statements}"
        )
        return response


class Counted:
    """Counts what Django executes; BEGIN and COMMIT go past it, so a commit's fsync is in `app`, not in `sql`."""

    def __init__(self) -> None:
        self.statements, self.ms = 0, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.ms += (time.perf_counter() - started) * 1000
