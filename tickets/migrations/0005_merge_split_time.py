"""Merges and splits with their inverse, words that stand on another ticket than their Change, and time spent."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0002_audit_and_account_mail"),
        ("customers", "0006_history"),
        ("tickets", "0004_ticket_without_team"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inverse", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Split",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inverse", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TimeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="said_in",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.change",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_here",
                to="tickets.ticket",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("said_in__isnull", False)), fields=["ticket", "said_in"], name="message_carried"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="ticket_merged"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges_away",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="source_change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"),
        ),
        migrations.AddField(
            model_name="merge",
            name="target",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges_in",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="target_change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"),
        ),
        migrations.AddField(
            model_name="split",
            name="made",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="split_from", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="made_change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"),
        ),
        migrations.AddField(
            model_name="split",
            name="origin",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="splits", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="origin_change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="time_entries", to="tickets.ticket"
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["target"], name="merges_into_ticket"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("source",), name="merged_once"
            ),
        ),
    ]
