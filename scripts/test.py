"""`make test`: every check, the suite on both databases, the browser tests; one table at the end says what ran.

usage: make test ARGS="[--only check|sqlite|postgres|browser] [-- arguments for pytest]"
"""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import packages, templates  # noqa: E402
from scripts.services import Missing, Postgres, Redis, chromium  # noqa: E402

PYTHON = sys.executable
EXTRA: list[str] = []  # what stands after -- goes to pytest
CHECK_BESIDE: list[bool] = []  # not empty: the checks run beside the last stage
APPS = [
    "agents",
    "customers",
    "tickets",
    "sla",
    "automation",
    "channels",
    "notifications",
    "surveys",
    "webhooks",
    "reports",
    "helpdesk",
]
RESULTS = ROOT / "test-results"
TEMPLATES = Path(tempfile.mkdtemp(prefix="helpdesk-templates-"))  # migrated databases, made in this run
# Seconds after which a stage is taken to hang; a quiet 2-core machine needs far less (docs/operations.md).
LIMITS = {"check": 400, "sqlite": 1200, "postgres": 1200, "browser": 1200, "browser-postgres": 600}
# What an agent's day goes through on both databases; the rest of the browser tests looks at pages, not at rows.
DAY = [f"tests/browser/test_{name}.py" for name in ("day", "search")]


@dataclass
class Result:
    """What one stage or check came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    remark: str = ""
    skips: Counter[str] = field(default_factory=Counter)  # why tests did not run, and how many each


def say(sentence: str) -> None:
    print(sentence, flush=True)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a stage: nothing of a developer's own install reaches the tests."""
    ours = (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "BASE_URL",
        "ALLOWED_HOSTS",
        "DATA_DIR",
        "SMTP_",
        "MAIL_",
        "DEBUG",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"ENV_FILE": os.devnull, "LOG_FORMAT": "json", templates.FOLDER: str(TEMPLATES)} | more


def run(command: list[str], env: dict[str, str], limit: float) -> int | None:
    """Run a command with its output shown; None when it had to be ended because the time was up."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, process_group=0)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End whatever the stage left running: only its own process group."""
    try:
        os.killpg(process.pid, signal.SIGTERM if process.poll() is None else signal.SIGKILL)
        process.wait(10)
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# ---------------------------------------------------------------- make check


def checks(folder: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """List name, command and extra environment of each check."""
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    production = {
        "DATA_DIR": folder,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "BASE_URL": "https://help.example.com",
        "SMTP_HOST": "smtp.example.com",
    }
    manage, plain = [PYTHON, "manage.py"], {"DATA_DIR": folder}
    programs = Path(PYTHON).parent
    return [
        ("ruff check", [PYTHON, "-m", "ruff", "check", "--quiet", "."], {}),
        ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."], {}),
        ("djade", [str(programs / "djade"), "--check", "--target-version", "5.2", *templates] if templates else [], {}),
        ("mypy", [PYTHON, "-m", "mypy", "--no-error-summary", *APPS], plain),
        ("import-linter", [str(programs / "lint-imports"), "--no-cache"], plain),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], plain),
        ("messages", [*manage, "check_messages"], plain),
        ("shell scripts", ["sh", "-n", "scripts/bootstrap", "scripts/lock", "scripts/clean", ".ci/run"], {}),
    ]


def check() -> list[Result]:
    """Run every check, also after one failed."""
    results = []
    folder = tempfile.mkdtemp(prefix="helpdesk-check-")
    deadline = time.monotonic() + LIMITS["check"]
    for name, command, extra in checks(folder):
        started = time.monotonic()
        code = run(command, environment(**extra), max(deadline - started, 1)) if command else 0
        remark = {0: "ok", None: "took too long"}.get(code, "failed; see above")
        say(f"check: {name}: {remark}")
        results.append(
            Result(f"check: {name}", failed=int(code != 0), seconds=time.monotonic() - started, remark=remark)
        )
    shutil.rmtree(folder, ignore_errors=True)
    return results


# ---------------------------------------------------------------- pytest


def pytest(stage: str, env: dict[str, str], *args: str) -> Result:
    """Run one pytest stage and read its counts from the JUnit report, not from its words."""
    report = RESULTS / f"{stage}.xml"
    report.unlink(missing_ok=True)
    started = time.monotonic()
    command = [PYTHON, "-m", "pytest", "-q", "--junitxml", str(report), "-o", "cache_dir=.pytest_cache", *args, *EXTRA]
    code = run(command, environment(**env), LIMITS[stage])
    result = counts(stage, report)
    result.seconds = time.monotonic() - started
    if code is None:
        result.failed, result.remark = result.failed + 1, "took too long and was ended"
    elif code == 5:  # pytest found nothing to run
        result.remark = "no tests"
    elif code != 0 and not result.failed:
        result.failed, result.remark = 1, f"pytest ended with code {code}"
    return result


def counts(stage: str, report: Path) -> Result:
    """Count the outcomes in a JUnit report; all zero when there is none."""
    result = Result(stage)
    if report.exists():
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
            total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            result.failed, result.skipped = result.failed + failed, result.skipped + skipped
            result.passed += max(total - failed - skipped, 0)
            for one in suite.iter("skipped"):
                result.skips[one.get("message", "").strip() or "without a reason"] += 1
    return result


