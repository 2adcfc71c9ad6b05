"""Triggers for tables in which nothing is ever changed or taken away."""

import pgtrigger


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """PostgreSQL refuses UPDATE, DELETE and TRUNCATE."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'Nothing is ever taken away from %.', TG_TABLE_NAME;",
        ),
    ]
