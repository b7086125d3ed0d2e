"""`make bench`: throwaway servers, a filled database of each size, every measurement, one table."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import business_time, report
from benchmarks.serve import DURABLE, end_on_sigterm, environment
from scripts.services import Missing, Postgres, Redis


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    given.add_argument("--tickets", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N")
    given.add_argument("--database", nargs="+", default=[], metavar="URL", help="use these, in the order of --tickets")
    given.add_argument("--rounds", type=int, default=3, help="the table shows the median of so many rounds")
    given.add_argument("--times", type=int, default=200, help="requests in a round")
    given.add_argument("--mails", type=int, default=1000, help="mails in a round; 0 leaves mail out")
    given.add_argument("--ports", type=int, default=28_000, help="the first of four ports to use")
    given.add_argument("--only-report", action="store_true", help="print the table of the last run again")
    given.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "helpdesk-bench.json")
    options = given.parse_args()
    end_on_sigterm()
    if not options.only_report:
        try:
            options.out.write_text(json.dumps(_run(options), indent=1))
        except Missing as missing:
            sys.exit(str(missing))
    print(report.table(json.loads(options.out.read_text())))


def _run(options: argparse.Namespace) -> dict[str, object]:
    arithmetic = business_time.lines()  # before anything else runs
    results = []
    with contextlib.ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = Redis(options.ports + 4).start()
        cleanup.callback(redis.stop)
        for number, tickets in enumerate(options.tickets):
            given = options.database[number] if number < len(options.database) else ""
            with _cluster(given) as url:
                results.append(_measured(options, tickets, url, redis.url, folder / str(tickets)))
    when = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return {"when": when, "machine": _machine(), "results": results, "arithmetic": arithmetic}


def _measured(options: argparse.Namespace, tickets: int, database: str, redis: str, folder: Path) -> dict[str, object]:
    env = environment(database, redis, options.ports, folder)
    command = [sys.executable, "-m", "benchmarks.measure", "--tickets", str(tickets), "--out", str(folder / "out.json")]
    for name in ("ports", "rounds", "times", "mails"):
        command += [f"--{name}", str(getattr(options, name))]
    child = subprocess.Popen(command, env=env)
    try:
        if child.wait():
            sys.exit(f"The measurement with {tickets:,} tickets failed; see above.")
    finally:
        child.terminate()
        child.wait()
    found: dict[str, object] = json.loads((folder / "out.json").read_text())
    return found


@contextlib.contextmanager
def _cluster(given: str) -> Iterator[str]:
    """The URL of a database: the given one, or one in a cluster of its own that is gone afterwards."""
    if given:
        yield given
        return
    postgres = Postgres(durable=True)
    postgres.options += " " + DURABLE
    try:
        yield postgres.start().create()
    finally:
        postgres.remove()


def _machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return f"{len(Path('/proc/cpuinfo').read_text().split('processor')) - 1} cores, {model}, {memory:.0f} GB"


if __name__ == "__main__":
    main()
