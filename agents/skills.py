"""What an agent can do that not everybody can: a language, or a subject that tickets are tagged with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """One language ("pl") or one tag ("invoices"), in lower case. The tag is a name, since tags live above agents."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", _("Language")
        TAG = "tag", _("Tag")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skills", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=50)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "kind", "value"], name="skill_once_per_agent"),)
        ordering = ("kind", "value")

    def __str__(self) -> str:
        return f"{self.value} of {self.agent_id}"
