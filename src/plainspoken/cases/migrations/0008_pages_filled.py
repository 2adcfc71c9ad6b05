"""The first deadline of the cases that stood already, and indexes to read lists by it: made while work goes on."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(("state__in", ["closed", "no_inquiry"]), _negated=True)
NO_INQUIRY = models.Q(("state", "no_inquiry"))
SUBJECTS_A_BATCH = 1_000
AFTER = "00000000-0000-0000-0000-000000000000"

NEXT = """
SELECT DISTINCT subject_id FROM kernel_deadline
WHERE subject_type = 'cases.case' AND state = 'running' AND subject_id > %s ORDER BY subject_id LIMIT %s
"""
LOOK = """
SELECT cases_case_look_due(id) FROM (
    SELECT unnest(%(subjects)s::uuid[]) AS id
    UNION SELECT into_id FROM cases_merger WHERE undone_at IS NULL AND case_id = ANY(%(subjects)s::uuid[])
    ORDER BY id
) AS looked
"""


def batches_fill(apps, editor):
    """Each batch commits by itself, so that nobody waits for a row longer than that takes."""
    after = AFTER
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(NEXT, [after, SUBJECTS_A_BATCH])
            subjects = [row[0] for row in cursor.fetchall()]
            if not subjects:
                return
            cursor.execute(LOOK, {"subjects": subjects})
            after = subjects[-1]


def index(name: str, *fields: str, condition: models.Q = OPEN) -> AddIndexConcurrently:
    return AddIndexConcurrently("case", models.Index(fields=list(fields), condition=condition, name=name))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0007_pages")]
    operations = [
        migrations.RunPython(batches_fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            "case",
            models.Index(fields=["owner", "unit"], include=["conversation"], name="case_owner_unit"),
        ),
        migrations.SeparateDatabaseAndState(
            # Django would make the foreign key anew, and look at every row for it.
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS cases_case_owner_id_352cf2f7", migrations.RunSQL.noop
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "case",
                    "owner",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        null=True,
                        related_name="cases",
                        db_index=False,
                    ),
                )
            ],
        ),
        index("case_open", "-last_at", "-id"),
        index("case_unit_due", "unit", "due_at", "id"),
        index("case_owner_due", "owner", "due_at", "id"),
        index("case_due", "due_at", "id"),
        index("case_unit_no_inquiry", "unit", "-last_at", "-id", condition=NO_INQUIRY),
        index("case_no_inquiry", "-last_at", "-id", condition=NO_INQUIRY),
    ]
