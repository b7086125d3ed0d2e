"""Every answer of the API that any test brings about is held against the schema; at the end it says how many fitted.

It stands behind all middleware, so clients, live servers and fuzzers are heard alike. A 500 has no shape: tests make
some, and those that find one say so themselves. Processes that a test starts are not heard.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler

from tests.api import fitting

heard: Counter[str] = Counter()
faults: list[str] = []
_plain = BaseHandler.get_response


@functools.wraps(_plain)
def _listen(handler: BaseHandler, request: Any) -> Any:
    answer = _plain(handler, request)
    if request.path_info.startswith(fitting.ROOT) and answer.status_code != 500:
        heard[f"{request.method} {answer.status_code}"] += 1
        faults.extend(fitting.faults_of(request.method, request.path_info, answer))
    return answer


def pytest_configure(config: pytest.Config) -> None:
    BaseHandler.get_response = _listen  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    BaseHandler.get_response = _plain  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What fixtures brought about counts with their test."""
    try:
        return (yield)
    finally:
        found, faults[:] = list(dict.fromkeys(faults)), []
        if found:
            raise AssertionError("Answers that the schema does not tell of:\n" + "\n".join(found))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["answers"] = dict(heard)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    heard.update(getattr(node, "workeroutput", {}).get("answers", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if heard:
        told = ", ".join(f"{number} {name}" for name, number in heard.most_common(8))
        terminalreporter.write_line(f"{heard.total()} answers of the API held against its schema: {told}, …")
