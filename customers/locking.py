"""Holding a person while something is written about them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError, NotVisible


def lock_customer(pk: int) -> Customer:
    """The row, locked until the transaction ends. The lock leaves foreign keys alone, so mails keep coming in.

    Raises NotVisible when there is none, HelpdeskError("merged") when it is a signpost.
    """
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if customer is None:
        raise NotVisible("not_found", _("There is no such customer."))
    if customer.merged_into_id:
        raise HelpdeskError("merged", _("This person was merged into somebody else meanwhile."))
    return customer
