from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="outboundemail", name="mailed_once_per_change"),
        migrations.AddField(
            model_name="outboundemail", name="crashes", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddConstraint(
            model_name="outboundemail",
            constraint=models.UniqueConstraint(fields=("message", "recipient"), name="mailed_once_per_message"),
        ),
        migrations.AddConstraint(
            model_name="outboundemail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "ack")), fields=("change",), name="acknowledged_once"
            ),
        ),
    ]
