from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently, RemoveIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("reports", "0010_organisations_of_facts"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(fields=["requester_id", "kind", "at"], name="fact_by_customer"),
        ),
        RemoveIndexConcurrently(model_name="fact", name="fact_returning"),
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(fields=["organization", "kind", "at"], name="fact_by_organization"),
        ),
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("imported", False), ("kind", "created"), ("merged", False)),
                fields=["at", "requester_id", "organization"],
                name="fact_who_wrote",
            ),
        ),
        RemoveIndexConcurrently(model_name="span", name="span_standing"),
        AddIndexConcurrently(
            model_name="span",
            index=models.Index(
                condition=models.Q(("ended", None)), fields=["imported", "status", "began"], name="span_standing"
            ),
        ),
    ]
