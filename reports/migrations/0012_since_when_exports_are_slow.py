from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_customers_and_organisations_by_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="begun_at",
            field=models.DateTimeField(null=True),
        ),
    ]
