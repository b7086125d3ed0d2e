"""All tables of channels at once, as 0001 to 0003 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("channels", "0001_initial"),
        ("channels", "0002_outbound_crashes"),
        ("channels", "0003_mailbox_change"),
    ]

    initial = True

    dependencies = [
        ("agents", "0001_initial"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Mailbox",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("address", models.EmailField(max_length=254, unique=True, verbose_name="address")),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="further addresses")),
                        ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                        ("signature", models.TextField(blank=True, verbose_name="signature")),
                        ("acknowledges", models.BooleanField(default=True, verbose_name="acknowledges new tickets")),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        ("imap_host", models.CharField(blank=True, max_length=253, verbose_name="IMAP server")),
                        ("imap_port", models.PositiveIntegerField(default=993, verbose_name="IMAP port")),
                        (
                            "imap_security",
                            models.CharField(
                                choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None")],
                                default="tls",
                                max_length=10,
                                verbose_name="IMAP security",
                            ),
                        ),
                        ("imap_user", models.CharField(blank=True, max_length=254, verbose_name="IMAP user")),
                        ("imap_secret", models.TextField(blank=True, editable=False)),
                        ("imap_folder", models.CharField(default="INBOX", max_length=120, verbose_name="IMAP folder")),
                        ("imap_uidvalidity", models.BigIntegerField(blank=True, editable=False, null=True)),
                        ("imap_last_uid", models.BigIntegerField(default=0, editable=False)),
                        ("imap_polled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("imap_error", models.TextField(blank=True, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mailboxes",
                                to="agents.team",
                                verbose_name="team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mailbox",
                        "verbose_name_plural": "mailboxes",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="InboundMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("transport", models.CharField(max_length=10)),
                        ("envelope_from", models.CharField(blank=True, max_length=320)),
                        ("envelope_to", models.JSONField(default=list)),
                        ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("size", models.PositiveBigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("stored", "Waiting"),
                                    ("done", "On a ticket"),
                                    ("held", "Held"),
                                    ("duplicate", "Duplicate"),
                                    ("ignored", "Set aside"),
                                    ("spam", "Spam"),
                                    ("failed", "Failed"),
                                ],
                                default="stored",
                                max_length=10,
                            ),
                        ),
                        ("header_id", models.CharField(blank=True, max_length=500)),
                        ("from_address", models.CharField(blank=True, max_length=254)),
                        ("from_name", models.CharField(blank=True, max_length=160)),
                        ("subject", models.CharField(blank=True, max_length=250)),
                        ("kind", models.CharField(blank=True, max_length=20)),
                        ("reason", models.CharField(blank=True, max_length=60)),
                        ("evidence", models.JSONField(blank=True, default=dict)),
                        ("error", models.TextField(blank=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("processed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "duplicate_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="duplicates",
                                to="channels.inboundmessage",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="inbound",
                                to="tickets.message",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="inbound",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound",
                                to="channels.mailbox",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["received_at", "id"], name="inbound_by_arrival"),
                            models.Index(fields=["state", "received_at", "id"], name="inbound_by_state"),
                            models.Index(
                                condition=models.Q(("state", "stored")), fields=["id"], name="inbound_waiting"
                            ),
                            models.Index(
                                condition=models.Q(("header_id", ""), _negated=True),
                                fields=["header_id"],
                                name="inbound_by_header_id",
                            ),
                            models.Index(fields=["sha256"], name="inbound_by_sha256"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InboundRaw",
                    fields=[
                        (
                            "inbound",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="raw",
                                serialize=False,
                                to="channels.inboundmessage",
                            ),
                        ),
                        ("data", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="OutboundEmail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(choices=[("reply", "Reply"), ("ack", "Acknowledgement")], max_length=10),
                        ),
                        ("recipient", models.CharField(max_length=254)),
                        ("to", models.JSONField(default=list)),
                        ("cc", models.JSONField(default=list)),
                        ("header_id", models.CharField(max_length=250, unique=True)),
                        ("in_reply_to", models.CharField(blank=True, max_length=500)),
                        ("references", models.JSONField(blank=True, default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("last_error", models.TextField(blank=True)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="tickets.change"
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outbound",
                                to="channels.mailbox",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mails",
                                to="tickets.message",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="tickets.ticket"
                            ),
                        ),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["due_at", "id"],
                                name="outbound_due",
                            ),
                            models.Index(fields=["created_at", "id"], name="outbound_by_time"),
                            models.Index(fields=["kind", "recipient", "created_at"], name="outbound_by_recipient"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("message", "recipient"), name="mailed_once_per_message"),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "ack")), fields=("change",), name="acknowledged_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LocalMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("envelope_from", models.CharField(blank=True, max_length=320)),
                        ("envelope_to", models.JSONField(default=list)),
                        ("subject", models.CharField(blank=True, max_length=250)),
                        ("raw", models.BinaryField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "outbound",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="channels.outboundemail",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-pk",),
                    },
                ),
                migrations.CreateModel(
                    name="TicketMailbox",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="mail",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="channels.mailbox",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MailboxChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("what", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="channels.mailbox",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-pk",),
                    },
                ),
            ],
        ),
    ]
