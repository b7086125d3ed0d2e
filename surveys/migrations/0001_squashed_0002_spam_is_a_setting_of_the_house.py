"""All tables of surveys at once, as 0001 to 0002 make them one after the other; a new install needs only this."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [("surveys", "0001_initial"), ("surveys", "0002_spam_is_a_setting_of_the_house")]

    initial = True

    dependencies = [
        ("agents", "0006_api_tokens"),
        ("customers", "0006_history"),
        ("tickets", "0015_open_load"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="SurveySettings",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enabled",
                            models.BooleanField(
                                default=False, verbose_name="Ask customers after their ticket was solved"
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[("faces", "Faces"), ("stars", "Stars")],
                                default="faces",
                                max_length=5,
                                verbose_name="Scale of five",
                            ),
                        ),
                        (
                            "delay_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                validators=[django.core.validators.MaxValueValidator(720)],
                                verbose_name="Hours between solving and asking",
                            ),
                        ),
                        (
                            "day_from",
                            models.PositiveSmallIntegerField(
                                default=9,
                                validators=[django.core.validators.MaxValueValidator(23)],
                                verbose_name="Not before",
                            ),
                        ),
                        (
                            "day_until",
                            models.PositiveSmallIntegerField(
                                default=18,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(24),
                                ],
                                verbose_name="Not after",
                            ),
                        ),
                        ("weekends", models.BooleanField(default=False, verbose_name="Also at weekends")),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC",
                                max_length=64,
                                verbose_name="Time zone of customers whose own is not known",
                            ),
                        ),
                        (
                            "throttle_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(730)],
                                verbose_name="Ask the same customer at most once in so many days",
                            ),
                        ),
                        (
                            "sample_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="Ask about so many of a hundred solved tickets",
                            ),
                        ),
                        (
                            "reminder_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[django.core.validators.MaxValueValidator(60)],
                                verbose_name="Days until the one reminder",
                            ),
                        ),
                        (
                            "expire_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="Days until a survey closes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "survey settings",
                        "verbose_name_plural": "survey settings",
                    },
                ),
                migrations.CreateModel(
                    name="SurveyText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=10, unique=True)),
                        ("subject", models.CharField(blank=True, max_length=150, verbose_name="Subject of the mail")),
                        ("question", models.CharField(blank=True, max_length=200, verbose_name="Question")),
                        (
                            "introduction",
                            models.CharField(blank=True, max_length=500, verbose_name="Sentence above the question"),
                        ),
                        (
                            "thanks",
                            models.CharField(blank=True, max_length=300, verbose_name="Thanks after the answer"),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Survey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sequence", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("suppressed", "Not asked"),
                                    ("scheduled", "Planned"),
                                    ("sent", "Sent"),
                                    ("answered", "Answered"),
                                    ("expired", "No answer"),
                                    ("cancelled", "Called off"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("merged", "The ticket was merged"),
                                    ("spam", "The ticket is spam"),
                                    ("no_public_reply", "Nobody answered the customer"),
                                    ("opted_out", "The customer does not want to be asked"),
                                    ("throttled", "The customer was asked not long ago"),
                                    ("not_sampled", "Not in the sample"),
                                    ("no_address", "No mail address that works"),
                                    ("switched_off", "Surveys were switched off"),
                                    ("undelivered", "The mail could not be delivered"),
                                    ("reopened", "The ticket was reopened"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("solved_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("remind_at", models.DateTimeField(blank=True, null=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("follow_up_at", models.DateTimeField(blank=True, null=True)),
                        ("handed_at", models.DateTimeField(blank=True, null=True)),
                        ("recipient", models.CharField(blank=True, max_length=254)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("style", models.CharField(blank=True, max_length=5)),
                        ("channel", models.CharField(blank=True, max_length=10)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("reminded_at", models.DateTimeField(blank=True, null=True)),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("escalated_at", models.DateTimeField(blank=True, null=True)),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("comment", models.TextField(blank=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="surveys",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "solve",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="surveys",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "survey",
                        "verbose_name_plural": "surveys",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False), ("state", "scheduled")),
                                fields=["due_at", "id"],
                                name="survey_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "sent")), fields=["remind_at", "id"], name="survey_remind"
                            ),
                            models.Index(
                                condition=models.Q(("state", "sent")), fields=["expires_at", "id"], name="survey_expire"
                            ),
                            models.Index(
                                condition=models.Q(("follow_up_at__isnull", False)),
                                fields=["follow_up_at"],
                                name="survey_follow_up",
                            ),
                            models.Index(
                                condition=models.Q(("handed_at__isnull", False)),
                                fields=["customer", "handed_at"],
                                name="survey_throttle",
                            ),
                            models.Index(
                                condition=models.Q(("sent_at__isnull", False)),
                                fields=["agent", "sent_at"],
                                name="survey_of_agent",
                            ),
                            models.Index(
                                condition=models.Q(("sent_at__isnull", False)),
                                fields=["sent_at", "id"],
                                name="survey_by_sent",
                            ),
                            models.Index(fields=["created_at", "id"], name="survey_by_created"),
                            models.Index(fields=["state", "created_at", "id"], name="survey_by_state"),
                            models.Index(
                                condition=models.Q(("score__in", [1, 2])),
                                fields=["answered_at", "id"],
                                name="survey_low",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("ticket", "sequence"), name="survey_in_ticket"),
                            models.CheckConstraint(
                                condition=models.Q(("score", None), ("score__range", (1, 5)), _connector="OR"),
                                name="survey_score_of_five",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField()),
                        ("comment", models.TextField(blank=True)),
                        ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="surveys.survey"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="SurveyMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("question", "Question"), ("reminder", "Reminder")], max_length=10
                            ),
                        ),
                        ("header_id", models.CharField(max_length=250, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("dropped", "Dropped"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mails",
                                to="surveys.survey",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["due_at", "id"],
                                name="survey_mail_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("survey", "kind"), name="survey_mailed_once_per_kind")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyOptOut",
                    fields=[
                        (
                            "customer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="survey_opt_out",
                                serialize=False,
                                to="customers.customer",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "noted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SurveyReplier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="repliers",
                                to="surveys.survey",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("survey", "agent"), name="survey_replier_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("what", models.CharField(max_length=12)),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("merged", "The ticket was merged"),
                                    ("spam", "The ticket is spam"),
                                    ("no_public_reply", "Nobody answered the customer"),
                                    ("opted_out", "The customer does not want to be asked"),
                                    ("throttled", "The customer was asked not long ago"),
                                    ("not_sampled", "Not in the sample"),
                                    ("no_address", "No mail address that works"),
                                    ("switched_off", "Surveys were switched off"),
                                    ("undelivered", "The mail could not be delivered"),
                                    ("reopened", "The ticket was reopened"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="surveys.survey"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="SurveyToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="surveys.survey"
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
