"""One parent for all processes of an embedded install: start them, bring a dead one back, stop them together."""

import ctypes
import os
import signal
import subprocess  # nosec - our own programs, no shell
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

LIVED_WELL = 20.0  # seconds; a child that lived this long starts again at once, without a growing pause
LONGEST_PAUSE = 30.0
HOPELESS = 5  # quick deaths in a row, from the first start on, after which the supervisor gives up
PR_SET_PDEATHSIG = 1


def _leave_with_parent() -> None:
    """Ask Linux to end this child when the supervisor dies without a chance to do so (kill -9, out of memory)."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One program to keep running; `patience` is how many seconds it gets to finish when told to stop.

    One that runs `once` has done its work when it ends; one that comes `after` it waits for that.
    """

    name: str
    argv: Sequence[str]
    patience: float = 10.0
    once: bool = False
    after: "Child | None" = None
    is_over: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0
    lived_well: bool = False
    start_at: float = field(default_factory=time.monotonic)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def may_start(self) -> bool:
        waits = self.is_over or (self.after is not None and not self.after.is_over)
        return self.process is None and not waits and time.monotonic() >= self.start_at

    def start(self) -> None:
        # A group of its own: Ctrl-C reaches the supervisor alone, which then gives the children their time.
        self.process = subprocess.Popen(  # noqa: S603
            self.argv,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_leave_with_parent if sys.platform == "linux" else None,
        )
        self.started_at = time.monotonic()

    def tell_to_stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once: a worker that was killed alone would leave its pool behind."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait()

    def pause(self) -> float:
        """Return how long to wait before the next start: 1, 2, 4 … 30 s while it keeps dying young."""
        if time.monotonic() - self.started_at >= LIVED_WELL:
            self.lived_well, self.quick_deaths = True, 0
        else:
            self.quick_deaths += 1
        return min(2.0 ** max(self.quick_deaths - 1, 0), LONGEST_PAUSE)


class Supervisor:
    """Runs until SIGTERM or Ctrl-C; `run()` returns the exit code.

    All children are told to stop at the same time: whatever one still hands to another stands in the database or in the
    broker until the next start, so none has to wait for another. A second Ctrl-C ends them at once.
    """

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children, self.say = list(children), say
        self.wake = threading.Event()
        self.stops = 0

    def run(self, on_started: Callable[[], None] | None = None) -> int:
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            hopeless = self._watch(on_started)
            self._stop()
        finally:
            for child in self.children:
                child.kill()
            for number, handler in previous.items():
                signal.signal(number, handler)
        return 1 if hopeless else 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1
        self.wake.set()

    def _watch(self, on_started: Callable[[], None] | None) -> bool:
        """Keep the children alive; return True when one of them cannot be."""
        while not self.stops:
            for child in self.children:
                if child.process is not None and not child.is_alive:
                    code, child.process = child.process.returncode, None
                    if child.once:
                        child.is_over = True
                        if code:
                            self.say(f"{child.name} ended {_how(code)}; what it did so far stays.")
                        continue
                    pause = child.pause()
                    if child.quick_deaths >= HOPELESS and not child.lived_well:
                        self.say(f"{child.name} ended {HOPELESS} times in a row right after its start; giving up.")
                        return True
                    child.start_at = time.monotonic() + pause
                    self.say(f"{child.name} ended {_how(code)}; starting it again in {pause:.0f} s.")
                if child.may_start:
                    child.start()
            if on_started:
                threading.Thread(target=on_started, daemon=True).start()
                on_started = None
            self.wake.wait(0.25)
        return False

    def _stop(self) -> None:
        told_at = time.monotonic()
        waiting = [child for child in self.children if child.is_alive]
        for child in waiting:
            child.tell_to_stop()
        while waiting := [child for child in waiting if child.is_alive]:
            for child in waiting:
                if self.stops >= 2 or time.monotonic() > told_at + child.patience:
                    self.say(f"{child.name} did not stop in time and is ended.")
                    child.kill()
            time.sleep(0.05)


def _how(code: int) -> str:
    """Say how a process ended, in words."""
    if code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with code {code}"
