"""Which mail servers we may connect to: names typed into a form must not lead into the network behind us."""

from __future__ import annotations

import imaplib
import ipaddress
import socket
import ssl

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def vet(host: str, port: int) -> str:
    """The IP address to connect to, and to no other, so that a name cannot change its mind in between (H03, H04).

    Blocks while it asks the resolver. Raises HelpdeskError("unknown_host" | "forbidden_host").
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HelpdeskError("unknown_host", _("There is no server of this name."), field="imap_host") from None
    addresses = [str(sockaddr[0]).partition("%")[0] for *_rest, sockaddr in found]
    if not addresses or any(not is_allowed(ipaddress.ip_address(address)) for address in addresses):
        raise HelpdeskError(
            "forbidden_host",
            _("This server is inside a private network. An operator can allow it with MAIL_SERVER_NETWORKS."),
            field="imap_host",
        )
    return addresses[0]


def is_allowed(address: IpAddress) -> bool:
    """Public addresses, networks that the operator names, and this machine in an embedded install."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_allowed(mapped)
    if any(address in ipaddress.ip_network(network) for network in settings.MAIL_SERVER_NETWORKS):
        return True
    if address.is_loopback and settings.EMBEDDED:
        return True
    return address.is_global and not address.is_multicast


class _Vetted:
    """Connects where vet() says; the certificate is still checked against the name."""

    host: str
    port: int

    def _open(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((vet(self.host, self.port), self.port), timeout)


class _Plain(_Vetted, imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._open(timeout)


class _Tls(_Vetted, imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        wrapped: socket.socket = self.ssl_context.wrap_socket(self._open(timeout), server_hostname=self.host)
        return wrapped


def imap(host: str, port: int, security: str, timeout: float) -> imaplib.IMAP4:
    """An open, encrypted (unless `security` is "none") and not yet signed-in IMAP connection to a vetted server.

    Raises HelpdeskError for a forbidden or unknown host, OSError or imaplib.IMAP4.error otherwise.
    """
    context = ssl.create_default_context()
    if security == "tls":
        return _Tls(host, port, ssl_context=context, timeout=timeout)
    connection = _Plain(host, port, timeout=timeout)
    if security == "starttls":
        try:
            connection.starttls(context)
        except BaseException:
            connection.shutdown()
            raise
    return connection
