"""Agents' answers by mail: who may answer which ticket from their own mail program, and what proves that it is them."""

from __future__ import annotations

from collections.abc import Sequence

from agents.models import Agent
from channels import signing
from channels.classify import LOOP_HEADER


def headers_for(agent: Agent, ticket_ids: Sequence[int]) -> dict[str, str]:
    """What mail adds to the headers of a mail of news to `agent` about these tickets."""
    return {LOOP_HEADER: signing.loop_marker()}
