"""The sort keys of everybody who is there already."""

import unicodedata

from django.db import migrations

BATCH = 1000


def _fold(text):
    plain = unicodedata.normalize("NFKD", text.replace("\x00", "").casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(plain.split())[:160]


def _family(folded):
    head, _space, last = folded.rpartition(" ")
    return f"{last} {head}".strip()


def _batches(model):
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


def fill(apps, schema_editor):
    Address, Customer = apps.get_model("customers", "Address"), apps.get_model("customers", "Customer")
    for rows in _batches(Address):
        for row in rows:
            domain = row.normalised.rpartition("@")[2] if "@" in row.normalised else ""
            row.domain_key = "".join(f"{label}." for label in reversed(domain.split(".")))[:255] if domain else ""
        Address.objects.bulk_update(rows, ["domain_key"])
    for rows in _batches(Customer):
        keys = [row.pk for row in rows]
        first = dict(Address.objects.filter(customer__in=keys).order_by("-pk").values_list("customer_id", "normalised"))
        for row in rows:
            row.sort_name = _fold(row.name or first.get(row.pk, ""))
            row.sort_family = _family(row.sort_name)
        Customer.objects.bulk_update(rows, ["sort_name", "sort_family"])
    for rows in _batches(apps.get_model("customers", "Organization")):
        for row in rows:
            row.sort_name = _fold(row.name)
        type(rows[0]).objects.bulk_update(rows, ["sort_name"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_sort_keys")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
