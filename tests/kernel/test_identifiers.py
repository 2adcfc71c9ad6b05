"""Numbers of persons are found in a text however they are written, and other numbers are left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainspoken.kernel import identifiers
from plainspoken.kernel.identifiers import Kind


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, text[one.start : one.end]) for one in identifiers.found_in(text)]


def id_card(place: int, born: date, sequence: int) -> str:
    number = f"{place:06}{born:%Y%m%d}{sequence:03}"
    weights = [2**power % 11 for power in range(17, 0, -1)]
    weighed = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))
    return number + "10X98765432"[weighed % 11]


def bank_card(number: str) -> str:
    return next(number + digit for digit in "0123456789" if identifiers.is_bank_card(number + digit))


ID_CARDS = st.builds(
    id_card, st.integers(110_000, 659_999), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999)
)
BANK_CARDS = st.builds(
    lambda start, rest: bank_card(start + rest),
    st.sampled_from(["62", "4", "5"]),
    st.text("0123456789", min_size=14, max_size=16),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13800138000。", [("mobile", "13800138000")]),
        ("tel:138 0013 8000/139-0013-9000", [("mobile", "138 0013 8000"), ("mobile", "139-0013-9000")]),
        ("+8613800138000 008613800138001", [("mobile", "+8613800138000"), ("mobile", "008613800138001")]),
        ("１３８００１３８０００", [("mobile", "１３８００１３８０００")]),
        ("身份证号ID11010519491231002X，谢谢", [("id_card", "11010519491231002X")]),
        ("11010519491231002x", [("id_card", "11010519491231002x")]),
        ("110105 19491231 002X", [("id_card", "110105 19491231 002X")]),
        ("卡号6222 0212 3456 7890 128 2026年", [("bank_card", "6222 0212 3456 7890 128")]),
        ("20 4111-1111-1111-1111", [("bank_card", "4111-1111-1111-1111")]),
        ("写信到Chen.Li+1@mail.haian.example.", [("email", "Chen.Li+1@mail.haian.example")]),
        ("ａ＠ｂ．ｃｎ", [("email", "ａ＠ｂ．ｃｎ")]),
        ("13800138000@139.example", [("email", "13800138000@139.example")]),
    ],
)
def test_what_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Q-2026-000123",
        "12800138000",
        "1380013800",
        "138001380001",
        "11010519491231003X",
        "110105194913310025",
        "01010519491231005X",
        "4111111111111112",
        "0000000000000000",
        "2026-11-23 10:15:00",
        "a@b, @haian, x@",
        "三千元",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "number", ["", "11010519491231002", "1101051949123100 X", "１１０１０５１９４９１２３１００２X"]
)
def test_what_is_no_identity_card(number: str) -> None:
    assert not identifiers.is_id_card(number)


AROUND = st.text(st.sampled_from("您好，号码是：。abc\n 　(）"), max_size=8)


@given(AROUND, ID_CARDS, AROUND)
def test_every_identity_card_is_found(before: str, number: str, after: str) -> None:
    assert identifiers.is_id_card(number)
    assert found(f"{before}{number}{after}") == [("id_card", number)]


@given(AROUND, BANK_CARDS, AROUND, st.sampled_from(["", " ", "-"]))
def test_every_bank_card_is_found(before: str, number: str, after: str, between: str) -> None:
    written = between.join(number[at : at + 4] for at in range(0, len(number), 4))
    kinds = {one.kind for one in identifiers.found_in(f"{before}{written}{after}")}
    assert kinds <= {Kind.BANK_CARD, Kind.ID_CARD}
    assert kinds


@given(AROUND, MOBILES, AROUND)
def test_every_mobile_is_found(before: str, number: str, after: str) -> None:
    assert found(f"{before}{number}{after}") == [("mobile", number)]


@given(ID_CARDS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_no_identity_card(number: str, at: int, more: int) -> None:
    wrong = str((int(number[at]) + more) % 10)
    assert not identifiers.is_id_card(number[:at] + wrong + number[at + 1 :])


@given(st.text(max_size=300))
def test_spans_lie_within_the_text_and_beside_one_another(text: str) -> None:
    spans = [(one.start, one.end) for one in identifiers.found_in(text)]
    ends = [0, *(end for _, end in spans)]
    assert all(end <= start < stop <= len(text) for end, (start, stop) in zip(ends, spans, strict=False))
