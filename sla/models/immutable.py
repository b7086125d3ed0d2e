"""Rows that are written once: what was promised at a time cannot be altered afterwards, by whatever door."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class ImmutableQuerySet(models.QuerySet[Row]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(_refusal(self.model))

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(_refusal(self.model))

    def delete(self) -> NoReturn:
        raise TypeError(_refusal(self.model))


class Immutable(models.Model):
    """Refuses every write but the first."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(_refusal(type(self)))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(_refusal(type(self)))


def _refusal(model: type[models.Model]) -> str:
    return f"{model.__name__} is never altered or deleted: an edit makes the next version."
