"""Where the house may send something that somebody typed in: public hosts only, by whatever spelling they are named.

What looks like a host may lead into our own network: loopback and private addresses in every notation, names that
resolve to them, IPv6 that carries an IPv4 address. All of it is refused here, unless OUTWARD_ALLOWED names it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2000
PORTS = frozenset({443, 8443})
"""Open to everybody; a host of OUTWARD_ALLOWED may have any."""
MOST_ADDRESSES = 16
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class TargetRefused(HelpdeskError):
    """Nothing is sent there; code "bad_url" for what is no address, "inside" for what leads into our own network."""


@dataclass(frozen=True, slots=True)
class Target:
    """A vetted place: `addresses` are what its host resolved to, and the only ones that may be connected to."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def vetted(url: str, field: str = "url") -> Target:
    """The target of an absolute URL, its host resolved now. Asks the name server. Raises TargetRefused."""
    scheme, host, port, path = _parts(url, field)
    addresses = _resolved(host, port, field)
    allowed = _is_allowed(host, addresses)
    if not allowed and not all(is_public(address) for address in addresses):
        raise TargetRefused("inside", _("This address leads into a private network."), field=field)
    if not allowed and (scheme != "https" or port not in PORTS):
        raise TargetRefused(
            "bad_url", _("The address must begin with https:// and use the port 443 or 8443."), field=field
        )
    return Target(scheme, host, port, path, tuple(str(address) for address in addresses))


def is_public(address: Address) -> bool:
    """Somewhere on the internet, and nowhere else: not by way of an IPv4 address inside an IPv6 one either."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
        if address not in _GLOBAL_6:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _parts(url: str, field: str) -> tuple[str, str, int, str]:
    refused = TargetRefused("bad_url", _("This is not a web address that can be used here."), field=field)
    if not url or len(url) > LONGEST_URL or "\\" in url or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise refused
    try:
        parts = urlsplit(url)
        port = {"http": 80, "https": 443}.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not parts.hostname or parts.fragment or not port:
        raise refused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise refused
    host = _host(parts.hostname)
    if not host:
        raise refused
    return parts.scheme, host, port, path


def _host(written: str) -> str:
    """The host as name servers and certificates know it; "" for anything odd, such as an address in other digits."""
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        pass
    try:
        host = written.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return ""
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    # 2130706433, 0x7f.1, 127.1, 0177.0.0.1: what the system would take for an IPv4 address, but nobody means.
    return "" if _NUMERIC.fullmatch(labels[-1]) else host


def _resolved(host: str, port: int, field: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetRefused("bad_url", _("There is no host of this name."), field=field) from None
    # A scope (fe80::1%eth0) belongs to our own network and is refused with the address before it.
    addresses = dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found)
    return list(addresses)[:MOST_ADDRESSES]


def _is_allowed(host: str, addresses: list[Address]) -> bool:
    """Whether OUTWARD_ALLOWED names the host itself, or networks that hold every one of its addresses."""
    networks = []
    for word in settings.OUTWARD_ALLOWED:
        try:
            networks.append(ipaddress.ip_network(word))
        except ValueError:
            if word.lower() == host:
                return True
    return bool(addresses) and all(any(address in network for network in networks) for address in addresses)
