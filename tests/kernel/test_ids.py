"""Ids carry the moment of their birth, rise within a process, and are never made twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from plainspoken.kernel import clock
from plainspoken.kernel.ids import uuid7

MANY = 20_000


def born(made: UUID) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=made.int >> 80)


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_id_is_a_uuid_of_version_7_of_its_moment(moment: datetime) -> None:
    made = uuid7(moment)
    assert type(made) is UUID
    assert (made.version, made.variant) == (7, RFC_4122)
    assert born(made) == moment - timedelta(microseconds=moment.microsecond % 1000)


def test_the_zone_of_a_moment_does_not_matter() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    beijing = moment.astimezone(timezone(timedelta(hours=8)))
    assert uuid7(beijing).int >> 80 == uuid7(moment).int >> 80


def test_without_a_moment_it_is_born_now_by_the_one_clock() -> None:
    moment = datetime(2026, 12, 28, 8, tzinfo=UTC)
    with clock.moved(moment):
        assert timedelta(0) <= born(uuid7()) - moment < timedelta(minutes=1)


def test_ids_of_one_moment_rise() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    made = [uuid7(moment) for _ in range(MANY)]
    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}


def test_ids_made_one_after_another_rise() -> None:
    made = [uuid7() for _ in range(MANY)]
    assert made == sorted(set(made))


def test_threads_never_make_the_same() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: uuid7(moment), range(MANY)))
    assert len(set(made)) == MANY


def test_an_earlier_moment_gives_an_earlier_id() -> None:
    later = uuid7(datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert uuid7(datetime(2026, 3, 2, 8, tzinfo=UTC)) < later
