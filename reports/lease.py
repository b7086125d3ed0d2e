"""Says in whose hands everything is while figures are rebuilt: keepers stand back, and of two rebuilds none undoes what
the other does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import now

from reports.metrics import summed_as
from reports.models import Keeper
from reports.models.stale import KEEPER

# Renewed again and again: after a rebuild that was killed, keepers go on when it has run out.
LASTS, RENEWED_EVERY = timedelta(minutes=2), 20


class AlreadyRebuilding(Exception):
    """Another rebuild has everything in its hands, or was killed within the last two minutes."""


class LeaseLost(Exception):
    """It ran out, and a keeper or another rebuild has gone on since."""


def is_rebuilding() -> bool:
    """Keepers stand back: what happens now is told when it is done."""
    return Keeper.objects.filter(pk=KEEPER, rebuilding_until__gt=now()).exists()


@dataclass(frozen=True)
class Lease:
    """The token tells it from the lease of any other rebuild; processes that share the work share it too."""

    token: str

    @classmethod
    def take(cls) -> Lease:
        """Raises AlreadyRebuilding."""
        lease = cls(uuid4().hex)
        Keeper.objects.get_or_create(pk=KEEPER)
        with transaction.atomic():
            # Waits for the keeper that is at work.
            keeper = Keeper.objects.select_for_update().get(pk=KEEPER)
            if keeper.rebuilding_until and keeper.rebuilding_until > now():
                raise AlreadyRebuilding
            Keeper.objects.filter(pk=KEEPER).update(rebuilt_by=lease.token, rebuilding_until=now() + LASTS)
        return lease

    def renew(self) -> None:
        """Raises LeaseLost."""
        if not self._ours().update(rebuilding_until=now() + LASTS):
            raise LeaseLost

    def hold(self) -> None:
        """In a transaction: nobody else can have it until that commits. Raises LeaseLost."""
        if self._ours().select_for_update().first() is None:
            raise LeaseLost

    def nobody_else_has_it(self) -> bool:
        """In a transaction: nor can anybody take it until that commits."""
        return Keeper.objects.select_for_update().get(pk=KEEPER).rebuilt_by in ("", self.token)

    def hand_back(self) -> None:
        """When all is told: keepers go on with what has happened meanwhile. Raises LeaseLost."""
        told = {"zone": settings.REPORTS_ZONE, "summed_as": summed_as()}
        if not self._ours().update(rebuilding_until=None, rebuilt_by="", **told):
            raise LeaseLost

    def give_up(self) -> None:
        """Keepers go on from what there is."""
        self._ours().update(rebuilding_until=None, rebuilt_by="")

    def _ours(self) -> models.QuerySet[Keeper]:
        return Keeper.objects.filter(pk=KEEPER, rebuilt_by=self.token)
