"""How much work something costs: CPU time of this process and its children, which a busy machine does not stretch."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager


def spent() -> float:
    """Seconds of CPU so far, of this process and of the children that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@contextmanager
def cpu_below(seconds: float) -> Iterator[None]:
    """Fail when the block needs more CPU. Bounds are several times what was seen: they catch growth, not noise."""
    before = spent()
    yield
    used = spent() - before
    assert used < seconds, f"{used:.2f} s of CPU, allowed are {seconds} s"
