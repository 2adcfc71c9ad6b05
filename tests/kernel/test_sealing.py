"""The sealer numbers committed entries; a proof of one holds for people who have only the document."""

import argparse
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainspoken.config.commands import verify as command
from plainspoken.kernel import crypto, drain, ledger, merkle, proofs, proving, sealing, verify
from plainspoken.kernel.actor import system
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.merkle import BadProof
from plainspoken.kernel.models import Checkpoint, Entry, Node, Seal, Unsealed
from plainspoken.organization.models import Firm

WRITER = system("tests.writer")


def write(count: int) -> list[Entry]:
    firm = Firm.objects.get()
    return ledger.write([Draft("tests.note", firm, WRITER) for _ in range(count)])


def seal() -> None:
    drain.run_until_empty("sealing")


@pytest.mark.django_db
def test_entries_are_numbered_once_without_gaps() -> None:
    written = write(3)
    seal()
    written += write(2)
    seal()
    seal()
    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert set(Seal.objects.values_list("entry_id", flat=True)) == {entry.pk for entry in written}
    assert not Unsealed.objects.exists()


@pytest.fixture
def refuses_seals(db: None) -> Iterator[Callable[[str], None]]:
    """Let PostgreSQL refuse every seal with an error of this SQLSTATE; with none, no longer."""

    def refuse(state: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS tests_refuse ON kernel_ledger_seal")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION tests_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state or '00001'}'; END $$"
            )
            if state:
                cursor.execute(
                    "CREATE TRIGGER tests_refuse BEFORE INSERT ON kernel_ledger_seal"
                    " FOR EACH STATEMENT EXECUTE FUNCTION tests_refuse()"
                )

    yield refuse
    refuse("")


@pytest.mark.parametrize(
    ("state", "error"), [("53100", OperationalError), ("23505", IntegrityError), ("22012", DataError)]
)
def test_what_hinders_the_sealer_is_blamed_on_no_entry(
    refuses_seals: Callable[[str], None], state: str, error: type[DatabaseError]
) -> None:
    """A full disk (53100) least of all: each entry is sealed as soon as there is room."""
    write(3)
    refuses_seals(state)
    with pytest.raises(error):
        seal()
    assert Unsealed.objects.count() == 3
    refuses_seals("")
    seal()
    assert Seal.objects.count() == 3
    assert verify.verify().trouble is None


@pytest.mark.django_db
def test_each_sealing_signs_the_tree_it_has_made() -> None:
    write(3)
    seal()
    write(4)
    seal()
    leaves = [bytes(one.leaf) for one in Seal.objects.order_by("number")]
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 7]
    for checkpoint in Checkpoint.objects.all():
        assert bytes(checkpoint.root) == merkle.root(leaves[: checkpoint.size])
        signed = proofs.checkpoint_bytes(checkpoint.size, bytes(checkpoint.root), checkpoint.at)
        assert crypto.verify(signed, bytes(checkpoint.signature), crypto.public_key(checkpoint.key))


@pytest.mark.django_db
def test_the_stored_nodes_are_those_of_the_tree() -> None:
    write(6)
    seal()
    write(5)
    seal()
    frontier = merkle.Frontier()
    grown = dict(node for one in Seal.objects.order_by("number") for node in frontier.append(bytes(one.leaf)))
    assert {(node.level, node.index): bytes(node.hash) for node in Node.objects.all()} == grown
    assert sealing.current() == frontier


@pytest.mark.django_db
def test_a_checkpoint_is_consistent_with_every_later_one() -> None:
    for size in (2, 3, 6):
        write(size)
        seal()
    first, *_between, last = Checkpoint.objects.order_by("size")
    ranges = merkle.consistency_ranges(0, first.size, last.size)
    nodes = proving.stored(merkle.places(ranges))
    proof = [merkle.range_hash(nodes, one) for one in ranges]
    merkle.verify_consistency(first.size, last.size, bytes(first.root), bytes(last.root), proof)


