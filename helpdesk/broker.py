"""A broker without a server, for the embedded run: messages are files, with the discipline of a Maildir.

Kombu's own filesystem transport shows half-written files, drops a message when its worker dies, and ends the worker
on a broken file. Here a message is written in tmp/, renamed into queue/, claimed by a rename into busy/ and unlinked
when acked; broken ones go to bad/. One host, one PID namespace, one file system; more than that needs Redis.
"""

import json
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from kombu.transport import base, virtual

RECOVER_EVERY = 2.0  # seconds; a look into one small folder
log = structlog.get_logger(__name__)


def _born(pid: int | str) -> str:
    """Return the start time of a process in clock ticks: a recycled PID has another one."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def _is_alive(owner: str) -> bool:
    pid, _, born = owner.partition("-")
    try:
        return _born(pid) == born
    except (OSError, IndexError):
        return False


class Channel(virtual.Channel):
    """One consumer's or producer's view of the folders; the options name their `root`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        root = Path(self.connection.client.transport_options["root"])  # type: ignore[union-attr, index]
        self._tmp, self._queue, self._busy, self._bad = (root / name for name in ("tmp", "queue", "busy", "bad"))
        self._make_folders()
        self._claimed: dict[str, Path] = {}
        self._recover_at = 0.0

    def _make_folders(self) -> None:
        """Make the folders, also again: somebody may empty the broker while we run, and work must go on."""
        for folder in (self._tmp, self._queue, self._busy, self._bad):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        try:
            (self._tmp / name).write_text(json.dumps(message))
        except FileNotFoundError:
            self._make_folders()
            (self._tmp / name).write_text(json.dumps(message))
        (self._tmp / name).rename(self._queue / name)  # readers never see half a file

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        if time.monotonic() >= self._recover_at:
            self._recover_at = time.monotonic() + RECOVER_EVERY
            self._recover()
        # The owner is asked at each claim, not kept: a forked pool child must not claim in its parent's name.
        owner = f"{os.getpid()}-{_born('self')}"
        for name in self._waiting(queue):
            mine = self._busy / f"{owner}@{name}"
            try:
                (self._queue / name).rename(mine)  # atomic: one of all workers wins
            except OSError:
                continue
            try:
                payload: dict[str, Any] = json.loads(mine.read_text())
                self._claimed[payload["properties"]["delivery_tag"]] = mine
            except (ValueError, KeyError, TypeError):
                mine.rename(self._bad / name)
                log.warning("broker_message_unreadable", file=name)
                continue
            return payload
        raise Empty

    def _waiting(self, queue: str) -> list[str]:
        try:
            names = os.listdir(self._queue)  # noqa: PTH208 - twenty times a second: no Path objects
        except FileNotFoundError:
            self._make_folders()
            return []
        return sorted(name for name in names if name.partition(".")[2] == f"{queue}.msg")

    def _recover(self) -> None:
        """Put back what a worker held that is no more."""
        self._make_folders()
        for entry in self._busy.iterdir():
            owner, _, name = entry.name.partition("@")
            if not _is_alive(owner):
                try:
                    entry.rename(self._queue / name)
                except OSError:
                    continue  # another worker was quicker

    def _release(self, tag: str) -> None:
        if path := self._claimed.pop(tag, None):
            path.unlink(missing_ok=True)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Forget the message: its task ran."""
        super().basic_ack(delivery_tag, multiple)
        self._release(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Forget the message, after kombu wrote it anew if it is to run again."""
        super().basic_reject(delivery_tag, requeue=requeue)
        self._release(delivery_tag)

    def _restore(self, message: Any) -> None:
        super()._restore(message)
        self._release(message.delivery_tag)

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        names = self._waiting(queue)
        for name in names:
            (self._queue / name).unlink(missing_ok=True)
        return len(names)


class Transport(virtual.Transport):
    """What CELERY_BROKER_TRANSPORT names."""

    Channel = Channel
    implements = base.Transport.implements.extend(asynchronous=False, exchange_type=frozenset(["direct"]))
    global_state = virtual.BrokerState()
    default_port = 0
    driver_type = driver_name = "filesystem"

    def driver_version(self) -> str:
        """Name the folder format; kombu prints it."""
        return "1"
