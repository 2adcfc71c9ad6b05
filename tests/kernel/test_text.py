"""One spelling, tokens, queries, marks and masks: what is in a text is found, not too much is shown."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from hypothesis import assume, example, given
from hypothesis import strategies as st

from plainspoken.kernel import text

ODD = "\u3000\n\r\t\x00\x07\u200b\u00ad\u0301，。「」“”\"'’-_.@/1０９aZÅßİΣﬁ㎏①"
WRITTEN = st.text(
    st.one_of(
        st.sampled_from("贷款利率提前还款失败卡年月第条ァカ가 "), st.sampled_from(ODD), st.characters()
    ),
    max_size=60,
)
WORDS = st.text(st.sampled_from("贷款利率还卡年abz019ＡＢ"), min_size=1, max_size=8)


def matches(written: str, asked: text.Query) -> bool:
    """As the search does it: tokens by index, then phrases by LIKE."""
    plain, found = text.normalise(written), set(text.tokens(written))
    return (
        bool(asked)
        and found.issuperset(asked.terms)
        and all(any(token.startswith(prefix) for token in found) for prefix in asked.prefixes)
        and all(phrase in plain for phrase in asked.phrases)
    )


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＡＰＰ　１２３", "app 123"),
        ("  Hello,\r\n  World ", "hello, world"),
        ("您好，我的贷\n款利率", "您好,我的贷款利率"),
        ("第一段\n\n第二段", "第一段 第二段"),
        ("买 A 股 3 万", "买a股3万"),
        ("1380\u200b013\u00ad8000", "13800138000"),
        ("a\x00b\x07c", "a b c"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_one_spelling(written: str, plain: str) -> None:
    assert text.normalise(written) == plain


@given(WRITTEN)
@example("中\x01a\n\n中 a")
@example("가 \u11a8")
def test_twice_is_once(written: str) -> None:
    once = text.normalise(written)
    assert text.normalise(once) == once
    assert list(text.tokens(once)) == list(text.tokens(written))


@given(WRITTEN)
def test_the_spelling_can_be_stored(written: str) -> None:
    plain = text.normalise(written)
    plain.encode()
    assert not re.search(r"[\x00-\x1f]|  ", plain)


def test_tokens() -> None:
    assert list(text.tokens("我的ＡＰＰ登录不了")) == ["我的", "的", "app", "登录", "录不", "不了", "了"]
    assert list(text.tokens("卡 Q-2026-000123")) == ["卡", "q", "2026", "000123"]
    assert list(text.tokens("x" * 100)) == ["x" * text.TOKEN_CHARACTERS_MAX]
    assert list(text.tokens("。，!_-")) == []


@given(WRITTEN)
def test_tokens_are_letters_and_digits_only(written: str) -> None:
    for token in text.tokens(written):
        assert re.fullmatch(rf"(?:[{text.CJK}]|{text.LETTER})+", token)
        assert len(token) <= text.TOKEN_CHARACTERS_MAX


@pytest.mark.parametrize(
    ("words", "terms", "prefixes", "phrases"),
    [
        ("投诉", ("投诉",), (), ()),
        ("贷款利率", ("贷款", "款利", "利率"), (), ("贷款利率",)),
        ("贷", (), ("贷",), ()),
        ("Card 卡", ("card",), ("卡",), ()),
        ("第3条", ("3",), (), ("第3条",)),
        ("Q-2026-000123", ("q", "2026", "000123"), (), ("q-2026-000123",)),
        ("“Early  repayment” fee", ("early", "repayment", "fee"), (), ("early repayment",)),
        ("「第 条」", (), ("第", "条"), ("第 条",)),
        ("iPhone 手机", ("iphone", "手机"), (), ()),
        ("iPhone手机", ("iphone", "手机"), (), ("iphone手机",)),
        ("card card", ("card",), (), ()),
        ("", (), (), ()),
        ("' | ! & :* \\ --", (), (), ()),
    ],
)
def test_a_query(
    words: str, terms: tuple[str, ...], prefixes: tuple[str, ...], phrases: tuple[str, ...]
) -> None:
    found = text.query(words)
    assert (found.terms, found.prefixes, found.phrases) == (terms, prefixes, phrases)
    assert bool(found) == bool(terms or prefixes)


def test_a_long_query_is_cut() -> None:
    assert len(text.query("贷款" * 10_000).terms) <= text.QUERY_CHARACTERS_MAX


def test_the_query_for_postgresql() -> None:
    assert text.query("投诉 card 卡").tsquery() == "'投诉' & 'card' & '卡':*"


@given(WRITTEN, st.data())
def test_a_piece_of_a_text_finds_the_text(written: str, data: st.DataObject) -> None:
    """Any run of whole words, or of neighbouring Chinese characters, quoted or not."""
    plain = text.normalise(written)
    spans = [run.span() for run in text.RUN.finditer(plain)]
    assume(spans)
    start, end = data.draw(st.sampled_from(spans))
    if re.match(f"[{text.CJK}]", plain[start]):
        start, end = sorted([data.draw(st.integers(start, end)), data.draw(st.integers(start, end))])
    assume(start < end)
    assert matches(written, text.query(plain[start:end]))
    assert matches(written, text.query(f'"{plain[start:end]}"'))


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_chinese_is_found_exactly(words: list[str], asked: str) -> None:
    written = " ".join(words)
    if text.RUN.fullmatch(text.normalise(asked)) and re.match(f"[{text.CJK}]", asked):
        assert matches(written, text.query(asked)) == (text.normalise(asked) in text.normalise(written))


@pytest.fixture(scope="module")
def postgresql() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    database = settings.DATABASES["default"]
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    with psycopg.connect(**{name: database[setting] or None for name, setting in named.items()}) as opened:
        yield opened


@given(WRITTEN, st.one_of(WORDS, WRITTEN))
def test_postgresql_finds_what_we_say(
    postgresql: psycopg.Connection[tuple[object, ...]], written: str, words: str
) -> None:
    asked, found = text.query(words), set(text.tokens(written))
    begun = [any(token.startswith(prefix) for token in found) for prefix in asked.prefixes]
    if asked:
        row = postgresql.execute(
            "SELECT array_to_tsvector(%s) @@ %s::tsquery", [sorted(found), asked.tsquery()]
        ).fetchone()
        assert row == (found.issuperset(asked.terms) and all(begun),)


@given(WRITTEN, st.one_of(WORDS, WRITTEN))
def test_marked_pieces_joined_are_the_text(written: str, words: str) -> None:
    pieces = text.highlight(written, text.query(words))
    assert "".join(piece.text for piece in pieces) == written
    assert all(piece.text for piece in pieces)


@given(WRITTEN, st.data())
def test_what_is_found_is_marked(written: str, data: st.DataObject) -> None:
    plain, _ = text._spelled(written)
    assume(plain == text.normalise(written))
    runs = [run for run in text.RUN.findall(plain) if len(run) < text.TOKEN_CHARACTERS_MAX]
    assume(runs)
    run = data.draw(st.sampled_from(runs))
    marked = [text.normalise(piece.text) for piece in text.highlight(written, text.query(run)) if piece.hit]
    assert any(run in piece for piece in marked)


@pytest.mark.parametrize(
    ("written", "words", "marked"),
    [
        ("我的ＡＰＰ提前还\n款失败，Approve app", "app 提前还款", ["ＡＰＰ", "提前还\n款", "app"]),
        ("smart art", "art", ["art"]),
        ("卡card卡", "card", ["card"]),
        ("信用卡，借记卡", "卡", ["卡", "卡"]),
        ("买 A 股了", "A股", ["A 股"]),
        ("the ﬁrst", "first", ["ﬁrst"]),
        ("e\u0301te\u0301", "été", ["e\u0301te\u0301"]),
        ("nothing here", "else", []),
        ("nothing here", "", []),
        ("", "x", []),
    ],
)
def test_marks(written: str, words: str, marked: list[str]) -> None:
    assert [piece.text for piece in text.highlight(written, text.query(words)) if piece.hit] == marked


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (text.mask_phone("13800138000"), "138****8000"),
        (text.mask_phone("05922012345"), "059****2345"),
        (text.mask_phone("20123456"), "****3456"),
        (text.mask_phone("12345"), "****5"),
        (text.mask_phone("1234"), "****"),
        (text.mask_email("chen.li@haian.example"), "ch***@haian.example"),
        (text.mask_email("ch@haian.example"), "c***@haian.example"),
        (text.mask_email("c@haian.example"), "***@haian.example"),
        (text.mask_email("no address"), "**********"),
        (text.mask_id_card("330102199003072418"), "3301**********2418"),
        (text.mask_id_card("33010219900307241X"), "3301**********241X"),
        (text.mask_account("6222021234567890"), "************7890"),
        (text.mask_account("12345"), "****5"),
        (text.mask_name_zh("王小明"), "王**"),
        (text.mask_name_zh("欧阳娜娜"), "欧阳**"),
        (text.mask_name_zh("欧阳"), "欧*"),
        (text.mask_name_zh("王"), "*"),
        (text.mask_name_zh(""), ""),
        (text.mask_name_en("John Smith"), "J*** S***"),
        (text.mask_name_en("  Li  "), "L***"),
        (text.mask_name_en(""), ""),
    ],
)
def test_masks(masked: str, expected: str) -> None:
    assert masked == expected


@given(st.text("0123456789X", min_size=1, max_size=24))
def test_a_masked_number_hides_at_least_four_characters(number: str) -> None:
    for mask in (text.mask_phone, text.mask_id_card, text.mask_account):
        masked = mask(number)
        assert len(masked) == len(number)
        assert masked.count("*") >= min(len(number), text.HIDDEN_CHARACTERS_MIN)


@given(st.emails())
def test_a_masked_address_keeps_its_domain_and_hides_its_name(address: str) -> None:
    name, _, domain = address.rpartition("@")
    masked = text.mask_email(address)
    assert masked.endswith(f"***@{domain}")
    assert len(masked.removesuffix(f"***@{domain}")) < len(name)


@given(st.text("王小明欧阳娜娜张三司马", min_size=1, max_size=6))
def test_a_masked_name_hides_the_given_name(name: str) -> None:
    masked = text.mask_name_zh(name)
    assert len(masked) == len(name)
    assert masked.endswith("*")
