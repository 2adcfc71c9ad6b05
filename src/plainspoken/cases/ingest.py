"""Mail from files through the same intake as any other, with a line of JSON about each."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from plainspoken.cases import intake
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.email import files
from plainspoken.channels.email.parse import Parsed, parse
from plainspoken.channels.models import Mailbox, Raw, Seen
from plainspoken.kernel.actor import system

INGESTER = system("cases.ingest", "channels.raw.store")
LOOK_SECONDS = 0.02
# Ends of lines for many programs, and not for JSON: there is one line a message.
LINE_ENDS = str.maketrans({end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"})


class NoMailbox(Exception):
    """There is no mailbox the mail could go to."""


def ingest(paths: Iterable[Path], default: str, out: TextIO) -> list[files.Unread]:
    """Take in all messages of the paths; what could not be read comes back. Raises NoMailbox, DiskFull."""
    mailboxes = _mailboxes(default)
    unread = []
    for path in paths:
        for found in files.messages(path):
            if isinstance(found, files.Unread):
                unread.append(found)
            else:
                line = json.dumps(_taken_in(found, mailboxes), ensure_ascii=False)
                out.write(line.translate(LINE_ENDS) + "\n")
                out.flush()
    return unread


def _mailboxes(default: str) -> dict[str, Mailbox]:
    """By address, the one for mail that names none of ours first."""
    rows = sorted(Mailbox.objects.all(), key=lambda one: (one.address != default.lower(), one.pk))
    if not rows:
        raise NoMailbox("This firm has no mailbox yet: add one to the firm file.")
    if default and rows[0].address != default.lower():
        raise NoMailbox(f"There is no mailbox {default}.")
    return {row.address: row for row in rows}


def _taken_in(found: files.Found, mailboxes: dict[str, Mailbox]) -> dict[str, Any]:
    parsed = parse(found.content)
    raw = channels.store(_addressed(parsed, mailboxes), by=INGESTER, content=found.content)
    while raw.state == "waiting":
        if not intake.settle(raw.pk):
            time.sleep(LOOK_SECONDS)
        raw.refresh_from_db()
    return _line(found.path, raw, parsed)


def _addressed(parsed: Parsed, mailboxes: dict[str, Mailbox]) -> Mailbox:
    named = [one.address.lower() for one in (*parsed.to, *parsed.cc)]
    return next(
        (mailboxes[address] for address in named if address in mailboxes), next(iter(mailboxes.values()))
    )


def _line(path: str, raw: Raw, parsed: Parsed) -> dict[str, Any]:
    case = _case(raw)
    return {
        "path": path,
        "status": raw.state,
        "reason": raw.reason,
        "message_id": parsed.message_id,
        "case": case.number if case else None,
        "from_name": parsed.from_name,
        "from_address": parsed.from_address,
        "subject": parsed.subject,
        "text": parsed.text,
        "visible_text": parsed.visible_text,
        "attachments": [
            {"name": one.name, "bytes": len(one.content), "sha256": one.sha256} for one in parsed.attachments
        ],
    }


def _case(raw: Raw) -> Case | None:
    """The case of the message, of the first arrival for a duplicate."""
    first = (
        Seen.objects.filter(mailbox=raw.mailbox_id, digest=raw.digest).values_list("raw", flat=True).first()
    )
    cases = Case.objects.filter(conversation__messages__raw=first or raw.pk)
    return cases.order_by("-received_at", "-id").first()
