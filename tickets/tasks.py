"""What workers are told to do: each task calls one function and holds no logic."""

from celery import shared_task

from tickets import (
    attachments,
    bulk,
    customer_merging,
    departures,
    feed,
    outbox,
    presence,
    reading,
    scheduling,
    sweeps,
)
from tickets.search import upkeep


@shared_task
def drain_outbox() -> int:
    return outbox.drain()


@shared_task
def prune_outbox() -> int:
    return outbox.prune()


@shared_task
def follow_departures() -> int:
    return departures.follow_departures()


@shared_task
def close_solved() -> int:
    return sweeps.close_solved()


@shared_task
def send_scheduled() -> int:
    return scheduling.send_scheduled()


@shared_task
def wake_snoozed() -> int:
    return sweeps.wake_snoozed()


@shared_task
def follow_customer_merges() -> int:
    return customer_merging.follow_customer_merges()


@shared_task
def collect_abandoned_uploads() -> int:
    return attachments.collect_abandoned()


@shared_task
def keep_search_true() -> int:
    return upkeep.keep_true()


@shared_task
def forget_looks() -> int:
    return presence.forget_the_gone() + reading.forget_closed()


@shared_task
def run_bulk() -> int:
    return bulk.run_waiting()


def call_bulk_workers(count: int) -> None:
    """So many of them at once. Raises what the broker raises."""
    for _number in range(count):
        run_bulk.apply_async(retry=False, ignore_result=True)


@shared_task
def prune_bulk() -> int:
    return bulk.prune()


@shared_task
def place_changes() -> int:
    return feed.catch_up()
