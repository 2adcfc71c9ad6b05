"""The constraints that came with 0002 hold of every row: looked at while the table is written to."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_bulk")]

    operations = [
        ValidateConstraint("case", "cases_case_judged_when_triaged"),
        ValidateConstraint("case", "cases_case_owned_when_in_work"),
    ]
