"""Logs: one event is one line and one JSON object, whatever foreign text is in it (security case G06)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from structlog.stdlib import ProcessorFormatter as Line

from helpdesk.logging import formatter
from helpdesk.middleware import RequestLog

LINK = "Zk3-" + "q_7" * 13
NASTY = 'x"}\r\n{"level": "info", "message": "forged"}\x1b[2J\x1b]0;t\x07\u2028\u2029\u0085\u202e\x00'


class Sink:
    """What a handler with one of our formatters wrote."""

    def __init__(self, style: str) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter(style))

    @property
    def text(self) -> str:
        return self.stream.getvalue()


def attach(style: str) -> Iterator[Sink]:
    root, sink = logging.getLogger(), Sink(style)
    level, propagation = root.level, root.handlers[:]
    root.addHandler(sink.handler)
    root.setLevel(logging.INFO)
    try:
        yield sink
    finally:
        root.removeHandler(sink.handler)
        root.setLevel(level)
        assert root.handlers == propagation


@pytest.fixture
def json_log() -> Iterator[Sink]:
    yield from attach("json")


@pytest.fixture
def console_log() -> Iterator[Sink]:
    yield from attach("console")


def as_bytes_lines(text: str) -> list[str]:
    """Split as careless log readers do: at everything that Unicode calls a line end."""
    return text.splitlines()


def test_foreign_text_cannot_end_a_json_line(json_log: Sink) -> None:
    """G06: the standard library's loggers, with arguments, and structlog's, with fields."""
    logging.getLogger("django.security").warning("Not Found: %s", NASTY)
    structlog.get_logger("house").warning("subject_seen", subject=NASTY, **{NASTY: "as a key"})

    lines = as_bytes_lines(json_log.text)

    assert len(lines) == 2
    assert json.loads(lines[0])["message"] == f"Not Found: {NASTY}"
    assert json.loads(lines[1])["subject"] == NASTY
    assert json.loads(lines[1])["message"] == "subject_seen"
    assert json_log.text.isascii()
    assert "\x1b" not in json_log.text


def test_foreign_text_cannot_end_a_line_or_move_the_cursor_on_a_terminal(console_log: Sink) -> None:
    """G06 for the person who watches `make run`."""
    logging.getLogger("django.security").warning("Not Found: %s", NASTY)
    structlog.get_logger("house").warning("subject_seen", subject=NASTY)

    lines = as_bytes_lines(console_log.text)

    assert len(lines) == 2
    assert not any(character in console_log.text for character in "\x1b\x00\x07\r\u2028\u2029\u0085\u202e")
    assert "forged" in lines[0]


def test_an_exception_is_part_of_its_line(json_log: Sink) -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        logging.getLogger("house").exception("it broke")

    (line,) = as_bytes_lines(json_log.text)
    assert "Traceback" in json.loads(line)["exception"]
    assert json.loads(line)["level"] == "error"


def answer(request: HttpRequest) -> HttpResponse:
    structlog.get_logger("house").info("inside")
    return HttpResponse("fine")


def test_a_request_has_one_id_in_all_of_its_lines_and_in_the_answer(json_log: Sink) -> None:
    response = RequestLog(answer)(RequestFactory().get("/tickets/7/?token=geheim"))

    inside, request = (json.loads(line) for line in as_bytes_lines(json_log.text))
    assert len(response["X-Request-ID"]) == 32
    assert inside["request_id"] == request["request_id"] == response["X-Request-ID"]
    assert (request["method"], request["path"], request["status"]) == ("GET", "/tickets/7/", 200)


def test_the_query_string_is_never_logged(json_log: Sink) -> None:
    """F10, F12: a token or a search text in the address stays out of the log."""
    RequestLog(answer)(RequestFactory().get("/tickets/7/?token=geheim"))

    assert "geheim" not in json_log.text


def test_a_token_stays_out_of_the_line_of_a_request_that_was_refused_early(json_log: Sink) -> None:
    """F12: before anybody looked up which page it is."""
    RequestLog(answer)(RequestFactory().get(f"/feedback/{LINK}/stop/"))

    line = json.loads(as_bytes_lines(json_log.text)[-1])
    assert line["path"] == "/feedback/…/stop/"
    assert LINK not in json_log.text


def test_a_token_stays_out_of_what_django_says_of_a_crash(client: Client, db: None, monkeypatch: Any) -> None:
    """F12: as the log is really set up."""

    def crash(_token: str) -> None:
        raise RuntimeError

    monkeypatch.setattr("surveys.views.public.find", crash)
    client.raise_request_exception = False
    handlers = [one for one in logging.getLogger().handlers if isinstance(getattr(one, "formatter", None), Line)]
    (handler,) = (one for one in handlers if isinstance(one, logging.StreamHandler))
    stream = io.StringIO()
    before = handler.setStream(stream)
    try:
        assert client.get(f"/feedback/{LINK}/").status_code == 500
        logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "no", f"/feedback/{LINK}/")
    finally:
        handler.setStream(before)

    told = [json.loads(line)["message"] for line in stream.getvalue().splitlines()]
    assert "Internal Server Error: /feedback/…/" in told
    assert told[-1] == "Forbidden (no): /feedback/…/"
    assert LINK not in stream.getvalue()


def test_the_request_id_ends_with_the_request(json_log: Sink) -> None:
    RequestLog(answer)(RequestFactory().get("/"))
    logging.getLogger("house").warning("later")

    assert "request_id" not in json.loads(as_bytes_lines(json_log.text)[-1])


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space-and-more", "x\r\nX-Evil: 1", "0123456789abcdef"])
def test_a_request_id_from_a_stranger_is_not_taken_over(given: str) -> None:
    response = RequestLog(answer)(RequestFactory().get("/", headers={"x-request-id": given}))

    assert response["X-Request-ID"] != given


def test_a_request_id_from_behind_a_trusted_proxy_is_kept_when_it_is_one(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    kept = RequestLog(answer)(RequestFactory().get("/", headers={"x-request-id": "0123456789abcdef"}))
    refused = RequestLog(answer)(RequestFactory().get("/", headers={"x-request-id": "no id\n"}))

    assert kept["X-Request-ID"] == "0123456789abcdef"
    assert refused["X-Request-ID"] != "no id\n"


def test_an_error_page_carries_the_id_by_which_support_finds_it(client: Client, db: None, json_log: Sink) -> None:
    response = client.get("/there-is-nothing-here/")

    assert response.status_code == 404
    logged = [json.loads(line) for line in as_bytes_lines(json_log.text)]
    assert {line["request_id"] for line in logged if line.get("path")} == {response["X-Request-ID"]}
