"""The whole product, running as users run it, with a mail server on its other side and a real browser before it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import services, templates
from tests.factories import PASSWORD
from tests.plugin_services import ROOT, SmtpSink, wait_until

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(__import__("axe_core_python").__file__).with_name("axe.min.js")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Product:
    """A running install: where its pages are, how mail goes in, and what came out of it."""

    url: str
    mail_port: int
    sink: SmtpSink
    environment: dict[str, str]
    domain: str = "desk.example"

    hands: subprocess.Popen[str] | None = None

    def ask(self, order: str, /, **arguments: Any) -> Any:
        """Have the process beside the product do or tell something: see tests/browser/hands.py."""
        assert self.hands and self.hands.stdin and self.hands.stdout
        self.hands.stdin.write(json.dumps([order, arguments]) + "\n")
        self.hands.stdin.flush()
        answer = self.hands.stdout.readline()
        assert answer, f"{order} raised in tests/browser/hands.py; its traceback stands above"
        return json.loads(answer)

    def send(self, raw: bytes, sender: str, recipient: str = "") -> None:
        """Hand a mail to the product by SMTP, as a border host would."""
        with smtplib.SMTP("127.0.0.1", self.mail_port, timeout=20) as smtp:
            smtp.sendmail(sender, [recipient or f"support@{self.domain}"], raw)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, templates_folder: Path) -> Iterator[Product]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    web, mail, out = (services.free_port() for _ in range(3))
    sink = SmtpSink(port=out)
    controller = Controller(sink, hostname=sink.host, port=out, data_size_limit=100 * 2**20)
    controller.start()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS"))},
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.base",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path_factory.mktemp("product")),
        "WEB_PORT": str(web),
        "BASE_URL": f"http://localhost:{web}",
        "MAIL_LISTEN_PORT": str(mail),
        "MAIL_DOMAIN": "desk.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(out),
        "SMTP_SECURITY": "none",
        "UNDO_SEND_SECONDS": "5",
        "MAX_UPLOAD_MB": "1",
        "OUTWARD_ALLOWED": "127.0.0.2",
        "LOG_FORMAT": "json",
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        if url := os.environ.get(f"PRODUCT_{name}"):
            environment[name] = url
    if "DATABASE_URL" not in environment:
        shutil.copy(templates.sqlite(templates_folder), Path(environment["DATA_DIR"]) / "helpdesk.sqlite3")

    made = Product(f"http://localhost:{web}", mail, sink, environment)
    made.hands = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.hands"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    made.ask("prepare")
    log = Path(environment["DATA_DIR"]) / "serve.log"
    with log.open("wb") as handle:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=handle,
            stderr=handle,
            process_group=0,
        )
    try:
        wait_until(lambda: _answers(f"http://localhost:{web}/readyz"), 180, f"the start of the product (see {log})")
        yield made
    finally:
        made.hands.communicate(timeout=20)
        os.killpg(process.pid, signal.SIGINT)
        try:
            code: int | None = process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code = None
        controller.stop()
        print(log.read_text(errors="replace")[-4000:] if code else "", flush=True)
    assert code == 0, "the product did not stop cleanly"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        time.sleep(0.2)
        return False


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(product: Product, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of somebody who signed in through the form, once per run: the door counts tries."""
    known: dict[str, Any] = {}

    def cookies_of(who: str) -> Any:
        if who not in known:
            context = chromium.new_context(base_url=product.url, locale="en-GB")
            sign_in(context.new_page(), f"{who}@desk.example")
            known[who] = context.storage_state()
            context.close()
        return known[who]

    return cookies_of


@pytest.fixture
def visit(product: Product, chromium: Browser, signed_in: Callable[[str], Any]) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: `visit("ana", "/tickets/")`. A console error or a foreign request fails the test.

    `foreign` is the one address outside that the page may ask.
    """
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_as(who: str, path: str = "/", foreign: str = "", **options: Any) -> Page:
        if who:
            options["storage_state"] = signed_in(who)
        context = chromium.new_context(base_url=product.url, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        page.on("console", lambda line: _note(trouble, page, line))
        page.on("request", lambda request: _foreign(trouble, product, foreign, request.url))
        page.goto(path)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not trouble, trouble


def _note(trouble: list[str], page: Page, line: Any) -> None:
    # A refused form answers 422 or 409, a used link 410, a panel of a ticket that went out of sight 404; browser and
    # htmx log that as an error although nothing is wrong. Nor is it when an answer comes as its page is being left.
    codes = (404, 409, 410, 422)
    told = [*(f"status of {code}" for code in codes), *(f"Status Error Code {code} " for code in codes)]
    if line.type == "error" and not any(words in line.text for words in (*told, "htmx:oobErrorNoTarget")):
        trouble.append(f"{page.url}: {line.text}")


def _foreign(trouble: list[str], product: Product, allowed: str, url: str) -> None:
    if not url.startswith((product.url, "data:", "blob:", "about:", *filter(None, [allowed]))):
        trouble.append(f"a request left the house: {url}")


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def settle(page: Page) -> None:
    """Wait for the pieces that the page fetches by itself; asked from outside, because the page allows no eval."""
    busy = "Boolean(document.querySelector('.htmx-request'))"
    wait_until(lambda: not page.evaluate(busy), 15, f"the end of what {page.url} fetches")


def axe(page: Page) -> list[str]:
    """What axe finds wrong on the page, WCAG 2.2 AA, one line each."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    chosen = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result = page.evaluate("(chosen) => axe.run(document, { runOnly: chosen, resultTypes: ['violations'] })", chosen)
    return [
        f"{v['id']}: {v['help']} — {json.dumps([n['target'] for n in v['nodes']][:5])}" for v in result["violations"]
    ]
