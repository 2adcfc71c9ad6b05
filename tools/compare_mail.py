"""Our reader of mail beside Python's `email` and nodemailer's `mailparser`, over the corpus of the tests.

    .venv/bin/python tools/compare_mail.py            the table of docs/mail.md
    .venv/bin/python tools/compare_mail.py --lost     also each mail in which a reader finds something else

A reader finds a subject, a sender or a file name when it is the expected one, blanks aside, and a text when all
words of the expected one are in it, in their order and with none replaced. The packages of mailparser are
installed below tools/compare_mail by the first run.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import install

from plainspoken.channels.email import html
from plainspoken.channels.email.parse import parse

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "tests" / "channels" / "email" / "corpus"
NODE_FOLDER = HERE / "compare_mail"
COLUMNS = ("subjects", "senders", "texts", "file names")
INVISIBLE = re.compile(r"[\s\u200b\ufeff]+")
UNNAMED = re.compile(r"unnamed(?:\.\w+)?")


@dataclass(frozen=True)
class Read:
    """What one reader says of one mail."""

    subject: str = ""
    name: str = ""
    address: str = ""
    text: str = ""
    files: tuple[str, ...] = ()
    failed: bool = False


def main(words: list[str]) -> int:
    mails = sorted(CORPUS.glob("*.eml"))
    expected = [json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for path in mails]
    readers: dict[str, list[Read]] = {
        "`email`, `policy.default`": [_of_email(path) for path in mails],
        "`mailparser`": _of_mailparser(mails),
        "ours": [_of_ours(path) for path in mails],
    }
    print("| | " + " | ".join(COLUMNS) + " | mails it fails on |\n|---|---|---|---|---|---|")
    for name, found in readers.items():
        print(_row(name, expected, found))
    if "--lost" in words:
        _print_lost(mails, expected, readers)
    return 0


def _row(name: str, expected: list[dict[str, Any]], found: list[Read]) -> str:
    cells = []
    for column in COLUMNS:
        judged = [CHECKS[column](wanted, read) for wanted, read in zip(expected, found, strict=True)]
        asked = [one for one in judged if one is not None]
        cells.append(f"{sum(asked)} of {len(asked)}")
    failed = sum(read.failed for read in found)
    return f"| {name} | " + " | ".join(cells) + f" | {failed} |"


def _print_lost(mails: list[Path], expected: list[dict[str, Any]], readers: dict[str, list[Read]]) -> None:
    for name, found in readers.items():
        for path, wanted, read in zip(mails, expected, found, strict=True):
            lost = [column for column in COLUMNS if CHECKS[column](wanted, read) is False]
            if lost:
                print(f"{name}\t{path.stem}\t{', '.join(lost)}")


def _of_ours(path: Path) -> Read:
    parsed = parse(path.read_bytes())
    files = tuple(one.name for one in parsed.attachments)
    return Read(parsed.subject, parsed.from_name, parsed.from_address, parsed.text, files)


def _of_email(path: Path) -> Read:
    """As its documentation shows it; every exception is a mail it fails on."""
    try:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        field = mail["from"]
        sender = field.addresses[0] if field and field.addresses else None
        body = mail.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        if body and body.get_content_subtype() == "html":
            text = html.to_text(text)
        files = tuple(filter(None, (part.get_filename() for part in mail.walk())))
        name, address = (sender.display_name, sender.addr_spec) if sender else ("", "")
        return Read(str(mail["subject"] or ""), name, address, str(text), files)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return Read(failed=True)


def _of_mailparser(mails: list[Path]) -> list[Read]:
    if not (NODE_FOLDER / "node_modules").is_dir():
        install.npm("tools/compare_mail", ["ci", "--loglevel=error"], "mailparser could not be installed.")
    node = install.node()[0] / "node"
    paths = "\n".join(map(str, mails))
    ended = subprocess.run(
        [node, NODE_FOLDER / "read.mjs"], input=paths, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    return [
        Read(**{**line, "files": tuple(line.get("files", ())), "failed": "failed" in line}) for line in lines
    ]


def _subject(wanted: dict[str, Any], read: Read) -> bool | None:
    return None if "subject" not in wanted else _same(wanted["subject"], read.subject)


def _sender(wanted: dict[str, Any], read: Read) -> bool | None:
    asked = [(wanted.get("from_name"), read.name), (wanted.get("from_address"), read.address)]
    judged = [_same(expected, found) for expected, found in asked if expected is not None]
    return all(judged) if judged else None


def _text(wanted: dict[str, Any], read: Read) -> bool | None:
    """A visible text is part of the whole one, which the others give too."""
    expected = wanted.get("text") or wanted.get("visible_text")
    if not expected:
        return None
    lines = [_bare(line) for line in expected.splitlines()]
    return all(line in _bare(read.text) for line in lines)


def _files(wanted: dict[str, Any], read: Read) -> bool | None:
    """A file without a name may have any."""
    names = [one["name"] for one in wanted.get("attachments", ()) if not UNNAMED.fullmatch(one["name"])]
    return all(name in read.files for name in names) if names else None


def _same(expected: str, found: str) -> bool:
    return _bare(expected) == _bare(found)


def _bare(text: str) -> str:
    return INVISIBLE.sub("", text)


CHECKS: dict[str, Callable[[dict[str, Any], Read], bool | None]] = {
    "subjects": _subject,
    "senders": _sender,
    "texts": _text,
    "file names": _files,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
