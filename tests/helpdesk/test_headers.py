"""What every answer tells a browser, errors and refusals included (ASVS 3.4, F14, F15)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from scripts import templates

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a canary that no page may show")


def own_rules(request: HttpRequest) -> HttpResponse:
    return HttpResponse("file", headers={"Cache-Control": "private, max-age=60", "X-Frame-Options": "SAMEORIGIN"})


urlpatterns = [path("broken/", broken), path("own/", own_rules)]

REQUESTS = {
    "a probe": ("get", "/healthz", {}),
    "a probe by a wrong method": ("post", "/healthz", {}),
    "closed metrics": ("get", "/metrics", {}),
    "the sign-in page": ("get", "/accounts/login/", {}),
    "a page that is not there": ("get", "/nothing/", {}),
    "a wrong host": ("get", "/accounts/login/", {"headers": {"host": "evil.example"}}),
    "a redirect": ("get", "/accounts/login", {}),
    "the admin": ("get", "/admin/", {}),
}


def assert_safe(response: Any) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response["X-Request-ID"]
    assert "Server" not in response


@pytest.mark.parametrize("name", REQUESTS)
def test_every_answer_carries_the_headers(client: Client, db: None, name: str) -> None:
    method, url, extra = REQUESTS[name]

    assert_safe(getattr(client, method)(url, **extra))


def test_a_forged_form_is_refused_with_the_same_headers(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.c"})

    assert response.status_code == 403
    assert_safe(response)


@override_settings(ROOT_URLCONF="tests.helpdesk.test_headers")
def test_a_crash_carries_the_headers_and_shows_nothing_of_the_inside(db: None) -> None:
    response = Client(raise_request_exception=False).get("/broken/")

    assert response.status_code == 500
    assert_safe(response)
    assert b"canary" not in response.content
    assert b"RuntimeError" not in response.content


@override_settings(ROOT_URLCONF="tests.helpdesk.test_headers")
def test_a_view_may_choose_its_own_caching_and_framing(client: Client) -> None:
    response = client.get("/own/")

    assert response["Cache-Control"] == "private, max-age=60"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_cookies_of_an_https_install_are_bound_to_it(tmp_path: Path, templates_folder: Path) -> None:
    """F15: __Host- names, Secure, HttpOnly, SameSite; HSTS for a year; plain HTTP is sent to HTTPS, probes are not."""
    code = """
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
secure, plain = Client(), Client()
page = secure.get("/accounts/login/", secure=True, headers={"host": "help.example.com"})
cookie = page.cookies["__Host-csrf"]
print(bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["path"], repr(cookie["domain"]))
print(page["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
moved = plain.get("/accounts/login/", headers={"host": "help.example.com"})
print(moved.status_code, moved["Location"])
print(plain.get("/healthz", headers={"host": "10.0.0.1"}).status_code)
"""
    shutil.copy(templates.sqlite(templates_folder), tmp_path / "helpdesk.sqlite3")
    key = "9fJ2-kTz7QxV5mB8cN1pR4sW6yH3dG0aLeUoIiPq_ZXCVBNM-77"
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.base",
        "BASE_URL": "https://help.example.com",
        "SECRET_KEY": key,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "error",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=200)

    assert done.stdout.splitlines() == [
        "True True Lax / ''",
        "max-age=31536000; includeSubDomains; preload",
        "__Host-session True True",
        "301 https://help.example.com/accounts/login/",
        "200",
    ], done.stderr


def test_strangers_cannot_sign_up(client: Client, db: None) -> None:
    """F11, A10: there is no account to be had by asking."""
    from agents.models import Agent

    answer = client.post("/accounts/signup/", {"email": "eve@example.com", "password1": "correct horse battery"})

    assert answer.status_code in (200, 403, 404)
    assert not Agent.objects.exists()
