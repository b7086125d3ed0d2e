"""Tickets a second of a bulk gesture: asked for as an agent asks, done by the product's own workers."""

from __future__ import annotations

import random
import time

from agents.actors import Actor
from agents.models import Agent
from tickets import bulk
from tickets.actions import AddTag
from tickets.models import BulkJob, Ticket

PATIENCE = 180


def gestures(agent_id: int, count: int) -> float:
    """Tag `count` open tickets that the agent sees, all in one job; tickets a second from the press to the last one."""
    actor = Actor.agent(Agent.objects.get(pk=agent_id))
    seen = Ticket.objects.visible_to(actor).open()
    chosen = list(seen.order_by("-activity_at").values_list("pk", flat=True)[:count])
    started = time.perf_counter()
    job = bulk.ask(seen.filter(pk__in=chosen), [AddTag(f"measured-{random.getrandbits(32):x}")], actor)
    while time.perf_counter() - started < PATIENCE:
        if not job.items.waiting().exists():
            done = job.items.changed().count()
            print(f"  {done} of {job.total} tickets in one gesture")
            return round(done / (time.perf_counter() - started), 1)
        time.sleep(0.05)
    BulkJob.objects.filter(pk=job.pk).update(state="cancelled")
    return 0.0
