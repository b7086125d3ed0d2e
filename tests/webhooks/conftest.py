"""Real receivers on this machine, allowed by setting, and webhooks that lead to them."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from agents.actors import Actor
from webhooks import administration
from webhooks.models import Webhook


@dataclass
class Receiver:
    """What it took, in order; `behave(request)` answers in its own way, or returns a status."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    behave: Callable[[Any, dict[str, Any]], int | None] = lambda _door, _body: 204

    def kinds(self) -> list[str]:
        return [body["kind"] for body in self.bodies]


@pytest.fixture
def make_receiver(settings: Any) -> Iterator[Callable[..., Receiver]]:
    settings.OUTWARD_ALLOWED = ["127.0.0.1"]
    servers = []

    def make(behave: Callable[[Any, dict[str, Any]], int | None] | None = None) -> Receiver:
        receiver = Receiver()
        if behave:
            receiver.behave = behave

        class Door(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                body = json.loads(raw)
                receiver.raw.append(raw)
                receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
                receiver.bodies.append(body)
                status = receiver.behave(self, body)
                if status is not None:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        server.daemon_threads, server.block_on_close = True, False
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        return receiver

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(make_receiver: Callable[..., Receiver]) -> Receiver:
    return make_receiver()


@pytest.fixture
def as_root(root: Any) -> Actor:
    return Actor.agent(root)


@pytest.fixture
def make_webhook(as_root: Actor) -> Callable[..., Webhook]:
    """A webhook of Root's; `secret` is on it as it was shown."""

    def make(receiver: Receiver, name: str = "Warehouse", **known: Any) -> Webhook:
        webhook, secret = administration.make(as_root, {"name": name, "url": receiver.url, **known})
        webhook.shown_secret = secret  # type: ignore[attr-defined]
        return webhook

    return make


def hang(seconds: float) -> Callable[[Any, dict[str, Any]], int | None]:
    def behave(door: Any, body: dict[str, Any]) -> int | None:
        time.sleep(seconds)
        return None

    return behave
