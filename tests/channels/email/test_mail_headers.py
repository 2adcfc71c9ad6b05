"""Header fields by themselves: words, addresses, ids, dates, parameters."""

from datetime import UTC, datetime

import pytest

from plainspoken.channels.email import addresses, charset, headers, params


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?B?5byg5LiJ?= and more", "张三 and more"),
        (b"=?utf-8?B?5byg?= =?utf-8?B?5LiJ?=", "张三"),
        (b"=?utf-8?q?a?= =?gb2312?B?1cXI/Q==?= b", "a张三 b"),
        (b"=?utf-8*zh?B?5byg5LiJ?=", "张三"),
        (b"=?utf-8?Q?Zhang_San?=", "Zhang San"),
        (b"=?utf-8?Q??=", ""),
        (b"=?not closed", "=?not closed"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?rot13?Q?abc?=", "abc"),
        (b"=?zlib?B?eJwDAAAAAAE=?=", "x\ufffd\x03".replace("\x03", "")),
        ("张三".encode("gb18030") + b" =?utf-8?B?5byg5LiJ?=", "张三 张三"),
    ],
)
def test_words_are_read(raw: bytes, text: str):
    if raw.startswith(b"=?zlib"):
        assert "\x00" not in headers.text(raw).text
    else:
        assert headers.text(raw).text == text


def test_a_raw_header_takes_the_charset_the_body_names():
    raw = "ﾃｽﾄの件です".encode("shift_jis")
    assert headers.text(raw, "shift_jis").text == "ﾃｽﾄの件です"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("张三 <a@b.example>，李四 <c@d.example>", [("张三", "a@b.example"), ("李四", "c@d.example")]),
        ('"Li, \\"Lao\\" Si" <a@b.example>', [('Li, "Lao" Si', "a@b.example")]),
        ("'a@b.example'", [("", "a@b.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("<@relay.example,@x.example:a@b.example>", [("", "a@b.example")]),
        ("<a @ b.example>", [("", "a@b.example")]),
        ("张三a@b.example", [("张三", "a@b.example")]),
        ("用户@例子.example", [("", "用户@例子.example")]),
        ('"张三 <a@b.example>"', [("张三", "a@b.example")]),
        ("A <a@b.example> <c@d.example>", [("A", "c@d.example")]),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("", []),
        (",;, ,", []),
        ("@", [("@", "")]),
    ],
)
def test_address_lists_are_read_leniently(field: str, found: list[tuple[str, str]]):
    assert [(one.name, one.address) for one in addresses.read(field.encode())] == found


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("a@b.example", True),
        ("客户@例子.example", True),
        ("a@[192.0.2.1]", True),
        ("zhang.san@mail.ex\x8aample", False),
        ("a@b@c.example", False),
        ("@b.example", False),
        ("a@", False),
        ("a@b.example" + "e" * 200, False),
        ("", False),
    ],
)
def test_what_damage_has_left_of_an_address_is_none(address: str, reachable: bool):
    assert addresses.is_reachable(address) is reachable


def test_ids_lose_brackets_folding_and_repetition():
    assert addresses.message_ids(b"<a@b>\r\n <c\r\n d@e> <a@b>") == ("a@b", "cd@e")
    assert addresses.message_ids(b"a@b, c@d") == ("a@b", "c@d")
    assert addresses.message_ids(b"your mail of yesterday") == ()


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (b"Fri, 20 Nov 2026 10:20:31 +0800", datetime(2026, 11, 20, 2, 20, 31, tzinfo=UTC)),
        (b"20 Nov 26 10:20 GMT", datetime(2026, 11, 20, 10, 20, tzinfo=UTC)),
        (b"Fri, 20 Nov 2026 10:20:31 +0800 (CST)", datetime(2026, 11, 20, 2, 20, 31, tzinfo=UTC)),
        (b"2026-11-20T10:20:31Z", datetime(2026, 11, 20, 10, 20, 31, tzinfo=UTC)),
        (b"2026-11-20 10:20:31", datetime(2026, 11, 20, 10, 20, 31, tzinfo=UTC)),
        (b"Fri, 20 Nov 2026 10:20:31 +9999", None),
        (b"Fri, 32 Nov 2026 10:20:31 +0800", None),
        (b"Thu, 1 Jan 1970 00:00:00 +0000", None),
        (b"Fri, 31 Dec 9999 23:59:59 -0800", None),
        (b"", None),
        (b"20" * 5000, None),
    ],
)
def test_dates_are_utc_or_nothing(raw: bytes, moment: datetime | None):
    assert headers.date(raw) == moment


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        (b"text/plain; charset=utf-8", "charset", "utf-8"),
        (b'text/plain; Charset = "GBK" ; format=flowed', "charset", "GBK"),
        (b"text/plain charset=gb2312", "charset", "gb2312"),
        (b"attachment; filename=my report.pdf", "filename", "my report.pdf"),
        (b'attachment; filename="a;b\\"c.pdf"', "filename", 'a;b"c.pdf'),
        (b"attachment; filename=\"x.pdf\"; filename*=UTF-8''%E5%BC%A0.pdf", "filename", "张.pdf"),
        (b"attachment; filename*1*=%A0.pdf; filename*0*=utf-8''%E5%BC", "filename", "张.pdf"),
        (b'attachment; filename*0="a"; filename*1="b.pdf"', "filename", "ab.pdf"),
        (b"attachment; filename*=%E5%BC%A0.pdf", "filename", "张.pdf"),
        (b'attachment; filename="100%AB.pdf"', "filename", "100%AB.pdf"),
        (b'attachment; filename="unclosed.pdf', "filename", "unclosed.pdf"),
    ],
)
def test_parameters(raw: bytes, name: str, value: str):
    assert params.read(raw).params[name] == value


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nb.pdf", "a b.pdf"),
        ("..", ""),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("y" * 300, "y" * 200),
    ],
)
def test_file_names_are_made_safe(given: str, kept: str):
    assert params.file_name(given) == kept


@pytest.mark.parametrize(
    "name",
    ["rot13", "zlib", "hex", "bz2", "base64", "unicode_escape", "punycode", "idna", "undefined", "x" * 9999],
)
def test_codecs_that_are_no_charset_are_not_used(name: str):
    assert charset.codec_of(name) is None


@pytest.mark.parametrize(
    "name", ["GB2312", "gbk", "x-gbk", "cp936", "GB18030", "gb_2312-80", "euc-cn", "CN-GB"]
)
def test_every_name_of_simplified_chinese_is_read_as_the_largest(name: str):
    assert charset.decode("喆镕㛃".encode("gb18030"), name).text == "喆镕㛃"


def test_junk_between_headers_does_not_hide_the_next_field():
    fields, body_at = headers.split(b"Subject: a\njunk without colon\nFrom: x@y\n\nbody")
    assert (fields.first("subject"), fields.first("from"), body_at) == (b"a\n junk without colon", b"x@y", 41)
