"""Sends one request to an address that somebody typed in, and trusts neither the address nor whoever answers.

The address is vetted (outward_targets) and resolved once; the connection goes to that very address, so a name that
changes its mind leads nowhere. Redirects are not followed, proxies of the environment not used, no more than a little
of the answer is read, and the whole of it ends after SECONDS, however slowly the other side drips. Certificates count.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helpdesk.lib.outward_targets import Target, TargetRefused, vetted

__all__ = ["SECONDS", "Answer", "Target", "TargetRefused", "Unreached", "post", "vetted"]

SECONDS = 10.0
"""For everything after the name was resolved: connecting, sending, and reading the answer."""
CONNECT_SECONDS = 4.0
MOST_READ = 4096
"""Bytes of the answer that are read; it is for the people who look why something was refused."""
TRIED_ADDRESSES = 2
MOST_HEADERS, LONGEST_HEADER = 40, 300
"""Of an answer, kept; the rest is dropped."""


class Unreached(Exception):
    """No answer came: `reason` is "timeout", "connection", "tls" or "answer" (what came is not HTTP)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, its first bytes as text, how many seconds it asks us to wait, if it does, and the
    first of its headers, shortened."""

    status: int
    text: str
    retry_after: int | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def accepted(self) -> bool:
        """A redirect is not: it asks us to go elsewhere, and we do not."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST to the URL. Call it outside transactions. Raises TargetRefused or Unreached."""
    target = vetted(url)
    connection = _Pinned(target)
    sent = {"User-Agent": "helpdesk", **headers, "Host": target.authority, "Accept-Encoding": "identity"}
    try:
        with _deadline(connection):
            connection.request("POST", target.path, body=body, headers={**sent, "Connection": "close"})
            response = connection.getresponse()
            if connection.late:  # its headers end where we hung up
                raise Unreached("timeout")
            return _read(response)
    except ssl.SSLError as error:
        raise Unreached("timeout" if connection.late else "tls") from error
    except http.client.HTTPException as error:
        raise Unreached("timeout" if connection.late else "answer") from error
    except (OSError, ValueError) as error:
        late = connection.late or isinstance(error, TimeoutError)
        raise Unreached("timeout" if late else "connection") from error
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Connects to a vetted address and to nothing else; TLS is for the name, as if it had been asked again."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target = target
        self.late = False
        self._line: socket.socket | None = None

    def connect(self) -> None:
        error: OSError | None = None
        for address in self.target.addresses[:TRIED_ADDRESSES]:
            try:
                line = socket.create_connection((address, self.target.port), CONNECT_SECONDS)
                break
            except OSError as problem:
                error = problem
        else:
            raise error or OSError("no address")
        line.settimeout(SECONDS)
        self.sock, self._line = line, line.dup()
        if self.late:
            raise TimeoutError
        if self.target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.target.host)

    def cut(self) -> None:
        """Called by the clock: whoever waits for this connection, at whatever, waits no longer."""
        self.late = True
        with contextlib.suppress(OSError):
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._line is not None:
            self._line.close()


@contextlib.contextmanager
def _deadline(connection: _Pinned) -> Iterator[None]:
    timer = threading.Timer(SECONDS, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(response: http.client.HTTPResponse) -> Answer:
    found = b""
    while len(found) < MOST_READ and (piece := response.read1(MOST_READ - len(found))):
        found += piece
    wait = response.headers.get("Retry-After", "")
    seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    said = tuple(
        (name[:LONGEST_HEADER], value[:LONGEST_HEADER]) for name, value in response.headers.items()[:MOST_HEADERS]
    )
    return Answer(response.status, found.decode("utf-8", "replace"), seconds, said)