@pytest.mark.django_db
def test_a_forged_entry_stops_nobody_else() -> None:
    honest = write(2)
    forged = write(1)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_ledger_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE kernel_ledger_entry SET mac = 'forged' WHERE id = %s", [forged.pk])
        cursor.execute("ALTER TABLE kernel_ledger_entry ENABLE TRIGGER USER")
    honest += write(2)
    seal()
    assert set(Seal.objects.values_list("entry_id", flat=True)) == {entry.pk for entry in honest}
    assert not Unsealed.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_there_is_one_sealer_at_a_time() -> None:
    write(1)
    taken: list[int] = []
    with transaction.atomic():
        assert len(sealing.Sealing().claim(10)) == 1
        other = threading.Thread(target=lambda: taken.append(_claimed_elsewhere()))
        other.start()
        other.join()
    assert taken == [0]


@pytest.mark.django_db
def test_the_tables_of_the_ledger_only_grow() -> None:
    write(1)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "opening", "seal", "node", "checkpoint"):
            for statement in (
                f"DELETE FROM kernel_ledger_{table}",
                f"TRUNCATE kernel_ledger_{table} CASCADE",
            ):
                with (
                    pytest.raises(DatabaseError, match=r"Cannot update or delete|taken away"),
                    transaction.atomic(),
                ):
                    cursor.execute(statement)


@pytest.mark.django_db
def test_a_proof_of_every_entry_holds_by_itself() -> None:
    written = write(11)
    seal()
    for entry in written:
        document = json.loads(json.dumps(proving.of(entry)))
        proofs.check(document)
        assert document["entry"] == str(entry.pk)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=5), data=st.data())
def test_any_ledger_proves_any_of_its_entries(sizes: list[int], data: st.DataObject) -> None:
    with transaction.atomic():
        for size in sizes:
            write(size)
            seal()
        number = data.draw(st.integers(1, sum(sizes)))
        proofs.check(proving.of(Entry.objects.get(pk=Seal.objects.get(pk=number).entry_id)))
        assert verify.verify().trouble is None
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_entry_that_is_not_sealed_has_no_proof_yet() -> None:
    with pytest.raises(proving.NotSealed):
        proving.of(write(1)[0])


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    written = write(7)
    seal()
    return proving.of(written[2])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], "another"),
        (["entry"], "00000000-0000-0000-0000-000000000000"),
        (["body"], b64encode(b'{"id": "other"}').decode()),
        (["body"], "?"),
        (["leaf"], "00" * 32),
        (["index"], 3),
        (["index"], None),
        (["inclusion"], []),
        (["inclusion"], ["00" * 32] * 3),
        (["checkpoint", "size"], 8),
        (["checkpoint", "root"], "00" * 32),
        (["checkpoint", "at"], "2020-01-01T00:00:00+00:00"),
        (["checkpoint", "signature"], b64encode(b"\0" * 64).decode()),
        (["checkpoint", "algorithm"], "none"),
        (["checkpoint"], None),
    ],
)
def test_a_bent_proof_does_not_hold(document: dict[str, Any], path: list[str], value: object) -> None:
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadProof):
        proofs.check(document)


def test_a_proof_under_another_key_names_the_other_key(document: dict[str, Any]) -> None:
    ours = document["checkpoint"]["public_key"]
    stranger = Ed25519PrivateKey.generate()
    said = document["checkpoint"]
    said["public_key"] = b64encode(stranger.public_key().public_bytes_raw()).decode()
    with pytest.raises(BadProof, match="public key"):
        proofs.check(document)
    assert b64decode(ours) == crypto.public_key()


def test_the_command_checks_proofs(
    document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, nothing = (tmp_path / name for name in ("good.json", "bad.json", "nothing.json"))
    good.write_text(json.dumps(document))
    bad.write_text(json.dumps(document | {"index": 5}))
    assert command.run(argparse.Namespace(proofs=[good])) == 0
    assert f"entry {document['entry']} is number 3 of 7" in capsys.readouterr().out
    assert command.run(argparse.Namespace(proofs=[good, bad, nothing])) == 1
    assert capsys.readouterr().out.count("does NOT hold") == 2


def _claimed_elsewhere() -> int:
    try:
        with transaction.atomic():
            return len(sealing.Sealing().claim(10))
    finally:
        connection.close()
