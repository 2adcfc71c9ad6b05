"""The same mail twice, and mails that only look alike."""

from pathlib import Path

import pytest

from plainspoken.channels.email.identity import digest

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
MAIL = b"From: a@b.example\r\nSubject: long\r\n question\r\nMessage-ID: <1@b.example>\r\n\r\nHello\r\n.\r\n"
TRACES = [
    b"Received: from x by y; Fri, 20 Nov 2026 10:20:31 +0800\r\n",
    b"Return-Path: <a@b.example>\r\n",
    b"Delivered-To: service@haian.example\r\n",
    b"Authentication-Results: mx.haian.example;\r\n spf=pass\r\n",
    b"X-Spam-Score: 1\r\n",
    b"Received-SPF: pass\r\n",
]


@pytest.mark.parametrize("trace", TRACES)
def test_what_the_way_here_added_does_not_count(trace: bytes):
    assert digest(trace + MAIL) == digest(MAIL)


def test_line_endings_folding_and_blank_lines_at_the_end_do_not_count():
    unix = MAIL.replace(b"\r\n", b"\n")
    assert digest(unix) == digest(MAIL) == digest(MAIL + b"\r\n") == digest(unix.rstrip())
    assert digest(MAIL.replace(b"long\r\n question", b"long question")) == digest(MAIL)
    assert digest(b"From a@b.example Fri Nov 20 10:20:31 2026\n" + unix) == digest(MAIL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello", b"hello"),
        (b"question", b"questions"),
        (b"<1@", b"<2@"),
        (b"a@b", b"c@b"),
        (b"Subject:", b"Comments:"),
        (b"\r\n\r\nHello", b"\r\nHello: x\r\n\r\n"),
    ],
)
def test_what_the_sender_wrote_counts(old: bytes, new: bytes):
    assert digest(MAIL.replace(old, new)) != digest(MAIL)


def test_no_two_mails_of_the_corpus_are_the_same():
    digests = {
        digest(path.read_bytes()) for path in CORPUS if path.stem not in ("plain_cr_only", "plain_lf_only")
    }
    assert all(len(one) == 32 for one in digests)
    assert len(digests) >= len(CORPUS) - 8
