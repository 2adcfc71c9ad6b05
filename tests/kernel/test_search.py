"""Search: exact for Chinese and Latin, whatever is typed, for the units that work on it."""

import threading
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import mailroom
import world
from plainspoken.cases.actions import hand_over, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message
from plainspoken.kernel import clock, drain, search, text
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import SearchPending, SearchRow
from plainspoken.ui import tables

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
OURS, THEIRS = uuid7(), uuid7()


@pytest.fixture
def shelf() -> Iterator[dict[UUID, search.Text]]:
    """Texts that stand in no table."""
    texts: dict[UUID, search.Text] = {}

    @search.texts
    def read(ids: list[UUID]) -> list[search.Text]:
        return [texts[key] for key in ids if key in texts]

    yield texts
    search._readers.remove(read)


def put(shelf: dict[UUID, search.Text], *words: str, units: tuple[UUID, ...] = (OURS,)) -> list[UUID]:
    """Texts that are indexed, each a minute after the one before."""
    keys = []
    for number, one in enumerate(words):
        key = uuid7()
        shelf[key] = search.Text(key, key, units, NOON + timedelta(minutes=number), one)
        keys.append(key)
    search.note(*keys)
    drain.run_until_empty("search")
    return keys


def found(words: str) -> list[UUID]:
    return list(search.find(words).values_list("id", flat=True))


LETTERS = (
    "您好，我的信用卡年费为什么又扣了一次？请核实。",
    "The annual fee of my credit card was charged twice: 200.00 CNY.",
    "请问 VISA 白金卡 2026 年的年费是多少，能否减免",
    "转账到 6222020200112233 失败，错误代码 E-1024，邮箱 wang.fang@example.com",
    "ＡＴＭ吞卡，请联系 ０１０－１２３４５６７８",
    "客戶經理說可以減免年費",
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("年费", [2, 0]),
        ("信用卡", [0]),
        ("信用卡年费", [0]),
        ("年费 信用卡", [0]),
        ("年费 减免", [2]),
        ("卡", [4, 2, 0]),
        ("费用", []),
        ("annual", [1]),
        ("ANNUAL Fee", [1]),
        ("annu", []),
        ("credit card", [1]),
        ('"card credit"', []),
        ('"credit card"', [1]),
        ("“annual fee”", [1]),
        ("visa白金卡", [2]),
        ("VISA 白金卡", [2]),
        ("ｖｉｓａ", [2]),
        ("atm吞卡", [4]),
        ("010-12345678", [4]),
        ("6222020200112233", [3]),
        ("E-1024", [3]),
        ("1024", [3]),
        ("wang.fang@example.com", [3]),
        ("減免年費", [5]),
        ("200.00", [1]),
        ("年费，信用卡", [0]),
        ("「信用卡年费」", [0]),
        ("核实。", [0]),
    ],
)
def test_what_is_typed_finds_what_was_written(
    shelf: dict[UUID, search.Text], words: str, numbers: list[int]
) -> None:
    keys = put(shelf, *LETTERS)
    assert [keys.index(key) for key in found(words)] == numbers


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", ["", "   ", "？！，。", "...", "()", '""', "“”", "'", "\\", "%", "_", "\x00", "🙂"]
)
def test_nothing_to_look_for_finds_nothing(shelf: dict[UUID, search.Text], words: str) -> None:
    put(shelf, *LETTERS)
    assert found(words) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE kernel_search; --", "年费' | '信用", "!年费", "年费:*", "年费 & !卡", "<->", "a <2> b", "(((",
        "'年费", "\\'年费", "年费\\", "%年费%", "_费", '"年费', '年费"', "'%s'", "{}", "$$", "a" * 5000, "年" * 5000,
        "é\u0301", "\ud800", "\u200b年\u200b费",
    ],
)  # fmt: skip
def test_whatever_is_typed_does_no_harm(shelf: dict[UUID, search.Text], words: str) -> None:
    put(shelf, *LETTERS)
    assert len(found(words)) <= len(LETTERS)
    assert SearchRow.objects.count() == len(LETTERS)


@pytest.mark.django_db
def test_a_sign_that_means_something_to_the_database_is_a_sign(shelf: dict[UUID, search.Text]) -> None:
    percent, plain = put(shelf, "年利率 3.5% 起", "年利率 3x5y 起")
    assert found('"3.5%"') == [percent]
    assert found("年利率") == [plain, percent]


CJK = st.sampled_from("年费信用卡转账户口々〇ー゠ヶ한국어𠮷㐀豈")
LATIN = st.sampled_from("abcXYZ019éß")
words = st.one_of(st.text(CJK, min_size=1, max_size=6), st.text(LATIN, min_size=1, max_size=9))
between = st.sampled_from([" ", "，", "\n", " - ", "…", "'", "\\", ""])


@pytest.mark.django_db
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=words, sign=between, word=words, after=words)
@example(before="a", sign=" ", word="2024e10", after="b")
@example(before="a", sign=" ", word="々", after="b")
@example(before="年", sign=" ", word="the", after="b")
def test_every_word_of_a_text_finds_it(
    shelf: dict[UUID, search.Text], before: str, sign: str, word: str, after: str
) -> None:
    with transaction.atomic():
        (key,) = put(shelf, f"{before}{sign}{word} {after}")
        looked_for = text.query(word)
        if looked_for and not _runs_into_another(sign, before, word):
            assert found(word) == [key], looked_for
        transaction.set_rollback(True)


