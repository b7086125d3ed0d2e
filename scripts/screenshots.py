"""Photographs every page of a throwaway install with demo data, wide and narrow, light and dark, for docs/screenshots.

usage: make screenshots, or python -m scripts.screenshots NAME… for some pages of scripts/screenshot_pages.py
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from playwright.sync_api import Error as BrowserError

from scripts.screenshot_pages import AGENT, PAGES, Shot
from scripts.screenshot_scene import CHOOSE, MAILS, OUTSIDE, PROMISES
from scripts.services import free_port

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
TODAY = "2026-11-20"  # fixed, so that a picture changes only when the page does
ON_THAT_DAY = f"""
import time_machine
from manage import main
time_machine.travel("{TODAY}T15:20:00Z", tick=True).start()
main()
"""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES = ((1440, 900), (390, 844))
QUALITY = 72  # of WebP: small letters stay sharp, and a picture is a third of a PNG
LARGEST = 120_000  # bytes; pictures are in everybody's clone
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent }"


def main() -> int:
    """Make the pictures; return 1 when a page did not come or a picture is too large to be committed."""
    names = sys.argv[1:] or list(PAGES)
    with tempfile.TemporaryDirectory(prefix="helpdesk-pictures-") as folder:
        environment = _environment(Path(folder))
        manage("migrate", "--verbosity", "0", environment=environment)
        manage("seed_demo", "--today", TODAY, environment=environment)
        chosen = json.loads(manage("shell", "--verbosity", "0", "-c", CHOOSE, environment=environment))
        chosen |= json.loads(manage("shell", "--verbosity", "0", "-c", MAILS.format(**chosen), environment=environment))
        chosen |= json.loads(manage("shell", "--verbosity", "0", "-c", PROMISES, environment=environment))
        chosen |= json.loads(manage("shell", "--verbosity", "0", "-c", OUTSIDE, environment=environment))
        people = {row["role"]: row for row in json.loads((Path(folder) / "demo.json").read_text())}
        with running(environment), sync_playwright() as playwright:
            # Grey letters instead of coloured fringes: half the bytes.
            flags = ["--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--disable-lcd-text"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            good = Camera(browser, environment["BASE_URL"], chosen, people).take(names)
            browser.close()
    return int(not good)


class Camera:
    """One browser with a signed-in window per person and width."""

    def __init__(self, browser: Browser, base: str, chosen: dict[str, int], people: dict[str, dict[str, str]]) -> None:
        self.browser, self.base, self.chosen, self.people = browser, base, chosen, people
        self.signed_in: dict[str, StorageState] = {}

    def take(self, names: list[str]) -> bool:
        FOLDER.mkdir(parents=True, exist_ok=True)
        good = True
        for size in SIZES:
            windows: dict[str, BrowserContext] = {}
            for name in names:
                shot = PAGES[name]
                if shot.who not in windows:
                    windows[shot.who] = self._window(shot.who, *size)
                try:
                    good &= self._picture(windows[shot.who], name, shot, *size)
                except (BrowserError, AssertionError) as problem:
                    good = False
                    print(f"{name}-{size[0]}: {str(problem).strip()[:400]}", flush=True)
            for window in windows.values():
                window.close()
        return good

    def _window(self, who: str, width: int, height: int) -> BrowserContext:
        if who and who not in self.signed_in:
            self.signed_in[who] = _sign_in(self.browser, self.base, **self.people[who])
        window = self.browser.new_context(
            base_url=self.base,
            viewport={"width": width, "height": height},
            storage_state=self.signed_in[who] if who else None,
            locale="en-GB",
            timezone_id="Europe/Copenhagen",
            reduced_motion="reduce",
        )
        window.set_default_timeout(30_000)
        window.route("**/draft/", lambda route: route.fulfill(status=204))  # a picture leaves no draft behind
        return window

    def _picture(self, window: BrowserContext, name: str, shot: Shot, width: int, height: int) -> bool:
        page = window.new_page()
        page.clock.set_fixed_time(f"{TODAY}T15:20:00Z")
        colleague: BrowserContext | None = None
        try:
            answered = page.goto(shot.path.format(**self.chosen))
            if answered is None or answered.status != shot.status:
                raise BrowserError(f"{shot.path} answered {answered.status if answered else 'nothing'}")
            if shot.beside:
                colleague = self._beside(shot.path.format(**self.chosen))
            _rest(page)
            if shot.do:
                shot.do(page)
                _rest(page)
            sizes = [_save(page, theme, FOLDER / f"{name}-{width}-{theme}.webp") for theme in ("light", "dark")]
        finally:
            page.close()
            if colleague:
                colleague.close()
        large = max(sizes) > LARGEST
        print(f"{name}-{width}: {sizes[0] // 1000} and {sizes[1] // 1000} kB" + (" (too large)" * large), flush=True)
        return not large

    def _beside(self, path: str) -> BrowserContext:
        """A colleague on the same page who begins to write."""
        window = self._window(AGENT, 1000, 800)
        page = window.new_page()
        page.goto(path)
        page.locator("#body").press_sequentially("Hello")
        return window


def _rest(page: Page) -> None:
    """Wait until the page has what it fetches by itself."""
    page.locator(".htmx-request").first.wait_for(state="detached")
    page.wait_for_load_state("networkidle") if page.locator("iframe").count() else None
    page.wait_for_timeout(200)  # frames of mails are given their height


def _save(page: Page, theme: Any, target: Path) -> int:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", STILL
    )
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    camera = page.context.new_cdp_session(page)
    answer = camera.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    camera.detach()
    return target.write_bytes(base64.b64decode(answer["data"]))


def _sign_in(browser: Browser, base: str, email: str, password: str, role: str) -> StorageState:
    context = browser.new_context(base_url=base, locale="en-GB")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    state = context.storage_state()
    context.close()
    return state


def _environment(folder: Path) -> dict[str, str]:
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.base",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(folder),
        "WEB_PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "MAIL_LISTEN_PORT": str(free_port()),
        "LOG_FORMAT": "json",
    }


def manage(*command: str, environment: dict[str, str]) -> str:
    """Run a management command on the day of the pictures and return what it printed."""
    argv = [sys.executable, "-c", ON_THAT_DAY, *command]
    done = subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


@contextmanager
def running(environment: dict[str, str]) -> Iterator[None]:
    """The web server of that install, alone: nothing is to change while pictures are taken."""
    process = subprocess.Popen(
        [sys.executable, "-c", ON_THAT_DAY, "runserver", "--noreload", environment["BASE_URL"].removeprefix("http://")],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{environment['BASE_URL']}/healthz", process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"The web server did not start within {seconds:g} s.")


if __name__ == "__main__":
    sys.exit(main())
