"""Photographs the main pages of a throwaway install with demo data, for docs/screenshots."""

from __future__ import annotations

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

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

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
THEMES = ("light", "dark")
LARGEST = 200_000  # bytes; pictures are in everybody's clone
PAGES = {
    "sign-in": ("", "/accounts/login/"),
    "inbox": ("ops manager", "/tickets/?view=all"),
    "ticket": ("ops manager", "/tickets/{ticket}/#conversation"),
    "new-ticket": ("ops manager", "/tickets/new/"),
    "customer": ("ops manager", "/customers/{customer}/"),
    "notifications": ("second agent", "/notifications/"),
    "notification-settings": ("second agent", "/settings/notifications/"),
    "agents": ("admin", "/settings/agents/"),
    "mail-console": ("admin", "/settings/mail/"),
}
# A ticket worth showing: a conversation with notes and a file, of somebody with an organisation.
CHOOSE = """
import json
from django.db.models import Count, Q
from tickets.models import Message, Ticket
notes = Count("messages", Q(messages__public=False))
row = (
    Ticket.objects.filter(language="en", organization__isnull=False, assignee__isnull=False)
    .filter(pk__in=Message.objects.filter(attachments__isnull=False).values("ticket")).exclude(status="closed")
    .annotate(notes=notes, size=Count("messages")).filter(notes__gte=1, size__gte=4).order_by("-activity_at")[0]
)
print(json.dumps({"ticket": row.pk, "customer": row.requester_id}))
"""
# What the mail console shows: questions, a robot, an answer, and a stranger's answer that waits.
MAILS = """
import email.message
from channels.inbound import process, receive
from channels.models import Mailbox
from channels.signing import reply_address
from customers.models import Customer
box = Mailbox.objects.order_by("pk").first()
signed = reply_address(box, {ticket})
known = Customer.objects.get(pk={customer}).email
rows = [
    ("Erik Dahl <erik@nordlys.example>", box.address, "Where is my parcel?", "Hello, it is late.", dict()),
    ("Shop Bot <no-reply@shop.example>", box.address, "Out of office", "Away.", {{"Auto-Submitted": "auto-replied"}}),
    ("Rory Selwood <" + known + ">", signed, "Re: Error E22 on the display", "It works again, thank you all.", dict()),
    ("Mona Berg <mona@elsewhere.example>", signed, "Re: Error E22 on the display", "I have the same.", dict()),
    ("Anna Wolska <anna@rowery.example>", box.address, "Question about invoice F-7301", "Which VAT number?", dict()),
]
for number, (sender, to, subject, text, more) in enumerate(rows):
    mail = email.message.EmailMessage()
    headers = {{"From": sender, "To": to, "Subject": subject, "Message-ID": f"<{{number}}@pictures.example>", **more}}
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    address = sender.split("<")[1][:-1]
    kept = receive(mail.as_bytes(), box, transport="smtp", envelope_from=address, envelope_to=[to])
    process(kept.pk)
"""


def main() -> int:
    """Make every picture; return 1 when one is too large to be committed."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-pictures-") as folder:
        environment = _environment(Path(folder))
        manage("migrate", "--verbosity", "0", environment=environment)
        manage("seed_demo", "--today", TODAY, environment=environment)
        chosen = json.loads(manage("shell", "--verbosity", "0", "-c", CHOOSE, environment=environment))
        manage("shell", "--verbosity", "0", "-c", MAILS.format(**chosen), environment=environment)
        people = {row["role"]: row for row in json.loads((Path(folder) / "demo.json").read_text())}
        with running(environment), sync_playwright() as playwright:
            # Grey letters instead of coloured fringes: half the bytes.
            flags = ["--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--disable-lcd-text"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            largest = max(_pictures(browser, environment["BASE_URL"], chosen, people))
            browser.close()
    return int(largest > LARGEST)


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


def _pictures(browser: Browser, base: str, chosen: dict[str, int], people: dict[str, dict[str, str]]) -> Iterator[int]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    signed_in = {who: _sign_in(browser, base, **people[who]) for who in ("ops manager", "admin")}
    for width, height in SIZES:
        for theme in THEMES:
            for name, (who, path) in PAGES.items():
                # The list is the one picture that is all small letters.
                lower = min(height, 640) if (name, width) == ("inbox", 1440) else height
                context = browser.new_context(
                    base_url=base,
                    viewport={"width": width, "height": lower},
                    color_scheme="dark" if theme == "dark" else "light",
                    storage_state=signed_in[who] if who else None,
                    locale="en-GB",
                    timezone_id="Europe/Copenhagen",
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.clock.set_fixed_time(f"{TODAY}T15:20:00Z")
                yield _picture(page, path.format(**chosen), FOLDER / f"{name}-{width}-{theme}.png")
                context.close()


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


def _picture(page: Page, path: str, target: Path) -> int:
    answered = page.goto(path)
    if answered is None or answered.status != 200:
        sys.exit(f"{path} answered {answered.status if answered else 'nothing'}.")
    page.locator(".htmx-request").first.wait_for(state="detached")
    page.wait_for_timeout(300)  # frames of mails
    page.screenshot(path=target, animations="disabled")
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size // 1000} kB" + (" (too large)" if size > LARGEST else ""), flush=True)
    return size


if __name__ == "__main__":
    sys.exit(main())
