"""An export of the ledger, checked by one file that knows nothing of this program: honest, and in each way to lie."""

import ast
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from plainspoken.kernel import crypto, drain, exporting, ledger, merkle, proofs
from plainspoken.kernel import verify_ledger as checker
from plainspoken.kernel.actor import system
from plainspoken.kernel.exporting import Scope
from plainspoken.kernel.ledger import Code, Draft
from plainspoken.kernel.models import Checkpoint
from plainspoken.organization.models import Firm

WRITER = system("tests.writer")
BATCHES = (3, 4, 2)
SEALED = sum(BATCHES)
Lines = list[dict[str, Any]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sealed(db: None) -> None:
    """Nine entries, each with a text, under checkpoints of 3, 7 and 9."""
    firm = Firm.objects.get()
    for size in BATCHES:
        drafts = [Draft("tests.note", firm, WRITER) for _ in range(size)]
        for number, draft in enumerate(drafts):
            draft.record({"text": f"客户说 {number}", "grade": Code("good")})
        ledger.write(drafts)
        drain.run_until_empty("sealing")


def exported(scope: Scope | None = None, *, openings: bool = True) -> Lines:
    return json.loads(json.dumps(list(exporting.lines(scope or exporting.whole(openings=openings)))))


def middle() -> Scope:
    """Entries 5 and 6, between the checkpoints of 3 and 7."""
    base, end = Checkpoint.objects.get(size=3), Checkpoint.objects.get(size=7)
    return Scope(5, 6, base, end, True)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The exit code for these lines, and what is said of them."""

    def run(lines: Lines, *words: str) -> tuple[int, str]:
        file = tmp_path / "ledger.jsonl"
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        code = checker.main([str(file), *words])
        return code, capsys.readouterr().out

    return run


def kept_outside(folder: Path, *sizes: int, **changed: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for size in sizes:
        said = exporting.outside(Checkpoint.objects.get(size=size)) | changed
        (folder / f"checkpoint-{size}.json").write_text(json.dumps(said))
    return folder


def entry(lines: Lines, number: int) -> dict[str, Any]:
    return next(line for line in lines if line.get("number") == number)


@pytest.mark.parametrize("openings", [True, False])
def test_an_honest_export_holds(
    openings: bool, check: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    key, folder = b64encode(crypto.public_key()).decode(), kept_outside(tmp_path / "worm", 3, 9)
    code, said = check(exported(openings=openings), "--key", key, "--checkpoints", str(folder))
    assert code == checker.HOLDS, said
    assert "台账未被改动" in said
    assert "Entries 1 to 9 were looked at, 9 in all" in said
    assert "agree: 2 of 2" in said
    assert ("only commitments" in said) is not openings
    assert "Ask the firm" not in said


def test_without_a_key_the_reader_is_told_to_ask_whose_it_is(check: Callable[..., tuple[int, str]]) -> None:
    assert "Ask the firm" in check(exported())[1]


def test_texts_stay_here_unless_asked_for() -> None:
    assert "客户说" not in json.dumps(exported(openings=False), ensure_ascii=False)


def test_a_part_holds_between_two_checkpoints(check: Callable[..., tuple[int, str]]) -> None:
    lines = exported(middle())
    assert ["body" in line for line in lines if line.get("kind") == "entry"] == [False, True, True, False]
    code, said = check(lines)
    assert (code, "Entries 5 to 6 were looked at, 2 in all" in said) == (checker.HOLDS, True)


def _changed_byte(lines: Lines) -> None:
    entry(lines, 5)["body"] = entry(lines, 5)["body"].replace('"good"', '"poor"')


def _changed_with_its_hash(lines: Lines) -> None:
    _changed_byte(lines)
    entry(lines, 5)["leaf"] = merkle.leaf_hash(entry(lines, 5)["body"].encode()).hex()


def _removed(lines: Lines) -> None:
    lines.remove(entry(lines, 5))


def _moved(lines: Lines) -> None:
    here, there = lines.index(entry(lines, 5)), lines.index(entry(lines, 6))
    lines[here], lines[there] = lines[there], lines[here]


def _moved_with_its_number(lines: Lines) -> None:
    _moved(lines)
    entry(lines, 5)["number"], entry(lines, 6)["number"] = 6, 5


def _withheld(lines: Lines) -> None:
    del entry(lines, 5)["body"]


def _forged(lines: Lines) -> None:
    last = lines[-2]
    last["signature"] = b64encode(bytes(64)).decode()


def _other_text(lines: Lines) -> None:
    entry(lines, 5)["opening"]["text"][1] = "客户没说"


def _put_in_text(lines: Lines) -> None:
    entry(lines, 5)["opening"]["more"] = ["00", "客户没说"]


def _last_line_gone(lines: Lines) -> None:
    del lines[-1]


def _last_checkpoint_gone(lines: Lines) -> None:
    del lines[-2]


def _count_changed(lines: Lines) -> None:
    lines[0]["size"] = 12


def _more_after_the_end(lines: Lines) -> None:
    lines.append(lines[1])


def _spaces(lines: Lines) -> None:
    entry(lines, 1)["body"] += " "
    entry(lines, 1)["leaf"] = merkle.leaf_hash(entry(lines, 1)["body"].encode()).hex()


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (_changed_byte, "entry 5: its content is not what was sealed. [body_changed]"),
        (_changed_with_its_hash, "the first 7 entries lead to another root"),
        (_removed, "entry 5 should stand here, found entry 6"),
        (_moved, "entry 5 should stand here, found entry 6"),
        (_moved_with_its_number, "the first 7 entries lead to another root"),
        (_withheld, "entry 5: it was left out"),
        (_forged, "the signature of the checkpoint at 9 is not valid"),
        (_other_text, 'entry 5: its text "text" is not the one committed to'),
        (_put_in_text, 'entry 5: its text "more" is not the one committed to'),
        (_last_line_gone, "breaks off after entry 9"),
        (_last_checkpoint_gone, "no checkpoint covers the entries after 7"),
        (_count_changed, "says that it goes to entry 12, and goes to 9"),
        (_more_after_the_end, "something stands after the end"),
        (_spaces, "entry 1: its content is not in canonical form"),
    ],
)
def test_a_lie_is_found_and_named(
    lie: Callable[[Lines], None], named: str, check: Callable[..., tuple[int, str]]
) -> None:
    lines = exported()
    lie(lines)
    code, said = check(lines)
    assert (code, "台账不成立" in said) == (checker.WRONG, True)
    assert named in said


def test_a_part_does_not_hide_entries_before_its_base(check: Callable[..., tuple[int, str]]) -> None:
    lines = exported(middle())
    lines[0]["first"] = 1
    assert check(lines) == (checker.WRONG, check(lines)[1])
    assert "line 2 cannot be read" in check(lines)[1]


def test_an_end_cut_off_is_seen_from_outside(check: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """The file is whole in itself: only somebody who knows a later checkpoint can tell."""
    folder = kept_outside(tmp_path / "worm", 7, 9)
    short = exported(Scope(1, 7, None, Checkpoint.objects.get(size=7), False))
    assert check(short)[0] == checker.HOLDS
    code, said = check(short, "--checkpoints", str(folder))
    assert (code, "knows 9 entries, here are 7" in said) == (checker.WRONG, True)


def test_a_past_signed_anew_is_seen_from_outside(
    check: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    folder = kept_outside(tmp_path / "worm", 7)
    code, said = check(rewritten(), "--checkpoints", str(folder))
    assert (code, "another root for the first 7 entries" in said) == (checker.WRONG, True)


def rewritten() -> Lines:
    """Entry 5 changed and everything signed anew, with the firm's own key: by itself it holds."""
    lines = exported(openings=False)
    _changed_with_its_hash(lines)
    frontier = merkle.Frontier()
    for line in lines:
        if line.get("kind") == "entry":
            frontier.append(bytes.fromhex(line["leaf"]))
        if line.get("kind") == "checkpoint":
            line["root"] = frontier.root().hex()
            line["signature"] = b64encode(crypto.sign(signed(line))).decode()
    return lines


def signed(line: dict[str, Any]) -> bytes:
    at = datetime.fromisoformat(line["at"])
    return proofs.checkpoint_bytes(line["size"], bytes.fromhex(line["root"]), at)


def test_a_strangers_signature_is_seen_by_whoever_knows_the_key(
    check: Callable[..., tuple[int, str]],
) -> None:
    stranger, lines = Ed25519PrivateKey.generate(), exported()
    for line in lines:
        if line.get("kind") == "checkpoint":
            line["signature"] = b64encode(stranger.sign(signed(line))).decode()
    public = b64encode(stranger.public_key().public_bytes_raw()).decode()
    lines[0]["keys"] = dict.fromkeys(lines[0]["keys"], public)
    assert check(lines)[0] == checker.HOLDS
    code, said = check(lines, "--key", b64encode(crypto.public_key()).decode())
    assert (code, "the checkpoint at 3 was signed with another key" in said) == (checker.WRONG, True)


def test_an_erased_text_is_named_and_the_ledger_holds(check: Callable[..., tuple[int, str]]) -> None:
    lines = exported()
    entry(lines, 5)["opening"] = None
    code, said = check(lines)
    assert code == checker.TEXTS_MISSING
    assert "texts are missing (erased, or left out): 1: 5." in said


def test_a_forged_checkpoint_outside_is_named(check: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    folder = kept_outside(tmp_path / "worm", 7, root="00" * 32)
    code, said = check(exported(), "--checkpoints", str(folder))
    assert (code, "outside checkpoint checkpoint-7.json is not valid" in said) == (checker.WRONG, True)
    (folder / "checkpoint-7.json").write_text("{}")
    assert check(exported(), "--checkpoints", str(folder))[0] == checker.UNREADABLE


def test_what_a_file_says_cannot_write_over_the_verdict(check: Callable[..., tuple[int, str]]) -> None:
    lines = exported()
    lines[0]["since"] = "\x1b[2J\r"
    assert "\x1b" not in check(lines)[1]


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"[1]\n", b"not json\n", b'{"format": 1}\n', b"[" * 9_999 + b"\n"]
)
def test_what_is_no_export_is_not_checked(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    assert checker.main([str(tmp_path / "x")]) == checker.UNREADABLE
    assert checker.main([str(tmp_path / "none")]) == checker.UNREADABLE


def test_the_file_is_whole_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "ledger.zip"
    assert exporting.write(exporting.whole(openings=False), file) == SEALED
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.zip"]
    assert file.stat().st_mode & 0o077 == 0
    assert checker.main([str(file)]) == checker.HOLDS
    assert zipfile.ZipFile(file).read("verify_ledger.py") == Path(checker.__file__).read_bytes()
    with pytest.raises(FileExistsError):
        exporting.write(exporting.whole(openings=False), file)
    damaged = bytearray(file.read_bytes())
    damaged[200] ^= 1
    file.write_bytes(damaged)
    assert checker.main([str(file)]) == checker.UNREADABLE


def test_an_entry_deleted_here_is_named_there(check: Callable[..., tuple[int, str]]) -> None:
    number = "(SELECT entry_id FROM kernel_ledger_seal WHERE number = 5)"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_ledger_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE kernel_ledger_opening DISABLE TRIGGER USER")
        cursor.execute(f"DELETE FROM kernel_ledger_opening WHERE entry_id = {number}")
        cursor.execute(f"DELETE FROM kernel_ledger_entry WHERE id = {number}")
    assert "entry 5: it was left out" in check(exported())[1]


def test_signatures_are_those_of_the_standard() -> None:
    """RFC 8032, 7.1, test 2; and as the library judges, right and wrong."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert checker.signature_holds(public, b"\x72", signature)
    assert not checker.signature_holds(public, b"\x73", signature)
    assert not checker.signature_holds(public, b"\x72", signature[:32] + signature[32:33] + b"\xff" * 31)
    for _ in range(20):
        private = Ed25519PrivateKey.generate()
        key, made = private.public_key().public_bytes_raw(), private.sign(b"message")
        assert checker.signature_holds(key, b"message", made)
        assert not checker.signature_holds(key, b"message", made[:31] + bytes([made[31] ^ 1]) + made[32:])
        assert not checker.signature_holds(bytes(31) + b"\xff", b"message", made)


def test_the_checker_needs_nothing_and_an_old_python() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert imported <= {
        "__future__",
        "argparse",
        "base64",
        "hashlib",
        "io",
        "json",
        "pathlib",
        "sys",
        "typing",
        "zipfile",
        "zlib",
    }
