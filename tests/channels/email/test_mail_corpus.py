"""Mails as they really arrive, each beside what a reader must find in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from plainspoken.channels.email.addresses import Address
from plainspoken.channels.email.content import Attachment
from plainspoken.channels.email.parse import Parsed, read

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))


def _addresses(found: tuple[Address, ...]) -> list[list[str]]:
    return [[one.name, one.address] for one in found]


def _attachment(one: Attachment) -> dict[str, Any]:
    return {
        "name": one.name,
        "content_type": one.content_type,
        "bytes": len(one.content),
        "sha256": one.sha256,
        "content_id": one.content_id,
    }


def _shown(parsed: Parsed) -> dict[str, Any]:
    report = parsed.delivery_report
    return {
        "message_id": parsed.message_id,
        "in_reply_to": list(parsed.in_reply_to),
        "references": list(parsed.references),
        "subject": parsed.subject,
        "from_name": parsed.from_name,
        "from_address": parsed.from_address,
        "reply_to": parsed.reply_to,
        "to": _addresses(parsed.to),
        "cc": _addresses(parsed.cc),
        "date": parsed.date.isoformat() if parsed.date else None,
        "automatic": parsed.automatic,
        "marker": parsed.marker,
        "authentication_results": list(parsed.authentication_results),
        "text": parsed.text.strip(),
        "visible_text": parsed.visible_text,
        "has_html": bool(parsed.html),
        "attachments": [_attachment(one) for one in parsed.attachments],
        "damaged": parsed.damaged,
        "trouble": parsed.trouble,
        "delivery_report": report
        and {
            "original_message_id": report.original_message_id,
            "recipient": report.recipient,
            "status": report.status,
            "failed": report.failed,
        },
    }


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_mail_is_read_as_its_sender_meant_it(path: Path):
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = _shown(read(path.read_bytes()))
    assert {key: found[key] for key in expected} == expected


def test_the_corpus_is_there_and_half_of_it_chinese():
    chinese = [path for path in CORPUS if path.stem.startswith("zh_")]
    assert len(CORPUS) >= 200
    assert len(chinese) * 2 >= len(CORPUS)
