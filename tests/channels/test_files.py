"""Mail in files: which messages there are, what they are called, and what is no mail."""

import mailbox
import os
from email import message_from_bytes
from pathlib import Path

import pytest

from mailroom import mail
from plainspoken.channels.email import files
from plainspoken.channels.email.files import Found, Unread
from plainspoken.kernel import blobs


def found(path: Path) -> list[tuple[str, bytes]]:
    """All that is there, by its path within the folder of the test."""
    messages = list(files.messages(path))
    assert all(isinstance(one, Found) for one in messages), messages
    return [(one.path, one.content) for one in messages if isinstance(one, Found)]


def unread(path: Path) -> list[Unread]:
    return [one for one in files.messages(path) if isinstance(one, Unread)]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_is_one_message_byte_for_byte(tmp_path: Path, end: bytes) -> None:
    content = mail().replace(b"\n", end)
    file = write(tmp_path / "one.eml", content)
    assert found(file) == [(str(file), content)]


def test_a_file_needs_no_name_of_a_kind(tmp_path: Path) -> None:
    assert found(write(tmp_path / "1767225600.M1P2.host:2,S", mail()))[0][0].endswith("host:2,S")


def test_an_mbox_as_python_writes_it(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "archive")
    texts = ["第一封\n", "From now on it is free.\n", "第三封\n"]
    for text in texts:
        box.add(message_from_bytes(mail(text)))
    box.close()
    messages = found(tmp_path / "archive")
    assert [path for path, _ in messages] == [f"{tmp_path}/archive#{n}" for n in (1, 2, 3)]
    assert b"\nFrom now on it is free.\n" in messages[1][1]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("apart", [b"\n", b""])
def test_messages_of_an_mbox_keep_their_line_ends(tmp_path: Path, end: bytes, apart: bytes) -> None:
    one, two = (mail(text).replace(b"\n", end) for text in ("一", "二"))
    line = b"From wang@example.com Tue Mar  3 10:00:00 2026" + end
    file = write(tmp_path / "box", line + one + apart.replace(b"\n", end) + line + two)
    contents = [content for _, content in found(file)]
    assert [content.rstrip() for content in contents] == [one.rstrip(), two.rstrip()]


def test_a_paragraph_that_begins_with_from_is_no_new_message(tmp_path: Path) -> None:
    text = "您好\n\nFrom 9:00 to 12:00 nobody answered.\nWhy?\n\nFrom wang\n"
    line = b"From wang@example.com Tue Mar  3 10:00:00 2026\n"
    content = message_from_bytes(mail("x")).as_bytes().replace(b"x\n", text.encode())
    assert len(found(write(tmp_path / "box", line + content + b"\n" + line + mail()))) == 2


def test_a_from_line_without_a_date_begins_a_message_after_a_blank_line(tmp_path: Path) -> None:
    file = write(tmp_path / "box", b"From wang\n" + mail() + b"\nFrom li\n" + mail())
    assert len(found(file)) == 2


def test_an_mbox_of_one_line(tmp_path: Path) -> None:
    assert found(write(tmp_path / "box", b"From nobody")) == [(f"{tmp_path}/box#1", b"")]


def test_a_maildir_is_what_was_delivered(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    box.add(mail("新的"))
    seen = mailbox.MaildirMessage(mail("读过的"))
    seen.set_subdir("cur")
    box.add(seen)
    write(tmp_path / "Mail/tmp/unfinished", b"Subj")
    write(tmp_path / "Mail/dovecot-uidlist", b"3 V1")
    write(tmp_path / "Mail/new/.nfs0001", b"x")
    parts = sorted(Path(path).parent.name for path, _ in found(tmp_path / "Mail"))
    assert parts == ["cur", "new"]


def test_a_maildir_that_lost_its_empty_folders(tmp_path: Path) -> None:
    write(tmp_path / "Mail/cur/1:2,S", mail())
    write(tmp_path / "Mail/tmp/unfinished", b"Subj")
    assert len(found(tmp_path / "Mail")) == 1


def test_folders_in_folders_by_name(tmp_path: Path) -> None:
    for name in ("b/2.eml", "b/1.eml", "a.eml", "c/d/e.eml", ".hidden/x.eml", "c/.DS_Store"):
        write(tmp_path / name, mail(name))
    write(tmp_path / "d.mbox", b"From a Tue Mar  3 10:00:00 2026\n" + mail())
    write(tmp_path / "e/new/1", mail())
    write(tmp_path / "e/cur/2", mail())
    names = [path.removeprefix(f"{tmp_path}/") for path, _ in found(tmp_path)]
    assert names == ["a.eml", "b/1.eml", "b/2.eml", "c/d/e.eml", "d.mbox#1", "e/new/1", "e/cur/2"]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path / "a.eml", mail())
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "z.eml", mail())
    messages = list(files.messages(tmp_path))
    assert [Path(one.path).name for one in messages] == ["a.eml", "gone.eml", "loop", "pipe", "z.eml"]
    assert [str(one).partition(": ")[2] for one in messages if isinstance(one, Unread)] == [
        "No such file or directory",
        "it leads back to a folder that it lies in",
        "it is neither a file nor a folder",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_closed_file_and_a_closed_folder(tmp_path: Path) -> None:
    write(tmp_path / "closed.eml", mail()).chmod(0)
    write(tmp_path / "folder/x.eml", mail()).parent.chmod(0)
    assert [one.reason for one in unread(tmp_path)] == ["Permission denied", "Permission denied"]
    (tmp_path / "folder").chmod(0o700)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert [str(one) for one in unread(tmp_path / "x.eml")] == [
        f"{tmp_path}/x.eml could not be read: No such file or directory"
    ]


def test_a_file_larger_than_can_be_kept(tmp_path: Path) -> None:
    with (tmp_path / "huge.eml").open("wb") as file:
        file.truncate(blobs.CONTENT_BYTES_MAX + 1)
    assert "has more than" in unread(tmp_path)[0].reason


def test_an_empty_file_is_a_message_that_a_person_looks_at(tmp_path: Path) -> None:
    assert found(write(tmp_path / "empty.eml", b"")) == [(f"{tmp_path}/empty.eml", b"")]
