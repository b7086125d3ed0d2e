"""Programs that speak for the people whom every test knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.actors import Actor
from agents.api import limits
from agents.models import Agent
from agents.tokens import make_token


class Program(Client):
    """A client that sends a token and JSON."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"})
        self.secret = secret

    def send(self, url: str, body: Any, method: str = "POST", **headers: str) -> Any:
        return self.generic(method, url, _json(body), content_type="application/json", headers=headers)


def _json(body: Any) -> str:
    import json

    return json.dumps(body)


def program(agent: Agent, scope: str = "admin") -> Program:
    _token, secret = make_token(Actor.agent(agent), name="test", scope=scope)
    return Program(secret)


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    limits._counted.clear()


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
