"""Smaller sums of the roll-up, kept by PostgreSQL as the roll-up changes, whoever changes it.

While they are summed for the first time (a few seconds for a million cases) nothing is rolled up; pages go on.
"""

from django.db import migrations, models

COLUMNS = "measure, day, unit_id, staff_id, channel, line_id"
UNIT_DAY = "measure, day, unit_id, channel, line_id"
STAFF_WEEK = "measure, week, unit_id, staff_id"
CHANGED = {
    "insert": (f"SELECT {COLUMNS}, population, counting FROM come", "NEW TABLE AS come"),
    "delete": (f"SELECT {COLUMNS}, -population AS population, -counting AS counting FROM gone", "OLD TABLE AS gone"),
}
CHANGED["update"] = (
    f"{CHANGED['insert'][0]} UNION ALL {CHANGED['delete'][0]}",
    f"{CHANGED['insert'][1]} {CHANGED['delete'][1]}",
)


def add(changed: str) -> str:
    """Add what has changed to both; in the order of their keys, so that two at once wait but never for each other."""
    return f"""
    INSERT INTO kernel_measure_unit_day AS kept ({UNIT_DAY}, population, counting)
    SELECT {UNIT_DAY}, sum(population), sum(counting) FROM ({changed}) AS changed
    GROUP BY {UNIT_DAY} HAVING sum(population) <> 0 OR sum(counting) <> 0 ORDER BY {UNIT_DAY}
    ON CONFLICT ({UNIT_DAY}) DO UPDATE
    SET population = kept.population + excluded.population, counting = kept.counting + excluded.counting;

    INSERT INTO kernel_measure_staff_week AS kept ({STAFF_WEEK}, population, counting)
    SELECT {STAFF_WEEK}, sum(population), sum(counting)
    FROM (SELECT *, day - (extract(isodow FROM day)::int - 1) AS week FROM ({changed}) AS changed) AS changed
    GROUP BY {STAFF_WEEK} HAVING sum(population) <> 0 OR sum(counting) <> 0 ORDER BY {STAFF_WEEK}
    ON CONFLICT ({STAFF_WEEK}) DO UPDATE
    SET population = kept.population + excluded.population, counting = kept.counting + excluded.counting;
    """


def kept(event: str) -> str:
    changed, tables = CHANGED[event]
    return f"""
    CREATE FUNCTION kernel_measure_day_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {add(changed)} RETURN NULL; END $$;
    CREATE TRIGGER kernel_measure_day_{event} AFTER {event} ON kernel_measure_day REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_measure_day_{event}();
    """


def summed(name: str, db_table: str, columns: dict[str, models.Field], fields: list[str]) -> migrations.CreateModel:
    counts = {one: models.IntegerField() for one in ("population", "counting")}
    once = models.UniqueConstraint(name=f"{db_table}_once", fields=fields, nulls_distinct=False)
    id_ = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return migrations.CreateModel(
        name, [("id", id_), *columns.items(), *counts.items()], {"db_table": db_table, "constraints": [once]}
    )


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_pages")]
    operations = [
        summed(
            "MeasureUnitDay",
            "kernel_measure_unit_day",
            {
                "measure": models.CharField(max_length=60),
                "day": models.DateField(),
                "unit_id": models.UUIDField(null=True),
                "channel": models.CharField(max_length=20),
                "line_id": models.UUIDField(null=True),
            },
            UNIT_DAY.split(", "),
        ),
        summed(
            "MeasureStaffWeek",
            "kernel_measure_staff_week",
            {
                "measure": models.CharField(max_length=60),
                "week": models.DateField(),
                "unit_id": models.UUIDField(null=True),
                "staff_id": models.UUIDField(null=True),
            },
            STAFF_WEEK.split(", "),
        ),
        migrations.AddIndex(
            "MeasureStaffWeek",
            models.Index(fields=["staff_id", "measure", "week"], name="measure_week_staff"),
        ),
        *(migrations.RunSQL(kept(event), migrations.RunSQL.noop) for event in CHANGED),
        migrations.RunSQL(
            add(f"SELECT {COLUMNS}, population, counting FROM kernel_measure_day"), migrations.RunSQL.noop
        ),
    ]
