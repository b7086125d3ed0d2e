"""Programs that speak for the people whom every test knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.actors import Actor
from agents.api import limits
from agents.models import Agent
from agents.tokens import make_token
from tests.api.fitting import expect_fit


class Program(Client):
    """A client that sends a token and JSON, and holds what it is answered against the schema."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"})
        self.secret = secret

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().generic(method, path, *args, **kwargs)
        expect_fit(method, path, answer)
        return answer

    def send(self, url: str, body: Any, method: str = "POST", **headers: str) -> Any:
        return self.generic(method, url, _json(body), content_type="application/json", headers=headers)


def _json(body: Any) -> str:
    import json

    return json.dumps(body)


def program(agent: Agent, scope: str = "admin") -> Program:
    _token, secret = make_token(Actor.agent(agent), name="test", scope=scope)
    return Program(secret)


@pytest.fixture(autouse=True)
def _nothing_counted_yet(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 100_000
    limits._counted.clear()


@pytest.fixture(autouse=True)
def _what_others_are_answered_fits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers, sessions and wrong tokens; a Program looks for itself. A crash that a test makes has no shape."""
    plain = Client.request

    def request(client: Client, **environ: Any) -> Any:
        answer = plain(client, **environ)
        if not isinstance(client, Program) and answer.status_code != 500:
            expect_fit(environ["REQUEST_METHOD"], environ["PATH_INFO"], answer)
        return answer

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture
def ana_program(ana: Agent) -> Program:
    return program(ana)


@pytest.fixture
def leo_program(leo: Agent) -> Program:
    return program(leo)


@pytest.fixture
def mia_program(mia: Agent) -> Program:
    return program(mia)


@pytest.fixture
def otto_program(otto: Agent) -> Program:
    return program(otto)
