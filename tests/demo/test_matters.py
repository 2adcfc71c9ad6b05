"""What the demo's customers ask: complete, in its language, and fitting the firm file."""

import re
import tomllib

import pytest

from plainspoken.channels.email import quotes
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.demo import HERE, matters, words
from plainspoken.demo.matters import Asked
from plainspoken.kernel import language

FIRM = tomllib.loads((HERE / "firm.toml").read_text(encoding="utf-8"))
ASKED = matters.asked()
CLIENTS = matters.clients()


def test_there_are_enough_of_both_languages() -> None:
    assert len(ASKED) >= 80
    assert sum(one.english for one in ASKED) >= 10
    assert len({one.subject for one in ASKED}) == len({one.text for one in ASKED}) == len(ASKED)


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.subject)
def test_a_matter_is_whole(one: Asked) -> None:
    assert one.line in {row["code"] for row in FIRM["lines"]}
    assert one.type in {row["code"] for row in FIRM["types"]}
    assert language.of(one.subject + one.text) == one.language
    assert language.of(one.answer) == one.language
    assert bool(one.ask) == bool(one.inside)
    assert bool(one.again) == bool(one.answer_again)
    assert not re.search(r"\{\{|TODO|lorem", " ".join((one.text, one.answer, one.inside)), re.IGNORECASE)


@pytest.mark.parametrize("one", [one for one in ASKED if not one.english], ids=lambda one: one.subject)
def test_chinese_is_written_with_chinese_marks(one: Asked) -> None:
    for text in (one.text, one.answer, one.ask, one.inside, one.again, one.answer_again):
        assert not re.search(r"[\u4e00-\u9fff][,;?!]|[,;?!][\u4e00-\u9fff]", text)


def test_there_are_sixty_customers_of_three_kinds() -> None:
    assert len(CLIENTS) == len({one.number for one in CLIENTS}) == len({one.email for one in CLIENTS}) == 60
    assert {one.kind for one in CLIENTS} == set(Customer.Kind.values)
    assert {(one.of, one.language) for one in ASKED} <= {(one.kind, one.language) for one in CLIENTS}


def test_no_customer_is_somebody() -> None:
    weights, checks = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    for one in CLIENTS:
        assert one.email.endswith(".example")
        assert len(one.email) <= ContactPoint._meta.get_field("masked").max_length
        if one.id_card:
            right = checks[
                sum(int(digit) * weight for digit, weight in zip(one.id_card, weights, strict=False)) % 11
            ]
            assert one.id_card[-1] != right


@pytest.mark.parametrize("text", [*words.THANKS, *words.THANKS_EN])
def test_thanks_are_taken_for_thanks(text: str) -> None:
    assert quotes.thanks(text)


def test_ratings_are_of_every_score() -> None:
    import random

    scores = [words.rating(number, random.Random(1), english=False)[0] for number in range(20)]
    assert set(scores) == {1, 2, 3, 4, 5}
