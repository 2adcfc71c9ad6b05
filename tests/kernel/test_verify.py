"""Whatever is done to the ledger behind the system's back is found, and the first bad row is named.

The tampering is done by SQL as the owner of the tables, who can switch triggers and foreign keys off.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from plainspoken.config.commands import verify as command
from plainspoken.kernel import clock, contents, drain, ledger, merkle, sealing, verify
from plainspoken.kernel.actor import system
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code, Draft
from plainspoken.kernel.models import Checkpoint, Entry, Node, Opening, Seal, Unsealed
from plainspoken.organization.models import Firm

WRITER = system("tests.writer")
TABLES = [model._meta.db_table for model in (Entry, Opening, Unsealed, Seal, Node, Checkpoint)]
BATCHES = (3, 4, 2)
YOUNG = 2

pytestmark = pytest.mark.django_db


def note(text: str) -> Draft:
    draft = Draft("tests.note", Firm.objects.get(), WRITER, duties=("4.3.1b",))
    draft.record({"text": text, "number": len(text), "grade": Code("good")})
    return draft


@pytest.fixture
def entries(db: None) -> list[UUID]:
    """Nine sealed entries under three checkpoints, and two that are not sealed yet; in the sealer's order."""
    for size in BATCHES:
        ledger.write([note(f"said {number}") for number in range(size)])
        drain.run_until_empty("sealing")
    sealed = list(Seal.objects.order_by("number").values_list("entry_id", flat=True))
    return sealed + [entry.pk for entry in ledger.write([note("young") for _ in range(YOUNG)])]


