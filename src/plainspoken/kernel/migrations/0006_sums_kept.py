"""PostgreSQL keeps the smaller sums as the roll-up changes, whoever changes it.

While they are summed for the first time (a few seconds for a million cases) nothing is rolled up; pages go on.
"""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_sums")]
    operations = [
        *(migrations.RunSQL(kept(event), migrations.RunSQL.noop) for event in CHANGED),
        migrations.RunSQL(
            add(f"SELECT {COLUMNS}, population, counting FROM kernel_measure_day"), migrations.RunSQL.noop
        ),
    ]
