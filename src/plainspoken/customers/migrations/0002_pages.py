"""A part of a name, and the beginning of a number, are found by an index: made while work goes on."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper

from plainspoken.customers.models import Pieces

FUNCTION = """
CREATE OR REPLACE FUNCTION customers_pieces(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(upper(words), start, length)), '{}')
    FROM generate_series(1, length(words)) AS start, generate_series(1, 2) AS length
$$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        AddIndexConcurrently("customer", GinIndex(Pieces("name"), name="customer_pieces")),
        AddIndexConcurrently(
            "customer",
            models.Index(OpClass(Upper("number"), name="text_pattern_ops"), name="customer_number_begins"),
        ),
    ]
