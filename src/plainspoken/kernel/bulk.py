"""Many rows into a table by COPY, for the few places where they come together."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier


def copy(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], types: Sequence[str] = ()
) -> None:
    """Write the rows, each with its values in the order of the columns. Triggers, keys and checks hold as ever.

    With the `types` of the columns, as psycopg calls them, values are sent in binary. Errors are Django's: whoever
    waits for a database that is away or whose disk is full knows them by that.
    """
    named = SQL(", ").join(map(Identifier, columns))
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), named)
    form = SQL(" (FORMAT BINARY)") if types else SQL("")
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into + form) as writing:
        if types:
            writing.set_types(types)
        for row in rows:
            writing.write_row(row)
