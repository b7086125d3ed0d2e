"""Redis is full, or turns into a replica that takes no writes: nothing that was promised is lost."""

from __future__ import annotations

import socket

import pytest

from scripts.services import Redis
from tests.faults.house import House
from tests.faults.test_broker_faults import OPEN_FIVE

pytestmark = pytest.mark.services


def tell_redis(server: Redis, command: str) -> str:
    """Say one line to the server and return its answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(1000).decode().strip()


@pytest.mark.parametrize(
    ("breaks", "heals"),
    [
        pytest.param("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", id="full"),
        pytest.param("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", id="read-only"),
    ],
)
def test_a_broker_that_refuses_to_write_loses_nothing(
    big_house: House, private_redis: Redis, breaks: str, heals: str
) -> None:
    """Fault F10, Fault F11: changes commit without it, and are worked off once it takes writes again."""
    assert tell_redis(private_redis, breaks) == "+OK"

    big_house.run(OPEN_FIVE)

    assert big_house.outbox() == {"owed": 5, "done": 0, "dead": 0}
    assert tell_redis(private_redis, heals) == "+OK"
    big_house.start_background()
    big_house.wait_until_nothing_is_owed()
    assert len(big_house.remembered()) == 5
