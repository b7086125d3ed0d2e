"""What beat starts, and how often: a task is named, not imported, and helpdesk.checks looks whether it exists."""

from __future__ import annotations

from typing import Any

HOUR, DAY = 3600, 86_400


def every(seconds: int, task: str) -> dict[str, Any]:
    """A tick that nobody took until the next one is due, or for an hour, is forgotten: a worker that was away does not
    begin with a pile of them."""
    return {"task": task, "schedule": seconds, "options": {"expires": min(seconds, HOUR)}}


CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": every(10, "helpdesk.note_heartbeat"),
    "drain-outbox": every(15, "tickets.tasks.drain_outbox"),
    "send-due-mails": every(5, "channels.tasks.send_due_mails"),
    "process-waiting-mail": every(10, "channels.tasks.process_waiting_mail"),
    "poll-mailboxes": every(15, "channels.tasks.poll_mailboxes"),
    "prune-outbox": every(HOUR, "tickets.tasks.prune_outbox"),
    "send-account-mails": every(10, "agents.tasks.send_account_mails"),
    "prune-account-mails": every(DAY, "agents.tasks.prune_account_mails"),
    "forget-repeated-requests": every(HOUR, "agents.tasks.forget_repeated_requests"),
    "send-news": every(10, "notifications.tasks.send_news"),
    "send-chat": every(10, "notifications.tasks.send_chat"),
    "send-webhooks": every(3, "webhooks.tasks.send_webhooks"),
    "prune-webhooks": every(HOUR, "webhooks.tasks.prune_webhooks"),
    "run-surveys": every(20, "surveys.tasks.run_surveys"),
    "escalate-low-scores": every(20, "surveys.tasks.escalate_low_scores"),
    "prune-news": every(DAY, "notifications.tasks.prune_news"),
    "close-solved": every(300, "tickets.tasks.close_solved"),
    "follow-customer-merges": every(60, "tickets.tasks.follow_customer_merges"),
    "follow-departures": every(30, "tickets.tasks.follow_departures"),
    "send-scheduled": every(15, "tickets.tasks.send_scheduled"),
    "run-bulk": every(5, "tickets.tasks.run_bulk"),
    "prune-bulk": every(DAY, "tickets.tasks.prune_bulk"),
    "keep-search-true": every(20, "tickets.tasks.keep_search_true"),
    "hand-out": every(15, "automation.tasks.hand_out"),
    "sla-revisions": every(5, "sla.tasks.run_revisions"),
    "sla-prune-revisions": every(DAY, "sla.tasks.prune_revisions"),
    "sla-sweep": every(15, "sla.tasks.sweep_clocks"),
    "keep-reports": every(5, "reports.tasks.keep_reports"),
    "reports-after-edits": every(300, "reports.tasks.note_edited"),
    "send-reports": every(30, "reports.tasks.send_reports"),
    "write-exports": every(5, "reports.tasks.write_exports"),
    "prune-reports": every(HOUR, "reports.tasks.prune_reports"),
    "place-changes": every(15, "tickets.tasks.place_changes"),
    "wake-snoozed": every(30, "tickets.tasks.wake_snoozed"),
    "forget-looks": every(HOUR, "tickets.tasks.forget_looks"),
    "collect-uploads": every(HOUR, "tickets.tasks.collect_abandoned_uploads"),
}
