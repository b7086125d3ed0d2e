"""How the house asks: one row of settings, the words for each language, and who does not want to be asked."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from surveys.querysets import SurveyOptOutQuerySet


class SurveySettings(models.Model):
    """The one row of settings, with the key ONLY; without it nobody is asked."""

    ONLY = 1

    class Style(models.TextChoices):
        FACES = "faces", _("Faces")
        STARS = "stars", _("Stars")

    enabled = models.BooleanField(_("Ask customers after their ticket was solved"), default=False)
    style = models.CharField(_("Scale of five"), max_length=5, choices=Style.choices, default=Style.FACES)
    delay_hours = models.PositiveSmallIntegerField(
        _("Hours between solving and asking"), default=24, validators=[MaxValueValidator(24 * 30)]
    )
    # The customer's daytime, in whole hours of their own clock; [day_from, day_until).
    day_from = models.PositiveSmallIntegerField(_("Not before"), default=9, validators=[MaxValueValidator(23)])
    day_until = models.PositiveSmallIntegerField(
        _("Not after"), default=18, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    weekends = models.BooleanField(_("Also at weekends"), default=False)
    # The zone of customers of whom, and of whose organisation, none is known.
    time_zone = models.CharField(_("Time zone of customers whose own is not known"), max_length=64, default="UTC")
    throttle_days = models.PositiveSmallIntegerField(
        _("Ask the same customer at most once in so many days"), default=30, validators=[MaxValueValidator(730)]
    )
    sample_percent = models.PositiveSmallIntegerField(
        _("Ask about so many of a hundred solved tickets"), default=100, validators=[MaxValueValidator(100)]
    )
    # 0: nobody is reminded.
    reminder_days = models.PositiveSmallIntegerField(
        _("Days until the one reminder"), default=3, validators=[MaxValueValidator(60)]
    )
    expire_days = models.PositiveSmallIntegerField(
        _("Days until a survey closes"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    class Meta:
        verbose_name = _("survey settings")
        verbose_name_plural = _("survey settings")

    def __str__(self) -> str:
        return "survey settings"

    @classmethod
    def current(cls) -> SurveySettings:
        """The settings as they stand; the defaults, not stored, before anybody has chosen."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)


class SurveyText(models.Model):
    """The house's own words in one language; what is empty is said in the words that come with the product."""

    language = models.CharField(max_length=10, unique=True)
    subject = models.CharField(_("Subject of the mail"), max_length=150, blank=True)
    question = models.CharField(_("Question"), max_length=200, blank=True)
    introduction = models.CharField(_("Sentence above the question"), max_length=500, blank=True)
    thanks = models.CharField(_("Thanks after the answer"), max_length=300, blank=True)

    def __str__(self) -> str:
        return f"survey in {self.language}"


class SurveyOptOut(models.Model):
    """A customer who asked not to be asked."""

    customer = models.OneToOneField(
        "customers.Customer", models.CASCADE, primary_key=True, related_name="survey_opt_out"
    )
    # Who noted it; None: the customer, by the link in the mail.
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    objects = SurveyOptOutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.customer_id} is not asked"
