"""The same SQL alone: the statements of a request, captured once, executed by the driver without Django around them."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

import psycopg2
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.client import BEARER, Ask
from benchmarks.serve import HOST

RESERVED = re.compile(r"SELECT nextval\(pg_get_serial_sequence\('\W*(\w+)\W*'")
INSERT = re.compile(r'INSERT INTO "?(\w+)"?.* RETURNING (?:"\w+"\."id"|id\b)', re.DOTALL)


class Captured:
    """What one request executed. Replayed, each INSERT makes a new row and each reserved key is another one, and later
    statements speak of those."""

    def __init__(self, ask: Ask, session: tuple[str, str], again: Ask | None = None) -> None:
        browser = Client(SERVER_NAME=HOST)
        if session[0] == BEARER:
            browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {session[1]}"
        else:
            browser.cookies[session[0]] = session[1]
        headers = {"HX-Request": "true"} if ask.fragment else {}
        self._send(browser, ask, headers)  # caches of the process are filled
        self.gesture = ""
        if again is not None:
            ask = again
        elif ask.form is not None:
            self.gesture = uuid4().hex
            version = int(ask.form["version"]) + 1 if ask.form.get("version") else ""
            ask = Ask(
                ask.path, {**ask.form, "gesture": self.gesture, "version": str(version)}, ask.fragment, ask.status
            )
        self.last = _last_ids()
        with CaptureQueriesContext(connection) as captured:
            self._send(browser, ask, headers)
        self.statements: list[str] = [one["sql"] for one in captured.captured_queries]

    @staticmethod
    def _send(browser: Client, ask: Ask, headers: dict[str, str]) -> None:
        if ask.body is None:
            answer = browser.get(ask.path, headers=headers)
        else:
            answer = browser.generic(ask.method, ask.path, ask.body, ask.content_type, headers=headers)
        if answer.status_code != ask.status:
            raise SystemExit(f"{ask.path} answered {answer.status_code}: {answer.content[:500]!r}")

    def replay(self, cursor: Any) -> float:
        """Milliseconds for all statements, rows read."""
        gesture, last, made = uuid4().hex, dict(self.last), dict[str, str]()
        took = 0.0
        for statement in self.statements:
            sql = statement.replace(self.gesture, gesture) if self.gesture else statement
            if made:
                sql = re.sub(r"\b(" + "|".join(made) + r")\b", lambda found: made[found[0]], sql)
            started = time.perf_counter()
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else []
            took += (time.perf_counter() - started) * 1000
            if found := INSERT.match(sql) or RESERVED.match(sql):
                for row in rows:
                    last[found[1]] += 1
                    made[str(last[found[1]])] = str(row[0])
        return took


def replayed(ask: Ask, session: tuple[str, str], times: int, again: Ask | None = None) -> tuple[list[float], int]:
    """Milliseconds of each replay, and how many statements there are (BEGIN and COMMIT not counted). The statements
    are those of `again`, where the same request a second time would do nothing."""
    captured = Captured(ask, session, again)
    with psycopg2.connect(_dsn()) as raw:
        raw.autocommit = True
        with raw.cursor() as cursor:
            for _ in range(5):
                captured.replay(cursor)
            samples = [captured.replay(cursor) for _ in range(times)]
    raw.close()
    return samples, sum(one not in ("BEGIN", "COMMIT") for one in captured.statements)


def _dsn() -> str:
    given = connection.settings_dict
    return f"dbname={given['NAME']} user={given['USER']} host={given['HOST']}"


def _last_ids() -> dict[str, int]:
    """The last id that each table gave."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, pg_sequence_last_value(pg_get_serial_sequence(quote_ident(table_name), 'id'))"
            " FROM information_schema.columns WHERE column_name = 'id' AND is_identity = 'YES'"
            " AND table_schema = current_schema()"
        )
        return {table: last or 0 for table, last in cursor.fetchall()}
