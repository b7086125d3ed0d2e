"""What workers are told to do about promises; each task calls one function."""

from celery import shared_task

from sla import recompute, sweep


@shared_task
def sweep_clocks() -> int:
    return sweep.sweep().done


@shared_task
def run_revisions() -> int:
    return recompute.run_waiting()


def call_revision_workers(count: int) -> None:
    """So many of them at once. Raises what the broker raises."""
    for _number in range(count):
        run_revisions.apply_async(retry=False, ignore_result=True)


@shared_task
def prune_revisions() -> int:
    return recompute.prune()
