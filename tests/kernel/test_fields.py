"""A column of encrypted text: `str` in and out, bytes in between that open nowhere else."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from plainspoken.kernel.crypto import CannotOpen
from plainspoken.kernel.fields import EncryptedText

pytestmark = pytest.mark.django_db
TEXT = "350200198001010010 卡号"


@pytest.fixture
def letters() -> Iterator[type[models.Model]]:
    """A table of its own with two encrypted columns, gone with the transaction of the test."""
    with isolate_apps("plainspoken.kernel"):

        class Letter(models.Model):
            value = EncryptedText()
            other = EncryptedText(null=True)

            class Meta:
                app_label = "kernel"
                db_table = "test_letter"

        with connection.schema_editor() as editor:
            editor.create_model(Letter)
        yield Letter


def column(name: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM test_letter")
        row = cursor.fetchone()
    assert row
    return None if row[0] is None else bytes(row[0])


def test_what_is_saved_is_read_and_not_seen_in_the_table(letters: type[models.Model]) -> None:
    letters._default_manager.create(value=TEXT)
    assert letters._default_manager.values_list("value", "other").get() == (TEXT, None)
    stored = column("value")
    assert stored is not None
    assert stored.startswith(b"aes-256-gcm.")
    assert b"350200" not in stored
    assert column("other") is None


def test_empty_is_encrypted_too(letters: type[models.Model]) -> None:
    letters._default_manager.create(value="", other="x")
    assert letters._default_manager.values_list("value", "other").get() == ("", "x")


def test_many_are_written_and_changed_at_once(letters: type[models.Model]) -> None:
    rows = letters._default_manager.bulk_create(letters(value=str(number)) for number in range(3))
    for row in rows:
        row.value += "0"  # type: ignore[attr-defined]
    letters._default_manager.bulk_update(rows, ["value"])
    letters._default_manager.update(other="same")
    found = letters._default_manager.order_by("pk").values_list("value", "other")
    assert list(found) == [("00", "same"), ("10", "same"), ("20", "same")]


def test_the_bytes_of_one_column_do_not_open_in_another(letters: type[models.Model]) -> None:
    letters._default_manager.create(value=TEXT)
    letters._default_manager.update(other=models.F("value"))
    with pytest.raises(CannotOpen):
        letters._default_manager.values_list("other").get()


@pytest.mark.parametrize("lookup", ["value", "value__exact", "value__in", "value__contains", "value__gt"])
def test_it_cannot_be_searched(letters: type[models.Model], lookup: str) -> None:
    with pytest.raises(FieldError, match="Unsupported lookup"):
        letters._default_manager.filter(**{lookup: [TEXT]}).exists()


def test_it_can_be_asked_whether_it_is_null(letters: type[models.Model]) -> None:
    letters._default_manager.create(value=TEXT)
    assert letters._default_manager.filter(other__isnull=True).exists()


@pytest.mark.parametrize("value", [b"bytes", 5])
def test_only_text_is_taken(letters: type[models.Model], value: object) -> None:
    with pytest.raises(TypeError, match=r"Letter\.value holds text"), transaction.atomic():
        letters._default_manager.create(value=value)


def test_a_value_forgotten_is_refused(letters: type[models.Model]) -> None:
    with pytest.raises(TypeError, match="holds text, not bytes"), transaction.atomic():
        letters._default_manager.create(other="x")
