"""How messages are written: at once, or gathered, so that many tickets that open together cost one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, models

from tickets.models.message import Message

_gathering: ContextVar[Gathered | None] = ContextVar("messages_are_gathered", default=None)


@dataclass
class Gathered:
    """Messages that wait for one INSERT. They have their keys already, since facts and attachments name them."""

    keys: Iterator[int]
    messages: list[Message] = field(default_factory=list)


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Keys for rows that will be inserted soon; nobody else gets them. Inside a transaction only.

    Foreign keys are checked at the commit on both databases, so rows may name a key before its own row stands.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # SQLite lets one writer in, and keeps the last key of an AUTOINCREMENT table in a row that may be written.
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
        return list(range(last - count + 1, last + 1))


def write(message: Message) -> Message:
    """Insert the message, or let it wait for the others that are being gathered."""
    gathered = _gathering.get()
    if gathered is None:
        message.save(force_insert=True)
    else:
        message.pk = next(gathered.keys, None) or reserve(Message, 1)[0]
        gathered.messages.append(message)
    message.ticket.just_written[message.pk] = message
    return message


@contextmanager
def messages_together(expected: int) -> Iterator[None]:
    """Inside, messages are gathered, and written by one INSERT at the end; `expected` keys are drawn at once."""
    gathered = Gathered(iter(reserve(Message, expected)))
    token = _gathering.set(gathered)
    try:
        yield
    finally:
        _gathering.reset(token)
    Message.objects.bulk_create(gathered.messages)
