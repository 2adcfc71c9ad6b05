"""The newest that wait in a unit, and what was answered or closed on a day, are found by index; indexes that another one covers, or nobody uses, go."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Django's own, of foreign keys.
NEEDLESS = [
    "cases_case_customer_id_3e0cf925",
    "cases_case_legal_entity_id_a5118fe4",
    "cases_case_suggested_line_id_e1731da1",
    "cases_case_suggested_type_id_d138f5be",
    "cases_case_unit_id_f34fc706",
]


def key(name: str, to: str, **how: Any) -> migrations.AlterField:
    return migrations.AlterField("case", name, models.ForeignKey(to, models.PROTECT, db_index=False, **how))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("cases", "0008_pages_filled"),
        ("customers", "0002_pages"),
        ("organization", "0005_api"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                fields=["unit", "-last_at", "-id"],
                condition=models.Q(state="received", owner__isnull=True),
                name="case_unit_newest_waiting",
            ),
        ),
        AddIndexConcurrently(
            "case",
            models.Index(
                fields=["unit", "state"],
                condition=~models.Q(state__in=["closed", "no_inquiry"]),
                name="case_unit_state",
            ),
        ),
        *(
            AddIndexConcurrently(
                "case",
                models.Index(
                    fields=[f"{done}_at"],
                    condition=models.Q(**{f"{done}_at__isnull": False}),
                    name=f"case_{done}",
                ),
            )
            for done in ("answered", "closed")
        ),
        RemoveIndexConcurrently("case", "case_conversation"),
        migrations.SeparateDatabaseAndState(
            # Django would make the foreign keys anew, and look at every row for it.
            database_operations=[
                migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)
                for name in NEEDLESS
            ],
            state_operations=[
                key("customer", "customers.customer"),
                key("legal_entity", "organization.unit", related_name="+"),
                key("suggested_line", "cases.line", null=True, related_name="+"),
                key("suggested_type", "cases.type", null=True, related_name="+"),
                key("unit", "organization.unit", related_name="+"),
            ],
        ),
    ]
