"""All tables of notifications at once, as 0001 to 0003 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_kinds_of_promises"),
        ("notifications", "0003_chat_channels"),
    ]

    initial = True

    dependencies = [
        ("agents", "0005_agent_stand_in"),
        ("tickets", "0015_open_load"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Wishes",
                    fields=[
                        (
                            "agent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="wishes",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ways", models.JSONField(default=dict)),
                        ("quiet_from", models.TimeField(blank=True, null=True)),
                        ("quiet_until", models.TimeField(blank=True, null=True)),
                        ("with_words", models.BooleanField(default=True)),
                    ],
                    options={
                        "verbose_name": "notification settings",
                        "verbose_name_plural": "notification settings",
                    },
                ),
                migrations.CreateModel(
                    name="NotificationMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("header_id", models.CharField(max_length=250, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("dropped", "Dropped"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["due_at", "id"],
                                name="notification_mail_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("mention", "Somebody mentions me"),
                                    ("escalation", "I am asked to look at an escalated ticket"),
                                    ("assigned", "A ticket is assigned to me"),
                                    ("reply", "A customer answers on my ticket or one that I follow"),
                                    ("sla_breach", "A ticket of mine or one that I follow is late"),
                                    ("sla_warning", "A ticket of mine or one that I follow is due soon"),
                                    ("escalation_answer", "Somebody answers an escalation of mine"),
                                    ("held", "A scheduled reply was held back"),
                                    ("note", "A colleague leaves a note on my ticket or one that I follow"),
                                    ("reopened", "A ticket of mine or one that I follow is reopened"),
                                    ("woke", "A snoozed ticket of mine or one that I follow wakes"),
                                    ("team", "A ticket comes to my team"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("mail_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.message",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="news",
                                to="notifications.notificationmail",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["agent", "created_at", "id"], name="notification_of_agent"),
                            models.Index(
                                condition=models.Q(("read_at", None)),
                                fields=["agent", "ticket"],
                                name="notification_unread",
                            ),
                            models.Index(
                                condition=models.Q(("mail", None), ("mail_at__isnull", False)),
                                fields=["mail_at"],
                                name="notification_to_mail",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("agent", "change", "kind"), name="told_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ChatHook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "program",
                            models.CharField(
                                choices=[("slack", "Slack"), ("teams", "Microsoft Teams")],
                                max_length=10,
                                verbose_name="program",
                            ),
                        ),
                        ("url_secret", models.TextField(editable=False)),
                        ("url_shown", models.CharField(editable=False, max_length=120)),
                        ("kinds", models.JSONField(default=list)),
                        ("with_words", models.BooleanField(default=True, verbose_name="Show the subjects of tickets")),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "teams",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="agents.team", verbose_name="teams"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chat channel",
                        "verbose_name_plural": "chat channels",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="ChatDelivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_test", models.BooleanField(default=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("dropped", "Dropped"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=20)),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "hook",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="notifications.chathook",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["due_at", "id"],
                                name="chat_delivery_due",
                            ),
                            models.Index(fields=["hook", "id"], name="chat_delivery_of_hook"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChatNews",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("escalated", "A ticket is escalated"),
                                    ("answered", "An escalation is acknowledged, handed back or resolved"),
                                    ("breached", "A ticket is late"),
                                    ("due_soon", "A ticket is due soon"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="news",
                                to="notifications.chatdelivery",
                            ),
                        ),
                        (
                            "hook",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="notifications.chathook",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivery", None)), fields=["due_at"], name="chat_news_waiting"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("hook", "change", "kind"), name="chat_told_once")
                        ],
                    },
                ),
            ],
        ),
    ]
