"""Who is looking and who is typing: true for seconds, one person once, gone with the screen."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from plainspoken.kernel import clock, presence
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry, Presence

pytestmark = pytest.mark.django_db
CASE, LI, WANG = uuid7(), uuid7(), uuid7()


def there(but: UUID = WANG) -> dict[UUID, bool]:
    return {one.person: one.typing for one in presence.at(CASE, but=but)}


def test_others_are_there_while_their_screens_are_open() -> None:
    first, second = uuid7(), uuid7()
    presence.arrive(first, CASE, LI)
    presence.arrive(second, CASE, LI)
    presence.arrive(uuid7(), CASE, WANG)
    presence.arrive(uuid7(), uuid7(), uuid7())
    assert there() == {LI: False}
    presence.leave(first, CASE)
    assert there() == {LI: False}
    presence.leave(second, CASE)
    assert there() == {}


def test_a_screen_that_fell_silent_is_gone_and_swept_by_the_next() -> None:
    screen = uuid7()
    presence.arrive(screen, CASE, LI)
    with clock.moved(clock.now() + timedelta(seconds=presence.GONE_SECONDS - 1)):
        presence.stay(screen)
    with clock.moved(clock.now() + timedelta(seconds=presence.GONE_SECONDS + 5)):
        assert there() == {LI: False}
    with clock.moved(clock.now() + timedelta(seconds=2 * presence.GONE_SECONDS)):
        assert there() == {}
    with clock.moved(clock.now() + timedelta(seconds=presence.GONE_SECONDS + presence.KEPT_SECONDS)):
        presence.arrive(uuid7(), CASE, WANG)
    assert Presence.objects.count() == 1


def test_typing_shows_and_passes_and_ends_with_what_was_typed() -> None:
    presence.type_at(CASE, LI)
    assert there() == {}
    presence.arrive(uuid7(), CASE, LI)
    presence.type_at(CASE, LI)
    assert there() == {LI: True}
    with clock.moved(clock.now() + timedelta(seconds=presence.TYPING_SECONDS + 1)):
        assert there() == {LI: False}
    presence.rest(CASE, LI)
    assert there() == {LI: False}


def test_it_stands_in_no_ledger_and_in_no_write_ahead_log() -> None:
    presence.arrive(uuid7(), CASE, LI)
    assert not Entry.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kernel_presence'")
        assert cursor.fetchone() == ("u",)
