import django.db.models.deletion
from django.db import migrations, models


def _organization():
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="customers.organization",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_tiers"),
        ("reports", "0008_whose_rebuild_and_which_edits"),
    ]

    operations = [
        migrations.AddField(model_name="fact", name="organization", field=_organization()),
        migrations.AddField(model_name="span", name="organization", field=_organization()),
    ]
