from django.db import migrations

CARRY_OVER = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT series, last FROM kernel_number_series LOOP
        EXECUTE format(
            'CREATE SEQUENCE %I START WITH %s', 'kernel_number_' || lower(replace(one.series, '-', '_')), one.last + 1
        );
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_live")]

    operations = [
        migrations.RunSQL(CARRY_OVER),
        migrations.DeleteModel("NumberSeries"),
    ]
