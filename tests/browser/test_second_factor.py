"""Signing in with a second factor, as somebody with an authenticator app and a sheet of recovery codes does."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD


def code_now(secret: str) -> str:
    """RFC 6238 with the usual numbers: SHA-1, thirty seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def fresh_code(secret: str) -> str:
    """A code that stays good for the next seconds, also on a slow machine."""
    if time.time() % 30 > 22:
        time.sleep(31 - time.time() % 30)
    return code_now(secret)


def give_password(page: Page, email: str) -> None:
    page.goto("about:blank")  # what the page still asks for would bring cookies back
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_code(page: Page, code: str) -> None:
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_code_is_asked_for_and_a_recovery_code_works_once(product, visit):
    email = product.ask("hire", name="Tom Totp")
    page = visit("", "/accounts/login/")
    give_password(page, email)
    page.wait_for_url("**/tickets/**")

    page.goto("/accounts/2fa/totp/activate/")
    secret = page.locator("code.key").inner_text().strip()
    page.get_by_label("Code").fill(fresh_code(secret))
    page.get_by_role("button", name="Switch on").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    recovery = re.findall(r"\b[0-9a-f]{8}\b", page.locator("main").inner_text())
    assert len(set(recovery)) == 10

    # The password alone opens nothing, and a wrong code is refused in words.
    give_password(page, email)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    page.goto("/tickets/")
    assert page.url.startswith(f"{product.url}/accounts/")
    give_password(page, email)
    wrong = f"{(int(code_now(secret)) + 123_456) % 10**6:06}"
    give_code(page, wrong)
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    assert "/accounts/2fa/authenticate/" in page.url

    give_code(page, fresh_code(secret))
    page.wait_for_url("**/tickets/**")

    give_password(page, email)
    give_code(page, recovery[0])
    page.wait_for_url("**/tickets/**")
    give_password(page, email)
    give_code(page, recovery[0])
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    assert "/accounts/2fa/authenticate/" in page.url
