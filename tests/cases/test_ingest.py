"""`plainspoken ingest`: mail from files through the same intake, one line of JSON a message."""

import hashlib
import io
import json
import mailbox as boxes
import os
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import mailroom
import weather
import world
from mailroom import ADDRESS, mail
from plainspoken.cases import ingest
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.conversations.models import Conversation, Message
from plainspoken.kernel import drain
from plainspoken.kernel.actor import system
from plainspoken.work.models import Task

KEYS = ["path", "status", "reason", "message_id", "case", "from_name", "from_address"]
KEYS += ["subject", "text", "visible_text", "attachments"]
Line = dict[str, Any]


def taken_in(*paths: Path, default: str = "") -> list[Line]:
    """The lines, when every file can be read."""
    out = io.StringIO()
    assert ingest.ingest(paths, default, out) == []
    return [json.loads(line) for line in out.getvalue().splitlines()]


def file(folder: Path, content: bytes, name: str = "one.eml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.duty("4.3.1a")
@pytest.mark.duty("4.3.1b")
def test_a_received_mail_and_all_that_is_said_of_it(mailbox: Mailbox, tmp_path: Path) -> None:
    letter = message_from_bytes(
        mail("第一次问。\n\n> 以前的话\n", Message_ID="<7@example.com>"), policy=policy.default
    )
    assert isinstance(letter, EmailMessage)
    letter.add_attachment(b"%PDF-1.7 \x00", maintype="application", subtype="pdf", filename="账单.pdf")
    path = file(tmp_path, letter.as_bytes())
    (line,) = taken_in(path)
    assert list(line) == KEYS
    assert line == {
        "path": str(path),
        "status": "received",
        "reason": "",
        "message_id": "7@example.com",
        "case": Case.objects.get().number,
        "from_name": "王芳",
        "from_address": "wang@example.com",
        "subject": "年费",
        "text": "第一次问。\n\n> 以前的话",
        "visible_text": "第一次问。",
        "attachments": [
            {"name": "账单.pdf", "bytes": 10, "sha256": hashlib.sha256(b"%PDF-1.7 \x00").hexdigest()}
        ],
    }


def test_a_duplicate_names_the_case_of_the_first(mailbox: Mailbox, tmp_path: Path) -> None:
    content = mail()
    first, second = taken_in(
        file(tmp_path, content),
        file(tmp_path, b"Received: by x\n" + content.replace(b"\n", b"\r\n"), "two.eml"),
    )
    assert (first["status"], second["status"], second["reason"]) == ("received", "duplicate", "")
    assert first["case"] == second["case"] is not None
    assert Message.objects.filter(kind="in").count() == 1


def test_a_mail_that_came_by_smtp_is_a_duplicate(mailbox: Mailbox, tmp_path: Path) -> None:
    content = mail()
    mailroom.arrives(content)
    assert taken_in(file(tmp_path, content))[0]["status"] == "duplicate"


def test_a_held_one_is_filled_as_far_as_it_can_be_read(mailbox: Mailbox, tmp_path: Path) -> None:
    strange = b"From: a@example.com\r\nSubject: s\r\nContent-Type: application/pkcs7-mime\r\n\r\nAAAA"
    (line,) = taken_in(file(tmp_path, strange))
    assert (line["status"], line["reason"], line["case"]) == ("held", "encrypted", None)
    assert (line["from_address"], line["subject"], line["message_id"]) == ("a@example.com", "s", "")
    assert Task.objects.get(kind="channels.held").subject_id == Raw.objects.get().pk


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 100, b"no mail at all", b"\n\n\n"])
def test_what_is_no_mail_is_held(mailbox: Mailbox, tmp_path: Path, content: bytes) -> None:
    (line,) = taken_in(file(tmp_path, content))
    assert (line["status"], line["case"]) == ("held", None)


def test_an_automatic_answer_is_ignored(mailbox: Mailbox, tmp_path: Path) -> None:
    (line,) = taken_in(file(tmp_path, mail("我在休假", Auto_Submitted="auto-replied")))
    assert (line["status"], line["reason"], line["case"]) == ("ignored", "auto_reply", None)
    assert (line["text"], line["from_name"]) == ("我在休假", "王芳")
    assert Raw.objects.get().state == "ignored"


def test_our_own_mail_that_comes_back_is_ignored(mailbox: Mailbox, tmp_path: Path) -> None:
    mailroom.arrives(mail())
    ours = Message.objects.get(kind="automatic")
    (line,) = taken_in(file(tmp_path, mail("回声", Message_ID=f"<{ours.header_id}>")))
    assert (line["status"], line["reason"]) == ("ignored", "own_loop")


def test_a_reply_names_the_case_it_continues(mailbox: Mailbox, tmp_path: Path) -> None:
    mailroom.arrives(mail())
    ours = Message.objects.get(kind="automatic")
    (line,) = taken_in(file(tmp_path, mail("补充", In_Reply_To=f"<{ours.header_id}>")))
    assert line["case"] == Case.objects.get().number
    assert Conversation.objects.count() == 1


