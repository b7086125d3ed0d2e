"""One request to a stranger: pinned to the vetted address, bounded in time and size, and going nowhere else."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from helpdesk.lib import outward
from helpdesk.lib.outward import TargetRefused, Unreached, post

Handler = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def here(settings):
    settings.OUTWARD_ALLOWED = ["127.0.0.1/32"]


@pytest.fixture
def receiver() -> Iterator[Callable[[Handler], str]]:
    """Starts servers that answer a connection as the test says; returns their URL."""
    started: list[socketserver.TCPServer] = []

    def start(handle: Handler) -> str:
        class Door(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                handle(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        server = Server(("127.0.0.1", 0), Door)
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/hook"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def heard(line: socket.socket) -> bytes:
    """The whole request: its headers, and the two or more bytes of JSON that they announce."""
    found = b""
    while not found.endswith(b"}") and (piece := line.recv(65536)):
        found += piece
    return found


def test_the_body_and_headers_arrive_and_the_answer_comes_back(receiver):
    requests: list[bytes] = []

    def take(line):
        requests.append(heard(line))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    url = receiver(take)

    answer = post(url + "?a=1", b'{"text":"hi"}', {"Content-Type": "application/json"})

    assert (answer.status, answer.text, answer.accepted) == (200, "ok", True)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"Accept-Encoding: identity" in head
    assert body == b'{"text":"hi"}'


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver, status):
    """H02: the second hop is never asked."""
    hops: list[bytes] = []
    inside = receiver(lambda line: hops.append(heard(line)))

    def send_on(line):
        heard(line)
        line.sendall(f"HTTP/1.1 {status} Go\r\nLocation: {inside}\r\nContent-Length: 0\r\n\r\n".encode())

    answer = post(receiver(send_on), b"{}", {})

    assert (answer.status, answer.accepted, hops) == (status, False, [])


def test_a_refused_target_is_never_connected_to(receiver, settings):
    """H01: refused when fired, also when it had been saved before."""
    settings.OUTWARD_ALLOWED = []
    calls: list[bytes] = []
    url = receiver(lambda line: calls.append(heard(line)))

    with pytest.raises(TargetRefused):
        post(url, b"{}", {})

    assert calls == []


def test_a_name_that_changes_its_mind_leads_nowhere_else(receiver, monkeypatch, settings):
    """H03: resolved once, and the connection goes to that address; a second answer of the name server is not asked."""
    settings.OUTWARD_ALLOWED = ["127.0.0.1/32"]
    asked: list[str] = []

    def take(line):
        asked.append(heard(line).decode())
        line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    port = int(receiver(take).rsplit(":", 1)[1].split("/")[0])
    answers = [["127.0.0.1"], ["10.9.9.9"], ["10.9.9.9"]]
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        if host == "rebind.example":
            looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0)[0], port))]
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)

    answer = post(f"http://rebind.example:{port}/", b"{}", {})

    assert answer.status == 204
    assert looked_up == ["rebind.example"]
    assert f"Host: rebind.example:{port}" in asked[0]


def test_the_proxy_of_the_environment_is_not_asked(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    def take(line):
        heard(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    assert post(receiver(take), b"{}", {}).status == 200


@pytest.mark.parametrize(
    "drip",
    [
        pytest.param(lambda line: time.sleep(30), id="says nothing"),
        pytest.param(lambda line: _drip(line, b"HTTP/1.1 200 OK\r\nX-Slow: "), id="drips its headers"),
        pytest.param(lambda line: _drip(line, b"H"), id="drips its status"),
    ],
)
def test_whoever_hangs_or_drips_is_cut_off(receiver, monkeypatch, drip):
    """H05: one byte at a time keeps every single read alive, but not the whole."""
    monkeypatch.setattr(outward, "SECONDS", 1.0)

    def handle(line):
        heard(line)
        drip(line)

    url, started = receiver(handle), time.monotonic()

    with pytest.raises(Unreached) as silence:
        post(url, b"{}", {})

    assert silence.value.reason == "timeout"
    assert time.monotonic() - started < 10


def _drip(line: socket.socket, first: bytes) -> None:
    try:
        line.sendall(first)
        for _number in range(300):
            time.sleep(0.1)
            line.sendall(b"x")
    except OSError:
        return


def test_of_an_endless_answer_only_the_beginning_is_read(receiver):
    """H05: ten gigabytes announced, and kept coming."""

    def flood(line):
        heard(line)
        line.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 10000000000\r\n\r\n")
        try:
            while True:
                line.sendall(b"a" * 65536)
        except OSError:
            return

    answer = post(receiver(flood), b"{}", {})

    assert answer.status == 500
    assert answer.text == "a" * outward.MOST_READ


def test_a_million_headers_are_not_read(receiver):
    """H05."""

    def pile(line):
        heard(line)
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(20_000):
                line.sendall(b"X-%d: y\r\n" % number * 50)
        except OSError:
            return

    with pytest.raises(Unreached) as refused:
        post(receiver(pile), b"{}", {})

    assert refused.value.reason == "answer"


def test_a_packed_answer_stays_packed(receiver):
    """H05: what claims to be gzip is never unpacked."""

    def bomb(line):
        heard(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00")

    assert post(receiver(bomb), b"{}", {}).text == b"\x1f\x8b\x08\x00".decode("utf-8", "replace")


def test_a_wrong_certificate_ends_it_before_a_word_is_said(receiver, tmp_path):
    """H05: nobody has signed for this one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    said: list[bytes] = []

    def encrypted(line):
        try:
            said.append(heard(context.wrap_socket(line, server_side=True)))
        except OSError:
            return

    with pytest.raises(Unreached) as refused:
        post(receiver(encrypted).replace("http:", "https:"), b"{}", {})

    assert refused.value.reason == "tls"
    assert said in ([], [b""])


def _self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(datetime.now(UTC) - timedelta(days=1))
    certificate = made.not_valid_after(datetime.now(UTC) + timedelta(days=1)).sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "both.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_nobody_there_is_told_as_such(free_port):
    with pytest.raises(Unreached) as nobody:
        post(f"http://127.0.0.1:{free_port}/", b"{}", {})

    assert nobody.value.reason == "connection"


def test_how_long_to_wait_is_read_from_the_answer(receiver):
    def busy(line):
        heard(line)
        line.sendall(b"HTTP/1.1 429 Slow down\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n")

    answer = post(receiver(busy), b"{}", {})

    assert (answer.status, answer.retry_after, answer.accepted) == (429, 30, False)
