"""`make bench`: throwaway servers, a filled database of each size, every measurement, one table."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import report
from benchmarks.serve import DURABLE, environment
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
    if not options.only_report:
        try:
            options.out.write_text(json.dumps(_run(options), indent=1))
        except Missing as missing:
            sys.exit(str(missing))
    print(report.table(json.loads(options.out.read_text())))


def _run(options: argparse.Namespace) -> dict[str, object]:
    results = []
    with contextlib.ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = Redis(options.ports + 4).start()
        cleanup.callback(redis.stop)
        urls = list(options.database)
        if len(urls) < len(options.tickets):
            postgres = Postgres(durable=True)
            cleanup.callback(postgres.remove)
            postgres.options += " " + DURABLE
            postgres.start()
            urls = [_database(postgres, n) for n in options.tickets]
        for tickets, url in zip(options.tickets, urls, strict=True):
            env = environment(url, redis.url, options.ports, folder / str(tickets))
            out = folder / f"{tickets}.json"
            command = [sys.executable, "-m", "benchmarks.measure", "--tickets", str(tickets), "--out", str(out)]
            for name in ("ports", "rounds", "times", "mails"):
                command += [f"--{name}", str(getattr(options, name))]
            if subprocess.run(command, env=env, check=False).returncode:
                sys.exit(f"The measurement with {tickets:,} tickets failed; see above.")
            results.append(json.loads(out.read_text()))
    when = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return {"when": when, "machine": _machine(), "results": results}


def _database(postgres: Postgres, tickets: int) -> str:
    url = postgres.create() if not getattr(postgres, "made", False) else ""
    postgres.made = True  # type: ignore[attr-defined]
    base = url or f"postgres://app@{str(postgres.folder).replace('/', '%2F')}/app"
    name = f"tickets{tickets}"
    postgres._run("psql", "-h", str(postgres.folder), "-U", "postgres", "-q", "-c", f"create database {name} owner app")
    return base.rsplit("/", 1)[0] + f"/{name}"


def _machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return f"{len(Path('/proc/cpuinfo').read_text().split('processor')) - 1} cores, {model}, {memory:.0f} GB"


if __name__ == "__main__":
    main()
