"""The Django admin is a window: an admin opens every list of it, and no door of it changes a row."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from channels.models import MailboxChange
from helpdesk.lib.read_only_admin import ReadOnly
from tests.channels.mailroom import make_mailbox
from tests.test_permission_matrix import HOUSE

# Of a list: session, agent, the count, the rows.
STATEMENTS = 4

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_model_of_the_house_is_looked_at_only(client, root, ticket, django_assert_num_queries):
    client.force_login(root)
    ours = {model for app in HOUSE for model in apps.get_app_config(app).get_models()}
    shown = {model: window for model, window in admin.site._registry.items() if model in ours}

    assert len(shown) == 23
    for model, window in shown.items():
        assert isinstance(window, ReadOnly)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200, model
        assert client.post(reverse(f"{name}_add"), {}).status_code == 403, model
        assert client.post(reverse(f"{name}_changelist"), {"action": "delete_selected"}).status_code in {200, 302}
    changed = client.post(reverse("admin:tickets_ticket_change", args=[ticket.pk]), {"subject": "Mine"})
    assert changed.status_code == 403
    assert client.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.subject != "Mine"
    mailbox = make_mailbox()
    for rows in (1, 9):
        MailboxChange.objects.bulk_create(MailboxChange(mailbox=mailbox, agent=root) for _each in range(rows))
        with django_assert_num_queries(STATEMENTS):
            client.get(reverse("admin:channels_mailboxchange_changelist"))
