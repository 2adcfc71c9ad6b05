"""Which files leave the house: known kinds, told by name and content."""

import io
import zipfile

import pytest

from plainspoken.conversations.files import KINDS, kind_of, shortened
from plainspoken.kernel.errors import Refused


def package(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as one:
        for name in names:
            one.writestr(name, "x")
    return made.getvalue()


def altered(content: bytes, at: int, value: int) -> bytes:
    """One byte of the first entry of the zip's directory is another."""
    place = content.index(b"PK\x01\x02") + at
    return content[:place] + bytes([value]) + content[place + 1 :]


VERSION_NEEDED, FLAGS, NAME = 6, 9, 46
UTF_8_NAMES = 0x08
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 24
GENUINE = {
    "对账单.pdf": b"%PDF-1.7",
    "信.DOCX": package("[Content_Types].xml", "word/document.xml"),
    "表.xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "发票.ofd": package("OFD.xml"),
    "旧.doc": OLD,
    "旧.xls": OLD,
    "a.png": b"\x89PNG\r\n\x1a\n",
    "a.jpg": b"\xff\xd8\xff\xe0",
    "a.webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "a.zip": package("a"),
    "名单.csv": "姓名,金额".encode("gbk"),
    "空.pdf": b"",
}


@pytest.mark.parametrize("name", GENUINE)
def test_what_it_says_it_is(name: str) -> None:
    assert kind_of(name, GENUINE[name]) is KINDS[name[name.rindex(".") :].lower()]


@pytest.mark.parametrize(
    "name", ["a.exe", "a.html", "a.svg", "a.pdf.js", "a", ".pdf", "a.docm", "a.pdf ", "a.hta"]
)
def test_no_other_kind(name: str) -> None:
    with pytest.raises(Refused, match="attachment_kind"):
        kind_of(name, b"%PDF-1.7")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90"),
        ("a.png", b"<svg/>"),
        ("a.docx", package("xl/workbook.xml")),
        ("a.docx", b"PK\x03\x04 cut off"),
        ("a.docx", altered(package("word/document.xml"), VERSION_NEEDED, 99)),
        ("a.docx", altered(altered(package("word/document.xml"), FLAGS, UTF_8_NAMES), NAME, 0xFF)),
        ("a.zip", b"Rar!"),
        ("a.txt", b"MZ\x90\0"),
        ("a.doc", package("word/document.xml")),
    ],
)
def test_nothing_else_under_its_name(name: str, content: bytes) -> None:
    with pytest.raises(Refused, match="attachment_content"):
        kind_of(name, content)


def test_a_long_name_keeps_its_end() -> None:
    assert shortened("长" * 300 + ".pdf", 255) == "长" * 251 + ".pdf"
    assert shortened("a.pdf", 255) == "a.pdf"
