"""The mails that the filled conversations came by and left by, mailboxes, and what the outbox still remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from channels.models import InboundMessage, InboundRaw, Mailbox, OutboundEmail, TicketMailbox
from tickets.models import OutboxEntry

if TYPE_CHECKING:
    from benchmarks.fill import Filler

HELD = 200


def fill(filler: Filler) -> None:
    filler.insert(
        Mailbox,
        "FROM agents_team t",
        id="t.id",
        name="t.name",
        address="t.slug || '@desk.example'",
        team_id="t.id",
        created_at="t.created_at",
    )
    filler.insert(
        TicketMailbox,
        "FROM fill_plan WHERE channel = 'email'",
        ticket_id="i",
        mailbox_id="coalesce(team_id, 1)",
    )
    filler.insert(
        InboundMessage,
        "FROM fill_message m JOIN fill_plan p USING (i) WHERE who = 'customer' AND channel = 'email' ORDER BY m.id",
        id="m.id",
        mailbox_id="coalesce(team_id, 1)",
        transport="'smtp'",
        envelope_from="customer_email",
        envelope_to="jsonb_build_array('team-' || coalesce(team_id, 1) || '@desk.example')",
        received_at="at",
        size="1800",
        sha256="md5('a' || m.id) || md5('b' || m.id)",
        state="'done'",
        header_id="md5(m.id::text) || '@client.example'",
        from_address="customer_email",
        from_name="customer_name",
        subject="'Re: mail ' || m.id",
        kind="'person'",
        attempts="1",
        processed_at="at + interval '1 second'",
        ticket_id="i",
        message_id="m.id",
    )
    filler.insert(
        InboundMessage,
        f"FROM generate_series(1, least({HELD}, greatest(%(n)s / 100, 1))) AS h",
        id="(SELECT max(id) FROM fill_message) + h",
        mailbox_id="1",
        transport="'smtp'",
        envelope_from="'stranger' || h || '@post.example'",
        received_at="%(until)s - interval '1 hour' * h",
        size="1800",
        sha256="md5('c' || h) || md5('d' || h)",
        state="'held'",
        header_id="'held' || h || '@client.example'",
        from_address="'stranger' || h || '@post.example'",
        kind="'person'",
        reason="'guessed_tag'",
        attempts="1",
        processed_at="%(until)s - interval '1 hour' * h",
    )
    filler.insert(
        InboundRaw,
        "FROM (SELECT id, header_id FROM channels_inboundmessage ORDER BY id DESC LIMIT 2000) AS latest",
        inbound_id="id",
        data="convert_to('Message-ID: <' || header_id || '>' || chr(13) || chr(10) || repeat('x', 1700), 'UTF8')",
    )
    filler.insert(
        OutboundEmail,
        "FROM fill_message m JOIN fill_plan p USING (i) WHERE who = 'agent' AND NOT note ORDER BY m.id",
        id="m.id",
        kind="'reply'",
        change_id="change",
        ticket_id="i",
        message_id="m.id",
        mailbox_id="coalesce(team_id, 1)",
        recipient="customer_email",
        to="jsonb_build_array(customer_email)",
        header_id="'c' || change || '.' || md5(m.id::text) || '@desk.example'",
        state="'sent'",
        due_at="at + interval '10 seconds'",
        attempts="1",
        sent_at="at + interval '11 seconds'",
        created_at="at",
    )
    filler.insert(
        OutboxEntry,
        f"FROM fill_change WHERE k < 4 AND at > %(until)s - interval '{settings.OUTBOX_KEEP_DAYS} days'",
        change_id="id",
        reaction="'channels.reactions.queue_reply_email'",
        state="'done'",
        due_at="at",
        done_at="at + interval '1 second'",
    )