def _runs_into_another(sign: str, before: str, word: str) -> bool:
    """Latin letters without anything between them are one word."""
    if sign == "\n":
        return False
    return sign == "" and not (_is_cjk(before[-1]) or _is_cjk(word[0]))


def _is_cjk(character: str) -> bool:
    return unicodedata.category(character) in ("Lo", "Lm", "Nl")


@pytest.mark.django_db
def test_the_newest_come_first(shelf: dict[UUID, search.Text]) -> None:
    keys = put(shelf, "年费一", "年费二", "年费三")
    assert found("年费") == keys[::-1]


@pytest.mark.django_db
def test_units_narrow_what_is_found(shelf: dict[UUID, search.Text]) -> None:
    ours = put(shelf, "年费一", units=(OURS,))
    theirs = put(shelf, "年费二", units=(THEIRS,))
    both = put(shelf, "年费三", units=(OURS, THEIRS))
    rows = search.find("年费")
    assert set(rows.filter(units__overlap=[OURS]).values_list("id", flat=True)) == {*ours, *both}
    assert set(rows.filter(units__overlap=[THEIRS]).values_list("id", flat=True)) == {*theirs, *both}
    assert not rows.filter(units__overlap=[uuid7()]).exists()


@pytest.mark.django_db
def test_a_text_that_has_changed_is_found_by_what_it_says_now(shelf: dict[UUID, search.Text]) -> None:
    (key,) = put(shelf, "信用卡年费")
    shelf[key] = search.Text(key, key, (OURS, THEIRS), NOON, "理财产品到期")
    search.note(key)
    drain.run_until_empty("search")
    assert (found("年费"), found("理财产品")) == ([], [key])
    assert SearchRow.objects.get().units == [OURS, THEIRS]


@pytest.mark.django_db
def test_the_same_text_noted_often_is_indexed_once(shelf: dict[UUID, search.Text]) -> None:
    (key,) = put(shelf, "年费")
    for _ in range(3):
        search.note(key)
    assert SearchPending.objects.count() == 3
    drain.run_until_empty("search")
    assert (SearchPending.objects.count(), SearchRow.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_a_very_long_text_is_found_by_its_beginning(shelf: dict[UUID, search.Text]) -> None:
    body = "".join(chr(0x4E00 + number % 20_000) for number in range(search.TEXT_CHARACTERS_MAX))
    (key,) = put(shelf, body + "年费")
    assert found(body[:4]) == [key]
    assert found("年费") == []


@pytest.mark.django_db
def test_what_cannot_be_read_stops_nobody(shelf: dict[UUID, search.Text]) -> None:
    keys = put(shelf, "年费一", "年费二")
    shelf[keys[0]] = search.Text(keys[0], keys[0], (OURS,), "no time", "年费一")  # type: ignore[arg-type]
    shelf[keys[1]] = search.Text(keys[1], keys[1], (OURS,), NOON, "理财")
    search.note(*keys)
    drain.run_until_empty("search")
    assert not SearchPending.objects.exists()
    assert found("理财") == [keys[1]]


def seen_by(name: str, words: str) -> int:
    return search.find(words).filter(units__overlap=list(world.actor(name).units)).count()


@pytest.fixture
def case(db: None) -> Case:
    mailroom.opened()
    case = mailroom.received(text="请问信用卡年费怎么收？")
    line = Line.objects.get(code="card")
    return triage.triage(case, by=world.actor("li"), type=Type.objects.get(code="fee"), line=line)


def test_a_mail_is_found_by_the_unit_it_came_to(case: Case) -> None:
    assert (seen_by("li", "信用卡年费"), seen_by("zhou", "信用卡年费")) == (1, 0)
    assert seen_by("li", "王芳") == 1


@pytest.mark.duty("4.3.1g")
def test_a_unit_that_is_asked_finds_what_was_said_before(case: Case) -> None:
    hand_over.hand_over(
        case, by=world.actor("li"), to=world.unit("credit-card"), question="普卡的标准？",
        told_at=clock.now() + timedelta(days=2), text="两天内答复",
    )  # fmt: skip
    drain.run_until_empty("search")
    assert (seen_by("zhou", "信用卡年费"), seen_by("zhou", "普卡的标准")) == (1, 1)
    assert set(SearchRow.objects.values_list("id", flat=True)) == set(
        Message.objects.values_list("pk", flat=True)
    )


def test_a_unit_it_is_forwarded_to_finds_what_was_said_before(case: Case) -> None:
    send.forward_inside(
        case.conversation, by=world.actor("li"), to=world.unit("personal-finance"), text="请看"
    )
    drain.run_until_empty("search")
    assert seen_by("chen", "信用卡年费") == 1
    send.forward_inside(
        case.conversation, by=world.actor("li"), to=world.unit("personal-finance"), text="再看"
    )
    assert SearchPending.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_index_each_text(shelf: dict[UUID, search.Text]) -> None:
    for _ in range(60):
        key = uuid7()
        shelf[key] = search.Text(key, key, (OURS,), NOON, "年费")
        search.note(key)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        drain.run_until_empty("search")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found("年费")), SearchPending.objects.count()) == (60, 0)


