"""Settings of mailboxes: who may, what is refused, what is kept secret, and what a test of the connection says."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from agents.audit import phrase
from agents.models import Agent, Team
from agents.records import AgentAudit
from channels import secrets
from channels.models import Mailbox, MailboxChange
from channels.transports import hosts
from channels.transports.imap_check import check_connection
from helpdesk.lib.errors import HelpdeskError
from tests.channels.mailroom import make_mailbox


@pytest.fixture
def admin(client: Client, root: Agent) -> Client:
    client.force_login(root)
    return client


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Billing", "address": "billing@desk.example", "aliases": "", "team": "", "language": "da",
        "signature": "", "acknowledges": "on", "active": "on", "imap_host": "", "imap_port": "993",
        "imap_security": "tls", "imap_user": "", "imap_password": "", "imap_folder": "INBOX",
    } | fields  # fmt: skip


def test_an_admin_makes_a_mailbox_and_the_change_names_them(admin: Client, root: Agent, billing: Team) -> None:
    sent = form(address="Billing@Desk.example", aliases="Invoices@desk.example\nmoney@desk.example", team=billing.pk)

    answered = admin.post(reverse("channels:new_mailbox"), sent)

    made = Mailbox.objects.get()
    assert answered.status_code == 302
    assert (made.address, made.aliases) == ("billing@desk.example", ["invoices@desk.example", "money@desk.example"])
    assert (made.team, made.language, made.acknowledges) == (billing, "da", True)
    change = MailboxChange.objects.get()
    assert (change.agent, change.mailbox) == (root, made)
    assert change.what["address"] == [None, "billing@desk.example"]


def test_an_edit_names_what_was_altered_and_nothing_else(admin: Client) -> None:
    admin.post(reverse("channels:new_mailbox"), form())
    made = Mailbox.objects.get()

    admin.post(reverse("channels:mailbox", args=[made.pk]), form(name="Accounts"))
    admin.post(reverse("channels:mailbox", args=[made.pk]), form(name="Accounts"))

    assert MailboxChange.objects.all()[0].what == {"name": ["Billing", "Accounts"]}
    assert MailboxChange.objects.count() == 2
    assert "Root: name</span>" in admin.get(reverse("channels:mailbox", args=[made.pk])).content.decode()
    assert [phrase(entry) for entry in AgentAudit.objects.filter(kind__startswith="mailbox_").order_by("-pk")] == [
        "Root changed the mailbox Accounts: name",
        "Root made the mailbox Billing",
    ]


def test_changes_from_before_the_one_log_enter_it_at_their_times(root: Agent) -> None:
    mailbox, then = make_mailbox(), datetime(2026, 11, 1, 9, tzinfo=UTC)
    for what in ({"address": [None, "a@x.example"]}, {"imap_host": ["", "x"], "imap_password": []}):
        MailboxChange.objects.create(mailbox=mailbox, agent=root, what=what, created_at=then)

    import_module("channels.migrations.0004_mailbox_changes_in_the_audit_log").enter(apps, None)

    assert [(entry.at, entry.actor, phrase(entry)) for entry in AgentAudit.objects.order_by("pk")] == [
        (then, root, f"Root made the mailbox {mailbox.name}"),
        (then, root, f"Root changed the mailbox {mailbox.name}: IMAP server, IMAP password"),
    ]


IMAP = {"imap_host": "imap.desk.example", "imap_user": "billing", "imap_password": "hunter2 secret"}


def test_a_password_is_encrypted_never_shown_and_kept_when_left_empty(admin: Client) -> None:
    admin.post(reverse("channels:new_mailbox"), form(**IMAP))
    made = Mailbox.objects.get()
    page = admin.get(reverse("channels:mailbox", args=[made.pk]))

    admin.post(reverse("channels:mailbox", args=[made.pk]), form(**IMAP | {"imap_password": "", "name": "Accounts"}))

    made.refresh_from_db()
    assert "hunter2" not in made.imap_secret
    assert secrets.decrypt(made.imap_secret) == "hunter2 secret"
    assert b"hunter2" not in page.content
    assert "hunter2" not in str([change.what for change in MailboxChange.objects.all()])
    assert MailboxChange.objects.last().what["imap_password"] == []  # type: ignore[union-attr]
    assert made.name == "Accounts"


def test_another_server_starts_at_its_beginning(admin: Client) -> None:
    admin.post(reverse("channels:new_mailbox"), form(**IMAP))
    Mailbox.objects.update(imap_uidvalidity=7, imap_last_uid=500, imap_error="Down")
    made = Mailbox.objects.get()

    admin.post(reverse("channels:mailbox", args=[made.pk]), form(**IMAP | {"imap_host": "other.desk.example"}))

    made.refresh_from_db()
    assert (made.imap_uidvalidity, made.imap_last_uid, made.imap_error) == (None, 0, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": "no address"}, "address"),
        ({"address": "support@desk.example"}, "address"),
        ({"address": "HELP@desk.example"}, "address"),
        ({"aliases": "ok@desk.example support@desk.example"}, "address"),
        ({"aliases": "nonsense"}, "aliases"),
        ({"language": "xx"}, "language"),
        ({"imap_host": "imap.desk.example"}, "imap_user"),
        ({"imap_host": "imap.desk.example", "imap_user": "x"}, "imap_password"),
        ({**IMAP, "imap_host": "imap://desk.example/"}, "imap_host"),
        ({**IMAP, "imap_port": "70000"}, "imap_port"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(admin: Client, fields: dict[str, str], field: str) -> None:
    make_mailbox(aliases=["help@desk.example"])

    answered = admin.post(reverse("channels:new_mailbox"), form(**fields))

    assert answered.status_code == 422
    assert field in answered.context["form"].errors
    assert Mailbox.objects.count() == 1
    assert MailboxChange.objects.count() == 0


FORBIDDEN = [
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", FORBIDDEN)
def test_a_server_inside_is_not_connected_to(settings: Any, host: str) -> None:
    """H01, H04: loopback, private, link-local, metadata and their spellings, in a production install."""
    settings.EMBEDDED = False

    with pytest.raises(HelpdeskError) as refused:
        hosts.vet(host, 993)

    assert refused.value.code in {"forbidden_host", "unknown_host"}


def test_an_operator_may_allow_a_private_network(settings: Any) -> None:
    settings.EMBEDDED = False
    settings.MAIL_SERVER_NETWORKS = ["10.1.0.0/16"]

    assert hosts.vet("10.1.2.3", 993) == "10.1.2.3"
    with pytest.raises(HelpdeskError):
        hosts.vet("10.2.2.3", 993)


def test_metadata_is_forbidden_in_an_embedded_install_too(settings: Any) -> None:
    assert hosts.vet("127.0.0.1", 993) == "127.0.0.1"
    with pytest.raises(HelpdeskError):
        hosts.vet("169.254.169.254", 80)


class Imap(socketserver.ThreadingTCPServer):
    """Speaks just enough IMAP to be signed in to."""

    allow_reuse_address = daemon_threads = True


class ImapTalk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.strip().partition(b" ")
            verb = command.split(b" ")[0].upper()
            if verb == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == b"LOGIN" and b'"right"' not in command:
                self.wfile.write(tag + b" NO [AUTHENTICATIONFAILED] Wrong\r\n")
                continue
            elif verb == b"EXAMINE" and b"INBOX" not in command:
                self.wfile.write(tag + b" NO no such folder\r\n")
                continue
            elif verb == b"EXAMINE":
                self.wfile.write(b"* 3 EXISTS\r\n")
            self.wfile.write(tag + b" OK done\r\n")


@pytest.fixture
def imap_port() -> Iterator[int]:
    server = Imap(("127.0.0.1", 0), ImapTalk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def imap_mailbox(port: int, password: str = "right", **fields: Any) -> Mailbox:
    values = {"imap_host": "127.0.0.1", "imap_port": port, "imap_user": "kim", "imap_security": "none"}
    return make_mailbox(**values | {"imap_secret": secrets.encrypt(password)} | fields)


def test_a_working_connection_tells_how_many_mails_lie_there(admin: Client, imap_port: int) -> None:
    mailbox = imap_mailbox(imap_port)

    answered = admin.post(reverse("channels:test_mailbox", args=[mailbox.pk]), follow=True)

    assert "The connection works: 3 mails in the folder." in answered.content.decode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"imap_secret": "garbage"}, "secret_lost"),
        ({"password": "wrong"}, "sign_in_failed"),
        ({"imap_folder": "Elsewhere"}, "no_folder"),
        ({"imap_security": "tls"}, "no_connection"),
        ({"imap_security": "starttls"}, "no_connection"),
        ({"imap_port": 1}, "no_connection"),
    ],
)
def test_a_failing_connection_says_which_step_failed(
    db: None, imap_port: int, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(HelpdeskError) as refused:
        check_connection(imap_mailbox(imap_port, **fields))

    assert refused.value.code == code
    assert "right" not in str(refused.value)


def test_a_refused_test_is_told_on_the_page(admin: Client, imap_port: int) -> None:
    mailbox = imap_mailbox(imap_port, password="wrong")

    answered = admin.post(reverse("channels:test_mailbox", args=[mailbox.pk]), follow=True)

    assert "The server refused the sign-in" in answered.content.decode()


def test_the_list_shows_the_last_error(admin: Client) -> None:
    make_mailbox(imap_host="imap.desk.example", imap_error="Connection refused <b>")

    page = admin.get(reverse("channels:mailboxes")).content.decode()

    assert "Connection refused &lt;b&gt;" in page


@pytest.mark.parametrize("who", ["ana", "leo", "mia", "lou", "otto"])
@pytest.mark.parametrize("name", ["mailboxes", "new_mailbox", "mailbox", "test_mailbox"])
def test_only_admins_manage_mailboxes(db: None, client: Client, request: Any, who: str, name: str) -> None:
    mailbox = make_mailbox()
    client.force_login(request.getfixturevalue(who))
    url = reverse(f"channels:{name}", args=[mailbox.pk] if name in ("mailbox", "test_mailbox") else [])

    answers = {client.post(url, form(name="Stolen")).status_code}
    if name != "test_mailbox":
        answers.add(client.get(url).status_code)

    assert answers <= {403, 405}
    assert list(Mailbox.objects.values_list("name", flat=True)) == ["Desk Support"]
    assert MailboxChange.objects.count() == 0


def test_stored_passwords_move_to_a_new_secret_key(db: None, settings: Any) -> None:
    from io import StringIO

    from django.core.management import call_command

    kept = make_mailbox(imap_secret=secrets.encrypt("right"))
    make_mailbox("lost@desk.example", "Lost", imap_secret="garbage")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 60, [settings.SECRET_KEY]
    out, err = StringIO(), StringIO()

    call_command("rotate_mail_secrets", stdout=out, stderr=err)
    settings.SECRET_KEY_FALLBACKS = []

    kept.refresh_from_db()
    assert secrets.decrypt(kept.imap_secret) == "right"
    assert out.getvalue() == "1 passwords are under today's key.\n"
    assert err.getvalue().startswith("Lost <lost@desk.example>: ")


def test_the_admin_shows_mailboxes_without_their_secret_and_changes_nothing(client: Client, root: Agent) -> None:
    mailbox = make_mailbox(imap_secret=secrets.encrypt("right"))
    client.force_login(root)

    page = client.get(f"/admin/channels/mailbox/{mailbox.pk}/change/")
    refused = client.post(f"/admin/channels/mailbox/{mailbox.pk}/change/", {"name": "Stolen"})

    assert page.status_code == 200
    assert mailbox.imap_secret not in page.content.decode()
    assert refused.status_code == 403
    assert Mailbox.objects.get().name == "Desk Support"
