"""The door for mail servers: SMTP or LMTP, for our own addresses only, with 250 after the mail is stored."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, close_old_connections, connections

from channels import signing
from channels.inbound import receive
from channels.models import Mailbox

logger = structlog.get_logger(__name__)

THREADS = 8
MOST_RECIPIENTS = 100
LONGEST_LINE = 1 << 20
IDLE_SECONDS = 120
STORED = "250 2.0.0 Stored"
FULL = b"421 4.3.2 Too many connections at once, try again later\r\n"
TRY_AGAIN = "451 4.3.0 Cannot store this now, try again later"


class Door:
    """Answers the commands of a mail server. Database work runs in threads of its own, so that none waits for all."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.present: set[object] = set()
        self.told_full = False
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")

    def let_in(self, visitor: object) -> bool:
        """Count a connection in; refuse it when there are MAIL_LISTEN_CONNECTIONS already."""
        if len(self.present) < settings.MAIL_LISTEN_CONNECTIONS:
            self.present.add(visitor)
            return True
        if not self.told_full:  # once for each time that it fills: a flood must not fill the log as well
            logger.warning("mail_listener_full", connections=len(self.present))
        self.told_full = True
        return False

    def see_off(self, visitor: object) -> None:
        """Count a connection out."""
        self.present.discard(visitor)
        self.told_full = False

    def close(self) -> None:
        """End the threads, and with each its database connection."""
        for _thread in range(THREADS):
            self.threads.submit(_hang_up)
        self.threads.shutdown(wait=True)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Nobody signs in here; aiosmtpd would offer it once TLS is up."""
        session.host_name = hostname
        return [response for response in responses if not response.startswith("250-AUTH")]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Unknown addresses are refused in the dialogue: we never send a bounce to a forged sender (B08)."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await self._in_thread(mailbox_of, address)
        except Error:
            logger.exception("recipient_not_checked")
            return TRY_AGAIN
        if known is None:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await self._in_thread(self._store, session, envelope)
        except Exception:
            logger.exception("mail_not_stored")
            return self._to_each(envelope, TRY_AGAIN)
        return self._to_each(envelope, STORED)

    def _store(self, session: Session, envelope: Envelope) -> None:
        peer = session.peer[0] if isinstance(session.peer, tuple) else ""
        receive(
            bytes(envelope.original_content or b""),
            mailbox_of(envelope.rcpt_tos[0]),
            transport=self.protocol,
            envelope_from=envelope.mail_from or "<>",
            envelope_to=envelope.rcpt_tos,
            peer=peer,
        )

    def _to_each(self, envelope: Envelope, answer: str) -> str:
        """LMTP answers once for each recipient."""
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.protocol == "lmtp" else answer

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, _fresh, function, *arguments)


def _fresh(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run with a database connection that is not one which died while nobody wrote."""
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        close_old_connections()


def _hang_up() -> None:
    connections.close_all()
    time.sleep(0.05)  # long enough for each of the other threads to take one of these as well


def mailbox_of(address: str) -> Mailbox | None:
    """The active mailbox that an address of ours belongs to, with or without a plus part."""
    wanted = {address.strip().lower(), signing.plain_address(address)}
    mailboxes = Mailbox.objects.active()
    return next((mailbox for mailbox in mailboxes if wanted & signing.own_addresses([mailbox])), None)


class _Bounded:
    """Takes a bounded number of visitors and reads a mail with bounded memory.

    aiosmtpd alone would take in everybody, and collect an endless line without end.
    """

    line_length_limit = LONGEST_LINE
    refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        server: Any = self
        # STARTTLS makes a connection within the connection, which was counted already.
        within = server._original_transport is not None
        if not within and not server.event_handler.let_in(self):
            self.refused = True
            cast(asyncio.WriteTransport, transport).write(FULL)
            transport.close()
            return
        cast(Any, super()).connection_made(transport)
        if not within:  # the end of the dialogue: a handshake that fails never calls connection_lost
            server._handler_coroutine.add_done_callback(lambda _task: server.event_handler.see_off(self))

    def eof_received(self) -> bool | None:
        return None if self.refused else cast("bool | None", cast(Any, super()).eof_received())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.refused:
            cast(Any, super()).connection_lost(error)

    async def smtp_STARTTLS(self, arg: str) -> None:
        server: Any = self
        await cast(Any, super()).smtp_STARTTLS(arg)
        # Who hangs up during the handshake leaves a dialogue that would wait for words for ever.
        if server._tls_protocol is not None and server.session.ssl is None:
            server._handler_coroutine.cancel()

    async def smtp_DATA(self, arg: str) -> None:
        server: Any = self
        if await server.check_helo_needed() or await server.check_auth_needed("DATA"):
            return
        if arg:
            await server.push("501 Syntax: DATA")
        elif not server.envelope.rcpt_tos:
            await server.push("503 Error: need RCPT command")
        else:
            await server.push("354 End data with <CR><LF>.<CR><LF>")
            await self._read_and_hand_over(server)

    async def _read_and_hand_over(self, server: Any) -> None:
        content = await _read_mail(server._reader, server.data_size_limit)
        if content is None:
            await server.push("552 5.3.4 This mail is too large")
            server._set_post_data_state()
            return
        server.envelope.content = server.envelope.original_content = content
        status = await server._call_handler_hook("DATA")
        server._set_post_data_state()
        await server.push(status)


async def _read_mail(reader: asyncio.StreamReader, most: int) -> bytes | None:
    """Everything up to the lone dot, dots at line starts undone; None when it is more than `most` bytes.

    What is too much is read to its end, so that the refusal is heard, and forgotten as it comes.
    """
    content = bytearray()
    total, at_start = 0, True
    while True:
        try:
            line, ended = await reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as overrun:
            line, ended = await reader.readexactly(max(overrun.consumed, 1)), False
        if at_start and ended and line == b".\r\n":
            return None if total > most else bytes(content)
        if at_start and line.startswith(b"."):
            line = line[1:]
        total += len(line)
        if total > most:
            content.clear()
        else:
            content += line
        at_start = ended


class BoundedSMTP(_Bounded, SMTP):
    """SMTP as above."""


class BoundedLMTP(_Bounded, LMTP):
    """LMTP as above."""


def tls_context() -> ssl.SSLContext | None:
    """The certificate that the listener shows; raises OSError (ssl.SSLError is one) when it does not fit its key."""
    if settings.MAIL_LISTEN_TLS is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*settings.MAIL_LISTEN_TLS)
    return context


class Listener(Controller):
    """Listens in a thread of its own until `stop()`."""

    def __init__(self, host: str, port: int, protocol: str = "smtp") -> None:
        self.door = Door(protocol)
        self.kind = BoundedLMTP if protocol == "lmtp" else BoundedSMTP
        self.tls = tls_context()
        super().__init__(self.door, hostname=host, port=port, ready_timeout=10)

    def factory(self) -> SMTP:
        return self.kind(
            self.door,
            hostname=settings.MAIL_DOMAIN,
            ident="Helpdesk",
            data_size_limit=settings.MAX_MAIL_MB * 2**20,
            enable_SMTPUTF8=True,
            decode_data=False,
            timeout=IDLE_SECONDS,
            tls_context=self.tls,
            loop=self.loop,
        )

    def stop(self, no_assert: bool = False) -> None:
        super().stop(no_assert=no_assert)
        self.door.close()
