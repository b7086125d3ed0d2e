"""The recipes of docs/recipes.md work as they stand, one after the other, against a server that runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import close_old_connections

from agents.actors import Actor
from agents.integrations import make_with_token
from agents.permissions import Role
from agents.tokens import make_token
from tests.factories import make_agent, make_customer, make_ticket
from tickets.models import Message, Ticket
from webhooks.models import WebhookDelivery

PAGE = Path(__file__).parents[2] / "docs/recipes.md"
NEEDED = [program for program in ("bash", "curl", "openssl", "python3") if not shutil.which(program)]


def shell() -> str:
    return "\n".join(re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("NEEDED", reason="needs bash, curl, openssl and python3")
def test_every_recipe_works_against_a_running_server(live_server, settings, tmp_path, free_port):
    settings.OUTWARD_ALLOWED = ["127.0.0.1"]
    root = make_agent("Root", role=Role.ADMIN)
    others = [make_ticket(make_customer(f"K{n}", f"k{n}@x.example")).pk for n in range(3)]
    _token, secret = make_token(Actor.agent(root), name="recipes", scope="admin")
    given = {"role": Role.LIGHT, "teams": [], "files_for_customers": True, "scope": "file", "expires_at": None}
    _service, form = make_with_token(Actor.agent(root), name="Contact form", **given)
    close_old_connections()

    done = subprocess.run(
        ["bash", "-euc", shell()],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "DESK": live_server.url,
            "TOKEN": secret,
            "FORM_TOKEN": form,
            "PORT": str(free_port),
        },
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "Root",
        "Root",
        "low",
        "stale",
        "tag_added status_changed",
        "open",
        "sent",
        "True",
        "the signature is right",
        "opened",
        "repeated",
        "added",
        "open",
    ]
    assert [row.author_name for row in Message.objects.filter(ticket__subject="The heating makes a noise")] == [
        "Robin Berg",
        "Root",
        "Robin Berg",
    ]
    ticket = Ticket.objects.get(subject="Invoice 4711 was paid twice")
    assert [(row.public, row.attachments.count()) for row in Message.objects.filter(ticket=ticket).order_by("pk")] == [
        (False, 0),
        (True, 1),
    ]
    mirrored = {int(path.stem): json.loads(path.read_text()) for path in (tmp_path / "mirror").iterdir()}
    assert sorted(mirrored) == sorted([*others, ticket.pk])
    assert mirrored[ticket.pk]["version"] == ticket.version
    assert mirrored[ticket.pk]["status"] == "open"
    assert set(mirrored[ticket.pk]["tags"]) == {"refund", "done", "paid-back"}
    assert WebhookDelivery.objects.filter(kind="webhook_test", state="sent").count() == 1
