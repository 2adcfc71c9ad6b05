"""The messages of a case: as they arrived or left, as the thread shows them, as the search finds them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4

from django.db.models import Model

from bench import letters
from bench.copying import born, key
from bench.firm import Desk
from bench.letters import Letter
from bench.people import Client
from plainspoken.cases.models import Case
from plainspoken.channels.email import identity
from plainspoken.channels.models import Raw, Seen
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import crypto, text
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Blob, SearchRow


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in one case, seen by these units."""

    case: Case
    desk: Desk
    client: Client
    units: tuple[UUID, ...]

    def arrives(self, words: str, at: datetime) -> Iterator[Model]:
        """A mail of the customer, with its bytes."""
        content = letters.plain(self._letter(words, at))
        kept = blob(content, at)
        raw = born(
            Raw,
            id=key(at),
            mailbox_id=self.desk.mailbox.pk,
            state="received",
            blob_id=kept.id,
            digest=identity.digest(content),
            arrived_at=at,
            settled_at=at + timedelta(seconds=1),
        )
        yield kept
        yield raw
        yield born(Seen, mailbox_id=self.desk.mailbox.pk, digest=raw.digest, raw_id=raw.id)
        yield from self._said(self._message(Message.Kind.IN, words, at, raw=raw))

    def _letter(self, words: str, at: datetime) -> Letter:
        client, to = self.client, self.desk.mailbox.address
        return Letter(
            f"{uuid4()}@mail.example", client.name, client.address, to, self.case.subject, words, at
        )

    def adds(self, words: str, at: datetime) -> Iterator[Model]:
        """A further word of the customer, whose bytes are not kept here."""
        yield from self._said(self._message(Message.Kind.IN, words, at))

    def leaves(self, kind: str, words: str, at: datetime, author: Actor | None) -> Iterator[Model]:
        message = self._message(kind, words, at, author)
        yield from self._said(message)
        yield born(
            Outgoing,
            id=key(at),
            message_id=message.id,
            to_id=self.client.point,
            state="left",
            leaves_at=at,
            attempts=1,
            departed_at=at,
            left_at=at,
        )

    def inside(self, words: str, at: datetime, author: Actor, department: UUID) -> Iterator[Model]:
        message = self._message(Message.Kind.INSIDE, words, at, author)
        message.unit_id = department
        yield from self._said(message)

    def _message(
        self, kind: str, words: str, at: datetime, author: Actor | None = None, raw: Raw | None = None
    ) -> Message:
        arrived, born_as = kind == Message.Kind.IN, key(at)
        inside = kind == Message.Kind.INSIDE
        return born(
            Message,
            id=born_as,
            conversation_id=self.case.conversation_id,
            kind=kind,
            at=at,
            author_id=author.id if author else None,
            contact_point_id=self.client.point if arrived else None,
            from_name=self.client.name if arrived else "",
            subject="" if inside else self.case.subject,
            text=words,
            visible_text=words,
            raw_id=raw.id if raw else None,
            header_id="" if inside else f"{born_as}@{'mail' if arrived else 'haian'}.example",
        )

    def _said(self, message: Message) -> Iterator[Model]:
        yield message
        plain, tokens = _found_by("\n".join((message.subject, message.from_name, message.text)))
        yield born(
            SearchRow,
            id=message.pk,
            parent_id=message.conversation_id,
            units=list(self.units),
            at=message.at,
            text=plain,
            tokens=tokens,
        )


@lru_cache(maxsize=1_000)
def _found_by(words: str) -> tuple[str, str]:
    """The one spelling, and the tokens as PostgreSQL reads them; many answers are alike."""
    plain = text.normalise(words)
    return plain, " ".join(f"'{token}'" for token in sorted(set(text.tokens_of(plain))))


def blob(content: bytes, at: datetime) -> Blob:
    """The row of a small content."""
    place = uuid4()
    digest = hashlib.sha256(content).digest()
    return born(
        Blob, id=place, size=len(content), sha256=digest, made_at=at, sealed=crypto.seal(content, place.bytes)
    )