@pytest.fixture
def sql(entries: list[UUID]) -> Callable[..., None]:
    """Executes a statement with triggers and foreign keys of the ledger's tables switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid::regclass::text = ANY(%s)",
            [TABLES],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def execute(statement: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, "the tampering must change something"

    return execute


def trouble() -> tuple[str, str]:
    found = verify.verify().trouble
    assert found, "the tampering was not found"
    assert found.words
    return found.row, found.what


def test_an_honest_ledger_is_what_it_was(entries: list[UUID]) -> None:
    report = verify.verify()
    assert report.trouble is None
    assert (report.sealed, report.unsealed, report.checkpoints) == (sum(BATCHES), YOUNG, len(BATCHES))


def test_an_empty_ledger_is_what_it_was() -> None:
    assert verify.verify() == verify.Report()


def test_a_changed_body_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    body = bytes(Entry.objects.get(pk=entries[4]).body).replace(b'"good"', b'"poor"')
    sql("UPDATE kernel_ledger_entry SET body = %s WHERE id = %s", body, entries[4])
    assert trouble() == (f"entry {entries[4]}", "body_changed")


def test_the_first_of_several_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("UPDATE kernel_ledger_entry SET body = body || ' ' WHERE id = ANY(%s)", [entries[6], entries[2]])
    assert trouble() == (f"entry {entries[2]}", "body_changed")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00Z"),
        ("code", "tests.other"),
        ("refusal", "not_qualified"),
        ("subject_type", "cases.case"),
        ("subject_id", "01a20a00-0000-7000-8000-000000000001"),
        ("actor_kind", "staff"),
        ("actor_id", "01a20a00-0000-7000-8000-000000000002"),
        ("actor_post", "head"),
        ("cause", "01a20a00-0000-7000-8000-000000000003"),
    ],
)
def test_a_changed_column_is_named(
    entries: list[UUID], sql: Callable[..., None], column: str, value: str
) -> None:
    sql(f"UPDATE kernel_ledger_entry SET {column} = %s WHERE id = %s", value, entries[1])
    assert trouble() == (f"entry {entries[1]}", f"column_changed:{column}")


def test_every_column_that_repeats_the_body_is_compared() -> None:
    kept_elsewhere = {"body", "mac"}
    assert {field.column for field in Entry._meta.concrete_fields} - kept_elsewhere == set(contents.COLUMNS)


def test_a_changed_mac_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("UPDATE kernel_ledger_entry SET mac = 'nothing' WHERE id = %s", entries[0])
    assert trouble() == (f"entry {entries[0]}", "not_ours")


def test_a_deleted_entry_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = %s", entries[5])
    assert trouble() == (f"entry {entries[5]}", "entry_missing")


def test_an_entry_deleted_with_its_seal_and_opening_is_named(
    entries: list[UUID], sql: Callable[..., None]
) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = %s", entries[5])
    sql("DELETE FROM kernel_ledger_opening WHERE entry_id = %s", entries[5])
    sql("DELETE FROM kernel_ledger_seal WHERE number = 6")
    assert trouble() == ("seal 6", "seal_missing")


def test_closing_the_gap_does_not_help(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = %s", entries[5])
    sql("DELETE FROM kernel_ledger_seal WHERE number = 6")
    sql("UPDATE kernel_ledger_seal SET number = -number WHERE number > 6")
    sql("UPDATE kernel_ledger_seal SET number = -number - 1 WHERE number < 0")
    assert trouble() == (f"seal 6, entry {entries[6]}", "seal_not_ours")


def test_the_last_entries_deleted_with_their_seals_are_named(
    entries: list[UUID], sql: Callable[..., None]
) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = ANY(%s)", entries[7:9])
    sql("DELETE FROM kernel_ledger_opening WHERE entry_id = ANY(%s)", entries[7:9])
    sql("DELETE FROM kernel_ledger_seal WHERE number > 7")
    assert trouble() == ("seal 8", "seal_missing")


def test_the_last_batch_deleted_with_its_checkpoint_leaves_its_nodes(
    entries: list[UUID], sql: Callable[..., None]
) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = ANY(%s)", entries[7:9])
    sql("DELETE FROM kernel_ledger_opening WHERE entry_id = ANY(%s)", entries[7:9])
    sql("DELETE FROM kernel_ledger_seal WHERE number > 7")
    sql("DELETE FROM kernel_ledger_checkpoint WHERE size > 7")
    assert trouble() == ("node 0/7", "node_unknown")


def test_all_seals_deleted_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_seal")
    assert trouble() == ("seal 1", "seal_missing")


@pytest.mark.parametrize("left", ["kernel_ledger_opening", "kernel_ledger_unsealed"])
def test_a_young_entry_deleted_is_named(entries: list[UUID], sql: Callable[..., None], left: str) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = %s", entries[-1])
    for table in {"kernel_ledger_opening", "kernel_ledger_unsealed"} - {left}:
        sql(f"DELETE FROM {table} WHERE entry_id = %s", entries[-1])
    assert trouble() == (f"entry {entries[-1]}", "entry_missing")


def forged(sql: Callable[..., None], source: UUID) -> UUID:
    """A copy of an entry, with its opening, under an id of its own."""
    key = uuid7()
    rest = "at, code, refusal, subject_type, subject_id, actor_kind, actor_id, actor_post, cause, body, mac"
    sql(
        f"INSERT INTO kernel_ledger_entry (id, {rest})"
        f" SELECT %s, {rest} FROM kernel_ledger_entry WHERE id = %s",
        key,
        source,
    )
    sql(
        "INSERT INTO kernel_ledger_opening (entry_id, values)"
        " SELECT %s, values FROM kernel_ledger_opening WHERE entry_id = %s",
        key,
        source,
    )
    return key


def test_a_forged_entry_without_a_seal_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    key = forged(sql, entries[0])
    body = bytes(Entry.objects.get(pk=key).body).replace(str(entries[0]).encode(), str(key).encode())
    sql("UPDATE kernel_ledger_entry SET body = %s WHERE id = %s", body, key)
    assert trouble() == (f"entry {key}", "not_ours")


def test_an_honest_body_cannot_be_used_twice(entries: list[UUID], sql: Callable[..., None]) -> None:
    key = forged(sql, entries[0])
    assert trouble() == (f"entry {key}", "column_changed:id")


def test_the_sealer_leaves_a_forged_entry_out(entries: list[UUID], sql: Callable[..., None]) -> None:
    key = forged(sql, entries[0])
    sql("UPDATE kernel_ledger_entry SET mac = 'forged' WHERE id = %s", key)
    sql("INSERT INTO kernel_ledger_unsealed (entry_id) VALUES (%s)", key)
    drain.run_until_empty("sealing")
    assert not Seal.objects.filter(entry_id=key).exists()
    assert trouble() == (f"entry {key}", "not_ours")


def test_a_forged_entry_with_a_seal_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    key = forged(sql, entries[0])
    leaf = merkle.leaf_hash(bytes(Entry.objects.get(pk=key).body))
    sql("INSERT INTO kernel_ledger_seal VALUES (10, %s, %s, %s)", key, leaf, b"hmac-sha256.1:forged")
    assert trouble() == (f"seal 10, entry {key}", "seal_not_ours")


def test_a_forged_entry_put_between_sealed_ones_is_named(
    entries: list[UUID], sql: Callable[..., None]
) -> None:
    key = forged(sql, entries[0])
    leaf = merkle.leaf_hash(bytes(Entry.objects.get(pk=key).body))
    sql("UPDATE kernel_ledger_seal SET number = -number WHERE number >= 3")
    sql("UPDATE kernel_ledger_seal SET number = 1 - number WHERE number < 0")
    sql("INSERT INTO kernel_ledger_seal VALUES (3, %s, %s, %s)", key, leaf, b"hmac-sha256.1:forged")
    assert trouble() == (f"seal 3, entry {key}", "seal_not_ours")


def test_an_entry_hidden_from_the_sealer_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_unsealed WHERE entry_id = %s", entries[-1])
    assert trouble() == (f"entry {entries[-1]}", "left_unsealed")


def test_reordered_seals_are_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("UPDATE kernel_ledger_seal SET number = -number WHERE number IN (4, 5)")
    sql("UPDATE kernel_ledger_seal SET number = 9 + number WHERE number < 0")
    assert trouble() == (f"seal 4, entry {entries[4]}", "seal_not_ours")


def test_entries_exchanged_under_their_seals_are_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("UPDATE kernel_ledger_seal SET entry_id = %s WHERE number = 4", uuid7())
    sql("UPDATE kernel_ledger_seal SET entry_id = %s WHERE number = 5", entries[3])
    sql("UPDATE kernel_ledger_seal SET entry_id = %s WHERE number = 4", entries[4])
    assert trouble() == (f"seal 4, entry {entries[4]}", "seal_not_ours")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": ["00" * 16, "said otherwise"]},
        {"text": "no pair"},
        {"text": ["no salt", "said 0"]},
        [],
    ],
)
def test_a_changed_opening_is_named(entries: list[UUID], sql: Callable[..., None], values: object) -> None:
    honest = Opening.objects.get(pk=entries[3]).values
    changed = honest | values if values and isinstance(values, dict) else values
    sql("UPDATE kernel_ledger_opening SET values = %s WHERE entry_id = %s", json.dumps(changed), entries[3])
    assert trouble() == (f"opening {entries[3]}", "opening_changed")


def test_a_deleted_opening_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_opening WHERE entry_id = %s", entries[3])
    assert trouble() == (f"opening {entries[3]}", "opening_missing")


@pytest.mark.parametrize(("level", "index"), [(0, 2), (1, 1), (2, 1), (3, 0)])
def test_a_changed_node_is_named(
    entries: list[UUID], sql: Callable[..., None], level: int, index: int
) -> None:
    sql("UPDATE kernel_ledger_node SET hash = %s WHERE level = %s AND index = %s", b"\0" * 32, level, index)
    assert trouble() == (f"node {level}/{index}", "node_changed")


def test_a_deleted_node_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_node WHERE level = 1 AND index = 0")
    assert trouble() == ("node 1/0", "node_changed")


@pytest.mark.parametrize(("level", "index"), [(0, 9), (1, 4), (4, 0), (0, -1)])
def test_a_node_put_in_is_named(
    entries: list[UUID], sql: Callable[..., None], level: int, index: int
) -> None:
    sql("INSERT INTO kernel_ledger_node (level, index, hash) VALUES (%s, %s, %s)", level, index, b"\0" * 32)
    assert trouble() == (f"node {level}/{index}", "node_unknown")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("root", b"\0" * 32),
        ("at", "2020-01-01T00:00:00Z"),
        ("signature", b"\0" * 64),
        ("key", "another"),
        ("key", ""),
        ("algorithm", "sm2"),
    ],
)
def test_a_changed_checkpoint_is_named(
    entries: list[UUID], sql: Callable[..., None], column: str, value: object
) -> None:
    sql(f"UPDATE kernel_ledger_checkpoint SET {column} = %s WHERE size = 7", value)
    assert trouble() == ("checkpoint 7", "signature_wrong")


@pytest.mark.parametrize("size", [5, 100])
def test_a_checkpoint_moved_to_another_size_is_named(
    entries: list[UUID], sql: Callable[..., None], size: int
) -> None:
    sql("UPDATE kernel_ledger_checkpoint SET size = %s WHERE size = 9", size)
    assert trouble() == (f"checkpoint {size}", "signature_wrong")


def test_an_old_checkpoint_does_not_fit_another_past(entries: list[UUID], sql: Callable[..., None]) -> None:
    """Whoever holds our keys can seal another past, but not so that a checkpoint of before fits."""
    other = sealing.checkpoint(merkle.Frontier(1, [merkle.leaf_hash(b"another past")]))
    sql(
        "INSERT INTO kernel_ledger_checkpoint (size, at, root, key, algorithm, signature)"
        " VALUES (1, %s, %s, %s, %s, %s)",
        other.at,
        other.root,
        other.key,
        other.algorithm,
        other.signature,
    )
    assert trouble() == ("checkpoint 1", "root_differs")


def test_a_missing_last_checkpoint_is_named(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("DELETE FROM kernel_ledger_checkpoint WHERE size = 9")
    assert trouble() == (f"seal 8, entry {entries[7]}", "checkpoint_missing")


def test_only_the_newest_are_looked_at_on_top_of_a_checkpoint(
    entries: list[UUID], sql: Callable[..., None]
) -> None:
    report = verify.verify(newest=2)
    assert (report.relied_on, report.sealed, report.unsealed, report.checkpoints) == (7, 2, YOUNG, 1)
    sql("UPDATE kernel_ledger_entry SET code = 'tests.other' WHERE id = ANY(%s)", [entries[0], entries[8]])
    found = verify.verify(newest=2).trouble
    assert found
    assert found.row == f"entry {entries[8]}"


def test_what_is_relied_on_must_be_signed(entries: list[UUID], sql: Callable[..., None]) -> None:
    sql("UPDATE kernel_ledger_node SET hash = %s WHERE level = 2 AND index = 0", b"\0" * 32)
    found = verify.verify(newest=2).trouble
    assert found
    assert (found.row, found.what) == ("checkpoint 7", "root_differs")
    sql("DELETE FROM kernel_ledger_node WHERE level = 2 AND index = 0")
    found = verify.verify(newest=2).trouble
    assert found
    assert (found.row, found.what) == ("node 2/0", "node_changed")


def test_a_young_ledger_is_looked_at_whole(entries: list[UUID]) -> None:
    assert verify.verify(newest=100).relied_on == 0


def test_old_entries_are_not_looked_for_when_only_the_newest_are(db: None) -> None:
    with clock.moved(clock.now() - timedelta(days=3)):
        ledger.write([note("an old one, still unsealed")])
    ledger.write([note("sealed")])
    Unsealed.objects.filter(entry__at__lt=clock.now() - timedelta(days=1)).delete()
    drain.run_until_empty("sealing")
    ledger.write([note("sealed too")])
    drain.run_until_empty("sealing")
    assert verify.verify(newest=1).trouble is None
    assert verify.verify().trouble


def test_every_trouble_has_its_words() -> None:
    for code in verify.WORDS:
        assert str(verify.Trouble("row", code).words)
    assert verify.Trouble("row", "column_changed:at").words.endswith("(at)")


def test_the_command_says_how_many(entries: list[UUID], capsys: pytest.CaptureFixture[str]) -> None:
    assert command._ledger(verify.verify()) == 0
    said = capsys.readouterr().out
    assert "9 entries sealed, 3 checkpoints, 2 not yet sealed" in said


def test_the_command_names_the_first_bad_row(
    entries: list[UUID], sql: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    sql("DELETE FROM kernel_ledger_entry WHERE id = %s", entries[1])
    assert command._ledger(verify.verify()) == 1
    assert f"entry {entries[1]}" in capsys.readouterr().out