def test_everything_there_is_in_one_go(mailbox: Mailbox, tmp_path: Path) -> None:
    box = boxes.mbox(tmp_path / "archive.mbox")
    for text in ("三", "四"):
        box.add(message_from_bytes(mail(text)))
    box.close()
    maildir = boxes.Maildir(tmp_path / "Mail")
    maildir.add(mail("二"))
    file(tmp_path, mail("一").replace(b"\n", b"\r\n"), "2026/03/one.eml")
    lines = taken_in(tmp_path)
    assert [line["text"] for line in lines] == ["一", "二", "三", "四"]
    assert [line["path"] for line in lines[2:]] == [f"{tmp_path}/archive.mbox#{n}" for n in (1, 2)]
    assert {line["status"] for line in lines} == {"received"}
    assert len({line["case"] for line in lines}) == 4


def test_it_goes_to_the_mailbox_it_names_else_to_the_one_named_here(mailbox: Mailbox, tmp_path: Path) -> None:
    other = channels.put_mailbox(
        world.unit("credit-card"),
        by=mailroom.OPENER,
        address="card@haian.example",
        name_zh="卡",
        name_en="Card",
    )
    to_card = mail().replace(ADDRESS.encode(), b"Card@Haian.example")
    to_nobody = mail("给谁？").replace(ADDRESS.encode(), b"somebody@elsewhere.example")
    taken_in(file(tmp_path, to_card), file(tmp_path, to_nobody, "two.eml"), default="CARD@haian.example")
    taken_in(file(tmp_path, mail("三"), "three.eml"), default=other.address)
    by_text = {one.text: one.conversation.mailbox.address for one in Message.objects.filter(kind="in")}
    assert by_text == {"请问信用卡年费怎么收？": other.address, "给谁？": other.address, "三": ADDRESS}


def test_a_mailbox_there_is_not(mailbox: Mailbox, tmp_path: Path) -> None:
    with pytest.raises(ingest.NoMailbox, match=r"nobody@haian\.example"):
        ingest.ingest([file(tmp_path, mail())], "nobody@haian.example", io.StringIO())
    assert not Raw.objects.exists()


def test_a_firm_without_a_mailbox(firm: object, tmp_path: Path) -> None:
    with pytest.raises(ingest.NoMailbox, match="firm file"):
        ingest.ingest([file(tmp_path, mail())], "", io.StringIO())


def test_one_line_a_message_whatever_the_message_says(mailbox: Mailbox, tmp_path: Path) -> None:
    out = io.StringIO()
    ingest.ingest([file(tmp_path, mail("一\u2028二\x85三\u2029四\x0b五"))], "", out)
    assert len(out.getvalue().splitlines()) == 1


def test_in_the_ledger_it_is_an_arrival_like_any_other(mailbox: Mailbox, tmp_path: Path) -> None:
    taken_in(file(tmp_path, mail()))
    (entry,) = world.entries("channels.raw.store")
    assert (entry.actor_id, entry.subject_id) == (system("cases.ingest").id, mailbox.pk)
    assert len(world.entries("cases.inquiry.open")) == 1


@pytest.mark.django_db(transaction=True)
def test_while_a_worker_takes_in_as_well_each_is_there_once(tmp_path: Path) -> None:
    mailroom.opened()
    for number in range(40):
        file(tmp_path, mail(f"第 {number} 个", sender=f"c{number}@example.com"), f"{number:03}.eml")
    child = weather.forked(claiming)
    try:
        lines = taken_in(tmp_path)
    finally:
        weather.killed(child)
    assert [line["status"] for line in lines] == ["received"] * 40
    assert len({line["case"] for line in lines}) == 40
    assert (Case.objects.count(), Raw.objects.count()) == (40, 40)


def claiming() -> None:
    """What waits, as fast as it can."""
    drain.run_until_empty("intake")
    time.sleep(0.001)


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
def test_from_the_command_line(tmp_path: Path) -> None:
    mailroom.opened()
    for number in range(60):
        file(tmp_path, mail(f"第 {number} 个", sender=f"c{number}@example.com"), f"all/{number:03}.eml")
    gbk = os.fsdecode(b"\xc4\xea\xb7\xd1.eml")
    file(tmp_path, mail("文件名不是 UTF-8"), f"all/{gbk}")
    gone = tmp_path / "gone.eml"
    ended = weather.plainspoken("ingest", str(gone), str(tmp_path / "all"), PYTHONIOENCODING="ascii")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (ended.returncode, len(lines)) == (1, 61)
    assert ended.stderr.splitlines() == [f"plainspoken: {gone} could not be read: No such file or directory"]
    assert {(line["status"], *line) for line in lines} == {("received", *KEYS)}
    assert lines[-1]["path"] == f"{tmp_path}/all/{gbk}"
    assert (Case.objects.count(), Raw.objects.filter(state="waiting").count()) == (61, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    world.firm()
    one = str(file(tmp_path, mail()))
    without = weather.plainspoken("ingest", one)
    assert (without.returncode, without.stdout) == (2, "")
    assert without.stderr == "plainspoken: This firm has no mailbox yet: add one to the firm file.\n"
    mailroom.opened()
    unknown = weather.plainspoken("ingest", "--mailbox", "x@haian.example", one)
    assert (unknown.returncode, unknown.stderr) == (2, "plainspoken: There is no mailbox x@haian.example.\n")
