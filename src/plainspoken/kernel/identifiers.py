"""Numbers of persons found in a text: to warn before they are sent, and to prove that none leaked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Digits may stand in groups, with one space or hyphen between two of them.
DIGIT = r"[ -]?\d"
MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[ -]?[3-9](?:{DIGIT}){{9}}(?!\d)", re.ASCII)
ID_CARD = re.compile(rf"(?<!\d)(?=([1-9](?:{DIGIT}){{16}}[ -]?[\dXx])(?!\d))", re.ASCII)
BANK_CARDS = [
    re.compile(rf"(?<!\d)(?=(\d(?:{DIGIT}){{{length - 1}}})(?!\d))", re.ASCII) for length in (19, 18, 17, 16)
]
LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
EMAIL = re.compile(rf"(?<!{LOCAL}){LOCAL}{{1,64}}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}})+", re.ASCII)

ID_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CARD_CHECKS = "10X98765432"


class Kind(Enum):
    MOBILE = "mobile"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` looks like a number or address of that kind."""

    start: int
    end: int
    kind: Kind


def found_in(text: str) -> list[Found]:
    """What looks like a mobile number, identity card, bank card or e-mail address, in the order of the text.

    None lies within another. Digits and signs of full width count as what they look like.
    """
    plain = text.translate(FULL_WIDTH)
    assert len(plain) == len(text)
    taken, found = bytearray(len(plain)), []
    for one in _candidates(plain):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def is_id_card(number: str) -> bool:
    """Whether 18 characters are a number by GB 11643-1999: a date that exists, and its check digit."""
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", number, re.ASCII):
        return False
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(number, ID_CARD_WEIGHTS, strict=False))
    return ID_CARD_CHECKS[weighed % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """Whether 16 to 19 digits end with their check digit (Luhn, ISO/IEC 7812-1 annex B)."""
    if not re.fullmatch(r"\d{16,19}", number, re.ASCII) or len(set(number)) == 1:
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _candidates(plain: str) -> Iterator[Found]:
    """The surest first: what has a check digit goes before what only has a length."""
    for hit in EMAIL.finditer(plain):
        yield Found(*hit.span(), Kind.EMAIL)
    for hit in ID_CARD.finditer(plain):
        if is_id_card(_digits(hit[1])):
            yield Found(*hit.span(1), Kind.ID_CARD)
    for pattern in BANK_CARDS:
        for hit in pattern.finditer(plain):
            if is_bank_card(_digits(hit[1])):
                yield Found(*hit.span(1), Kind.BANK_CARD)
    for hit in MOBILE.finditer(plain):
        yield Found(*hit.span(), Kind.MOBILE)


def _digits(written: str) -> str:
    return written.replace(" ", "").replace("-", "")
