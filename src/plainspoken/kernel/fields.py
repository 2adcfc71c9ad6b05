"""A text that is encrypted in its column."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

from plainspoken.kernel import crypto


class EncryptedText(models.BinaryField):  # type: ignore[type-arg]
    """Reads and writes `str`; the column holds bytes that open only in this table and column.

    It cannot be searched, only asked whether it is null: put a blind index (`crypto.blind`) beside it.
    Reading raises `crypto.CannotOpen` for bytes that came there another way.
    """

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise TypeError(f"{self.model._meta.label}.{self.name} holds text, not {type(value).__name__}.")
        return crypto.seal(value.encode(), self._context())

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        return None if value is None else crypto.unseal(bytes(value), self._context()).decode()

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _context(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()
