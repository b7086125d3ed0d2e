"""The indexes of places in the feed, made while the house works on; where 0016 made them already they stay."""

from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0019_draft_macro")]

    operations = [
        AddIndexConcurrently(
            model_name="change",
            index=models.Index(condition=models.Q(("place__isnull", False)), fields=["place"], name="change_by_place"),
        ),
        AddIndexConcurrently(
            model_name="change",
            index=models.Index(condition=models.Q(("place", None)), fields=["id"], name="change_without_place"),
        ),
    ]
