"""Where the house may send what somebody's form says: nowhere inside its own network, however that is spelled."""

from __future__ import annotations

import socket

import pytest

from helpdesk.lib.outward_targets import TargetRefused, vetted

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch):
    """A name server for the test: {name: addresses}; an address is itself, and nothing else is known."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def lookup(host, port, *args, **kwargs):
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]
        return real(host, port, *args, flags=socket.AI_NUMERICHOST, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return known


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::80ff:fffe]",
    ],
)
def test_an_address_inside_is_refused(host, names):
    """H01: loopback, private, link-local, metadata, shared, multicast, and IPv4 inside IPv6."""
    with pytest.raises(TargetRefused) as refusal:
        vetted(f"https://{host}/hook")

    assert refusal.value.code == "inside"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "１２７.０.０.１", "0x7f000001"])
def test_an_address_in_other_digits_is_no_address(host, names):
    """H01: what the system would read as 127.0.0.1 is not even looked up."""
    with pytest.raises(TargetRefused) as refusal:
        vetted(f"https://{host}/hook")

    assert refusal.value.code == "bad_url"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://chat.example/x",
        "file:///etc/passwd",
        "gopher://chat.example/",
        "//chat.example/x",
        "https:chat.example",
        "https://user:pw@chat.example/",
        "https://chat.example@127.0.0.1/",
        "https://chat.example\\@127.0.0.1/",
        "https://chat.example/a b",
        "https://chat.example/\r\nX: y",
        "https://chat.example:0/",
        "https://chat.example:99999/",
        "https://chat.example/#part",
        "https://-chat.example/",
        "http://chat.example/",
        "https://chat.example:22/",
        "https://chat.example:6379/",
        "https://nowhere.example/",
        "https://chat.example/" + "x" * 2000,
    ],
)
def test_what_is_no_plain_https_address_is_refused(url, names):
    """H01: other schemes, user names, odd ports, line breaks, names that do not exist."""
    names["chat.example"] = [PUBLIC]

    with pytest.raises(TargetRefused) as refusal:
        vetted(url)

    assert (refusal.value.code, refusal.value.field) == ("bad_url", "url")


def test_a_public_host_is_vetted_with_its_addresses(names):
    names["chat.example"] = [PUBLIC, "93.184.215.15"]

    target = vetted("https://Chat.Example:8443/hook?a=1")

    assert (target.host, target.port, target.path) == ("chat.example", 8443, "/hook?a=1")
    assert target.addresses == (PUBLIC, "93.184.215.15")
    assert target.authority == "chat.example:8443"


def test_a_name_with_one_address_inside_is_refused_whole(names):
    """H03: of two records one is private; nobody may hope that the other one is taken."""
    names["both.example"] = [PUBLIC, "10.0.0.7"]

    with pytest.raises(TargetRefused) as refusal:
        vetted("https://both.example/")

    assert refusal.value.code == "inside"


def test_a_setting_opens_hosts_and_networks_inside(names, settings):
    settings.OUTWARD_ALLOWED = ["chat.internal", "10.7.0.0/16"]
    names["chat.internal"] = ["192.168.4.4"]

    assert vetted("http://chat.internal:9000/x").addresses == ("192.168.4.4",)
    assert vetted("http://10.7.3.1:80/x").port == 80
    with pytest.raises(TargetRefused):
        vetted("http://10.8.0.1/x")


def test_a_name_is_opened_only_when_all_its_addresses_are(names, settings):
    settings.OUTWARD_ALLOWED = ["10.7.0.0/16"]
    names["half.example"] = ["10.7.0.1", "10.8.0.1"]

    with pytest.raises(TargetRefused):
        vetted("http://half.example/")
