import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0004_holidays_as_they_were_known"),
        ("tickets", "0014_presence_of_each_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BreachCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("late_pickup", "Nobody picked it up in time"),
                            ("workload", "Too much work at once"),
                            ("wrong_team", "Was with the wrong team first"),
                            ("absence", "Absence or change of shift"),
                            ("knowledge", "We lacked the knowledge"),
                            ("complex", "The matter itself took longer"),
                            ("outage", "Fault or outage on our side"),
                            ("third_party", "Somebody else kept us waiting"),
                            ("customer", "The customer kept us waiting"),
                            ("wrong_target", "The target or the hours did not fit"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="cause",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="in your own words")),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="breach_cause", to="tickets.ticket"
                    ),
                ),
            ],
        ),
    ]
