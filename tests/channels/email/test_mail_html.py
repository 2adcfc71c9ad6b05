"""HTML from outside: what may be shown, and what it says as text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email.html import clean, to_text

PIECES = [
    *(
        "<div>",
        "</div>",
        "<p>",
        "<br>",
        "<script>alert(1)</script>",
        "<style>@import url(//x)</style>",
        "<b",
        "&",
        "&lt;",
    ),
    *(
        '<img src="http://x.example/p.gif">',
        '<img src="cid:a">',
        "<a href='javascript:alert(1)'>",
        "</a>",
        "<table><td>",
    ),
    *(
        '<a href="https://x.example">',
        '<svg onload="x">',
        "<math><mtext></p><style>",
        "<!--",
        "-->",
        "<![CDATA[",
        "\x00",
    ),
    *(
        '<p style="background:url(//x)">',
        "<form action=//x><input>",
        "<base href=//x>",
        "<iframe src=//x>",
        "中文",
        '"',
    ),
    *(
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "\n",
        "<li>",
        "<ol>",
        "<textarea>",
        "<title>",
        "<noscript>",
        "<template>",
    ),
]
DANGER = re.compile(
    r"<(?:script|style|iframe|form|input|base|svg|math|object|link|meta)|\son\w+\s*=|javascript:|url\(|src=\"(?!/inline/)",
    re.IGNORECASE,
)


def _inline(content_id: str) -> str | None:
    return "/inline/1" if content_id == "a" else None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_nothing_that_runs_or_fetches_is_left(pieces: list[str]):
    cleaned = clean("".join(pieces), _inline).html
    tags = "".join(re.findall(r"<[^>]*>", cleaned))
    assert not DANGER.search(tags)


def test_pictures_of_the_mail_are_shown_and_others_counted():
    sources = ["cid:a", "cid:other", "https://x.example/p.gif", "//x/p", "data:image/gif;base64,R0"]
    html = "".join(f'<img src="{source}">' for source in sources)
    cleaned = clean(html, _inline)
    assert cleaned.html.count("src=") == 1
    assert '<img src="/inline/1">' in cleaned.html
    assert cleaned.remote_images == 4


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "/logout", "data:text/html,x", "cid:a", "//x.example", "file:///etc"]
)
def test_links_lead_only_out_of_here(href: str):
    assert "href" not in clean(f'<a href="{href}">x</a>', _inline).html


def test_links_say_nothing_about_where_they_are_followed_from():
    cleaned = clean('<a href="https://x.example" rel="opener">x</a>', _inline).html
    assert 'rel="noopener noreferrer"' in cleaned


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:red", "color:red"),
        ("color:red;position:fixed;top:0", "color:red"),
        ("background:url(https://x.example/p.gif)", ""),
        ("color:expression(alert(1))", ""),
        ("width:1px;behavior:url(x)", ""),
    ],
)
def test_style_is_kept_where_it_only_looks(style: str, kept: str):
    assert clean(f'<p style="{style}">x</p>', _inline).html == (
        f'<p style="{kept}">x</p>' if kept else "<p>x</p>"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("Hello <b>you</b>", "Hello you"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<ul><li>a</li><li>b<ol><li>c</ol></ul>d", "- a\n- b\n\n  1. c\n\nd"),
        (
            "<table><tr><th>金额</th><td>100</td></tr><tr><td>日期</td><td>今天</td></tr></table>",
            "金额\t100\n日期\t今天",
        ),
        ('<a href="https://x.example/y">here</a>', "here <https://x.example/y>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        (
            "Mail<blockquote>old<blockquote>older</blockquote></blockquote>new",
            "Mail\n\n> old\n>\n>> older\n\nnew",
        ),
        ('<blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>', "indented"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a<span style='display: none'>hidden</span>b<style>p{}</style><title>t</title>", "ab"),
        ("1 &lt; 2 &amp; 3&nbsp;&yuml; &#x4e2d;&#0;", "1 < 2 & 3 ÿ 中\ufffd"),
        ('<img src="x" alt="chart"><hr>end', "[chart]\n* * *\nend"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ("<div>" * 50_000 + "deep", "deep"),
    ],
    ids=range(17),
)
def test_text(html: str, text: str):
    assert to_text(html) == text


@pytest.mark.parametrize(
    "piece", ["<div>", "<blockquote>x", "<", "&", "<a ", "<!--", "<ul><li>x", "<b>x", "<table>"]
)
def test_html_made_to_be_slow_is_read_all_the_same(piece: str):
    to_text(piece * 20_000)
    clean(piece * 20_000, _inline)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(html: str):
    to_text(html)
    clean(html, _inline)
