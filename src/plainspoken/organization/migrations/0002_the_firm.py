from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from plainspoken.kernel.ids import uuid7


def make_the_firm(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The one row under which everything of the firm is born; `firm apply` gives it its names."""
    apps.get_model("organization", "Firm").objects.create(id=uuid7())


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial")]
    operations = [migrations.RunPython(make_the_firm, migrations.RunPython.noop)]
