"""When the first deadline of a case ends stands in its row, kept by PostgreSQL as deadlines and mergers change."""

import datetime

from django.db import migrations, models

NEVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)

FUNCTIONS = """
CREATE FUNCTION cases_case_look_due(about uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE first_due timestamptz;
BEGIN
    -- Whoever comes second waits here, and then sees what the first has changed.
    PERFORM 1 FROM cases_case WHERE id = about FOR NO KEY UPDATE;
    SELECT coalesce(min(due_at), '9999-01-01 00:00:00+00') INTO first_due
    FROM kernel_deadline
    WHERE state = 'running' AND subject_id = ANY (ARRAY(
        SELECT about UNION ALL SELECT case_id FROM cases_merger WHERE into_id = about AND undone_at IS NULL
    ));
    UPDATE cases_case SET due_at = first_due WHERE id = about AND due_at <> first_due;
END $$;

CREATE FUNCTION cases_case_deadline_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_case_look_due(NEW.subject_id);
    PERFORM cases_case_look_due(into_id) FROM cases_merger
    WHERE case_id = NEW.subject_id AND undone_at IS NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION cases_case_merger_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_case_look_due(NEW.into_id);
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER cases_case_due_begins AFTER INSERT ON kernel_deadline FOR EACH ROW
WHEN (NEW.state = 'running' AND NEW.subject_type = 'cases.case')
EXECUTE FUNCTION cases_case_deadline_changed();

CREATE TRIGGER cases_case_due_changes AFTER UPDATE OF state, due_at ON kernel_deadline FOR EACH ROW
WHEN (NEW.subject_type = 'cases.case' AND (OLD.state, OLD.due_at) IS DISTINCT FROM (NEW.state, NEW.due_at))
EXECUTE FUNCTION cases_case_deadline_changed();

CREATE TRIGGER cases_case_due_merges AFTER INSERT OR UPDATE OF undone_at ON cases_merger FOR EACH ROW
EXECUTE FUNCTION cases_case_merger_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_joining"), ("kernel", "0001_initial")]
    operations = [
        migrations.AddField(
            "case", "due_at", models.DateTimeField(default=NEVER, db_default=NEVER, editable=False)
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
