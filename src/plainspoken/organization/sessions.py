"""Where Django keeps sessions: a row a browser, that says whose it is, and ends when it is old or left alone.

A session ends 12 hours after the sign-in, whatever is done in it, and when nobody has done anything in it for
as long as the settings say. Screens that keep themselves true by their stream are nobody's doing.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q, QuerySet

from plainspoken.kernel import clock
from plainspoken.organization.models import Person, Session

OPENED = "opened"
SECOND_FACTOR = "second_factor"
SEEN_EVERY = timedelta(seconds=60)
DEVICE_CHARACTERS_MAX = 200


class SessionStore(DatabaseStore):
    """`last_seen`: when somebody did something in it, None for one that is not kept yet."""

    last_seen: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = alive().filter(session_key=self.session_key).first()
        if row is None:
            self._session_key = None
            return {}
        self.last_seen = row.last_seen
        return dict(self.decode(row.session_data))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Every saving is somebody's doing."""
        opened = data.setdefault(OPENED, _opened()) if PERSON in data else _opened()
        since = datetime.fromtimestamp(opened["since"], UTC)
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=since + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            person_id=data.get(PERSON),
            address=opened["address"],
            device=opened["device"],
            since=since,
            last_seen=clock.now(),
        )

    def seen(self) -> None:
        """Somebody did something in it; noted at most once a minute."""
        if self.last_seen and clock.now() - self.last_seen > SEEN_EVERY:
            self.last_seen = clock.now()
            Session.objects.filter(session_key=self.session_key).update(last_seen=self.last_seen)


def open_for(store: Any, address: str, device: str) -> None:
    """The session of a browser in which somebody has just signed in from an address."""
    store[OPENED] = _opened(address, device[:DEVICE_CHARACTERS_MAX])


def alive() -> QuerySet[Session]:
    now = clock.now()
    return Session.objects.filter(expire_date__gt=now, last_seen__gt=now - settings.SESSION_IDLE)


def over() -> QuerySet[Session]:
    """Those that nobody can use any more."""
    now = clock.now()
    return Session.objects.filter(Q(expire_date__lte=now) | Q(last_seen__lte=now - settings.SESSION_IDLE))


def of(person: Person) -> list[Session]:
    """The sessions of a person, the one used last first."""
    return list(alive().filter(person=person).order_by("-last_seen", "session_key"))


def handle(session_key: str) -> str:
    """What a session is called where others could read it."""
    return sha256(session_key.encode()).hexdigest()[:32]


def _opened(address: str = "", device: str = "") -> dict[str, Any]:
    return {"since": clock.now().timestamp(), "address": address, "device": device}
