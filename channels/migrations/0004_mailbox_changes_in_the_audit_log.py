"""What was changed of mailboxes stood in a log of its own only: those entries enter the audit log, at their times."""

from typing import Any

from django.db import migrations


def enter(apps: Any, _editor: Any) -> None:
    changes = apps.get_model("channels", "MailboxChange").objects.select_related("mailbox", "agent").order_by("pk")
    entries = apps.get_model("agents", "AgentAudit")
    known, found = set(), []
    for change in changes.iterator():
        found.append(
            entries(
                at=change.created_at,
                kind="mailbox_edited" if change.mailbox_id in known else "mailbox_made",
                actor_kind="agent",
                actor_id=change.agent_id,
                actor_name=change.agent.name,
                subject=change.mailbox.name,
                data={"fields": [f"mailbox_{name}" for name in change.what]},
            )
        )
        known.add(change.mailbox_id)
    entries.objects.bulk_create(found, batch_size=500)


def take_out(apps: Any, _editor: Any) -> None:
    apps.get_model("agents", "AgentAudit").objects.filter(kind__in=["mailbox_made", "mailbox_edited"]).delete()


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_mailbox_change"), ("agents", "0007_services")]

    operations = [migrations.RunPython(enter, take_out, elidable=True)]