def workers(spare: int = 1) -> list[str]:
    """Spread the suite over the processors, whole files at a time; a chosen test alone starts quicker without."""
    if any("::" in arg or arg in ("-x", "--pdb", "-n0") for arg in EXTRA):
        return []
    # One to spare where many tests wait for processes; in the order that tests/plugin_stages.py gives.
    return ["-n", str(min(os.cpu_count() or 1, 4) + spare), "--dist", "loadfile", "--no-loadscope-reorder"]


def chosen() -> bool:
    """Only some files were asked for."""
    return any(arg.startswith("tests/") for arg in EXTRA)


def stage_only(name: str) -> dict[str, str]:
    """Leave out what the other stage shows as well; chosen tests run in both."""
    return {} if chosen() else {"SUITE_STAGE": name}


def sqlite() -> list[Result]:
    """Run the suite on SQLite with the embedded broker."""
    return [pytest("sqlite", stage_only("sqlite"), "-m", "not browser", *workers())]


def postgres() -> list[Result]:
    """Run the suite on servers of its own."""
    redis, cluster = Redis(), Postgres(like=templates.postgres(TEMPLATES))
    try:
        cluster.start()
        redis.start()
        env = {"DATABASE_URL": cluster.url("app"), "REDIS_URL": redis.url, **stage_only("postgres")}
        env["SUITE_TEMPLATE_DATABASE"] = cluster.MIGRATED
        return [pytest("postgres", env, "-m", "not browser", *workers(spare=0))]
    finally:
        redis.stop()
        cluster.remove()


def browser() -> list[Result]:
    """Run the browser tests; each of two processes has a product and a Chromium of its own."""
    env = {"CHROMIUM": chromium(), "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    if not (ROOT / "tests" / "browser").is_dir():
        return [Result("browser", remark="no tests")]
    spread = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"] if workers() and not chosen() else []
    first = pytest("browser", env, "-m", "browser", *spread)
    # The second browser stage is one process, which leaves a processor to the checks when these are wanted too.
    with ThreadPoolExecutor(1) as beside:
        checking = beside.submit(run_stage, "check") if CHECK_BESIDE else None
        second = browser_postgres(env)
        return [first, second, *(checking.result() if checking else [])]


def browser_postgres(env: dict[str, str]) -> Result:
    """Run an agent's day once more, with the product on servers of its own; a chosen test instead if one is chosen."""
    name = "browser-postgres"
    try:
        redis, cluster = Redis(), Postgres(like=templates.postgres(TEMPLATES))
    except Missing as problem:
        return Result(name, failed=1, remark=f"did not run: {problem}")
    try:
        cluster.start()
        redis.start()
        servers = {"PRODUCT_DATABASE_URL": cluster.url(cluster.MIGRATED), "PRODUCT_REDIS_URL": redis.url}
        return pytest(name, env | servers, "-m", "browser", *([] if chosen() else DAY))
    finally:
        redis.stop()
        cluster.remove()


# ---------------------------------------------------------------- all together

STAGES: dict[str, Callable[[], list[Result]]] = {
    "check": check,
    "sqlite": sqlite,
    "postgres": postgres,
    "browser": browser,
}


def run_stage(name: str) -> list[Result]:
    """Run one stage; a stage that cannot run counts as failed, because it proved nothing."""
    say(f"\n=== {name} " + "=" * (70 - len(name)))
    try:
        return STAGES[name]()
    except Missing as problem:
        return [Result(name, failed=1, remark=f"did not run: {problem}")]
    except Exception as problem:
        return [Result(name, failed=1, remark=f"did not run: {type(problem).__name__}: {problem}")]


def summary(results: list[Result]) -> None:
    """Print the table, and as the very last line the three counts."""
    say(f"\n{'stage':<24} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for one in results:
        numbers = f"{one.passed:>7} {one.failed:>7} {one.skipped:>8} {one.seconds:>8.1f}"
        say(f"{one.name:<24} {numbers}  {one.remark}".rstrip())
    did_not_run = [f"stage {one.name} {one.remark}" for one in results if one.remark.startswith("did not run")]
    for one in results:
        did_not_run += [f"{one.name}: {count} tests skipped: {why}" for why, count in one.skips.items()]
    say("\nWhat did not run:" if did_not_run else "")
    for sentence in did_not_run:
        say(f"  {sentence}")
    if lacking := packages.missing([one.name for one in results]):
        say(f"  To run it, install what is missing: {packages.line(lacking)}")
    passed, failed, skipped = (sum(getattr(one, key) for one in results) for key in ("passed", "failed", "skipped"))
    say(f"{passed} passed, {failed} failed, {skipped} skipped")


def main() -> int:
    """Run the chosen stages and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(STAGES), help="run this stage; may be given again")
    EXTRA.extend(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else [])
    options = parser.parse_args(sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else None)

    # A stopped run still takes its servers down: the handlers raise, and every stage cleans up in `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    RESULTS.mkdir(exist_ok=True)
    os.chdir(ROOT)
    stages = options.only or list(STAGES)
    packages.install_missing(stages, say)
    if {"check", "browser"} <= set(stages) and (os.cpu_count() or 1) > 1:
        CHECK_BESIDE.append(True)
        stages = [name for name in stages if name != "check"]
    results = [result for name in stages for result in run_stage(name)]
    if CHECK_BESIDE and not any(result.name.startswith("check") for result in results):
        results += run_stage("check")  # there was no browser to stand beside
    summary(results)
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    finally:
        templates.remove(TEMPLATES)
