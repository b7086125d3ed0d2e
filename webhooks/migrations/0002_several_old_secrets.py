"""Keep each secret that still signs, not only the one before; and let the house say that a query cannot be read."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def keep_them(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("webhooks", "Webhook").objects.exclude(old_secret="").exclude(old_secret_until=None)
    for webhook in rows:
        webhook.old_secrets = [[webhook.old_secret, webhook.old_secret_until.isoformat()]]
        webhook.save(update_fields=["old_secrets"])


def keep_the_newest(apps: Any, schema_editor: Any) -> None:
    for webhook in apps.get_model("webhooks", "Webhook").objects.exclude(old_secrets=[]):
        webhook.old_secret, webhook.old_secret_until = webhook.old_secrets[0]
        webhook.save(update_fields=["old_secret", "old_secret_until"])


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="old_secrets",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.RunPython(keep_them, keep_the_newest),
        migrations.RemoveField(
            model_name="webhook",
            name="old_secret",
        ),
        migrations.RemoveField(
            model_name="webhook",
            name="old_secret_until",
        ),
        migrations.AlterField(
            model_name="webhook",
            name="off_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("by_hand", "by hand"),
                    ("failing", "because nothing arrived for days"),
                    ("gone", "because the receiver answered that it is gone (410)"),
                    ("owner", "because its owner may not have webhooks any more"),
                    ("query", "because its query names a field or a choice that is gone"),
                ],
                editable=False,
                max_length=10,
            ),
        ),
    ]