@pytest.mark.django_db
def test_words_are_found_by_index(shelf: dict[UUID, search.Text]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "search_words" in search.find("信用卡").order_by().explain()


DAYS_AGO = (-30, -3, 0, 5, 6, 20, 80, 200, 380, 900)
COUNT = 4


@pytest.fixture
def through_the_years(shelf: dict[UUID, search.Text]) -> list[UUID]:
    """Three texts for each of several days, one of them of others: the newest last."""
    keys = []
    with clock.moved(NOON):
        for days in sorted(DAYS_AGO, reverse=True):
            for units in ((OURS,), (THEIRS,), (OURS, THEIRS)):
                key = uuid7()
                shelf[key] = search.Text(key, key, units, NOON - timedelta(days=days), f"年费 {days}")
                keys.append(key)
        search.note(*keys)
        drain.run_until_empty("search")
    return keys


def walked(sight: search.Sight, *, forward: bool, begins: datetime | None) -> list[UUID]:
    """All pages of it, one after the other."""
    said, order = search.saying("年费"), ("at", "id") if forward else ("-at", "-id")
    assert said
    keys: list[UUID] = []
    at, last = begins, None
    while True:
        further = tables.beyond(order, [at, last]) if last else Q()
        rows = search.looked_through(said & further, sight, since=at, forward=forward, count=COUNT)
        page = list(rows.order_by(*order))
        keys += [row.pk for row in page]
        if len(page) < COUNT:
            return keys
        at, last = page[-1].at, page[-1].pk


@pytest.mark.django_db
@pytest.mark.parametrize("units", [None, (OURS,), (THEIRS,), (OURS, THEIRS), ()])
def test_looking_through_the_weeks_finds_what_there_is(
    through_the_years: list[UUID], units: tuple[UUID, ...] | None
) -> None:
    rows = search.find("年费")
    expected = [row.pk for row in rows if units is None or set(units) & set(row.units)]
    with clock.moved(NOON):
        assert walked(search.Sight(units), forward=False, begins=None) == expected
        first = SearchRow.objects.get(pk=through_the_years[0]).at - timedelta(seconds=1)
        assert walked(search.Sight(units), forward=True, begins=first) == expected[::-1]


@pytest.mark.django_db
def test_what_one_has_elsewhere_stands_among_it_in_its_place(through_the_years: list[UUID]) -> None:
    theirs = [row.pk for row in search.find("年费") if row.units == [THEIRS]]
    elsewhere = SearchRow.objects.filter(pk__in=theirs[::3]).values_list("parent_id")
    expected = [row.pk for row in search.find("年费") if OURS in row.units or row.pk in theirs[::3]]
    with clock.moved(NOON):
        assert walked(search.Sight((OURS,), elsewhere), forward=False, begins=None) == expected
