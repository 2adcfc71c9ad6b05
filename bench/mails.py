"""The messages of a case: as they arrived or left, as the thread shows them, as the search finds them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import Model

from bench.firm import Desk
from bench.people import Client
from plainspoken.cases.models import Case
from plainspoken.channels.email import identity
from plainspoken.channels.models import Raw, Seen
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.demo.mail import Mail, as_bytes
from plainspoken.kernel import crypto, text
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
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
        content = letter(self.client, self.desk.mailbox.address, self.case.subject, words, at)
        kept = blob(content, at)
        raw = Raw(
            id=uuid7(at),
            mailbox=self.desk.mailbox,
            state="received",
            blob=kept,
            digest=identity.digest(content),
            arrived_at=at,
            settled_at=at + timedelta(seconds=1),
        )
        yield kept
        yield raw
        yield Seen(mailbox=self.desk.mailbox, digest=raw.digest, raw=raw)
        yield from self._said(self._message(Message.Kind.IN, words, at, raw=raw))

    def adds(self, words: str, at: datetime) -> Iterator[Model]:
        """A further word of the customer, whose bytes are not kept here."""
        yield from self._said(self._message(Message.Kind.IN, words, at))

    def leaves(self, kind: str, words: str, at: datetime, author: Actor | None) -> Iterator[Model]:
        message = self._message(kind, words, at, author)
        yield from self._said(message)
        yield Outgoing(
            id=uuid7(at),
            message=message,
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
        arrived, key = kind == Message.Kind.IN, uuid7(at)
        inside = kind == Message.Kind.INSIDE
        return Message(
            id=key,
            conversation_id=self.case.conversation_id,
            kind=kind,
            at=at,
            author_id=author.id if author else None,
            contact_point_id=self.client.point if arrived else None,
            from_name=self.client.name if arrived else "",
            subject="" if inside else self.case.subject,
            text=words,
            visible_text=words,
            raw=raw,
            header_id="" if inside else f"{key}@{'mail' if arrived else 'haian'}.example",
        )

    def _said(self, message: Message) -> Iterator[Model]:
        yield message
        plain = text.normalise("\n".join((message.subject, message.from_name, message.text)))
        yield SearchRow(
            id=message.pk,
            parent_id=message.conversation_id,
            units=list(self.units),
            at=message.at,
            text=plain,
            tokens=" ".join(f"'{token}'" for token in sorted(set(text.tokens(plain)))),
        )


def letter(client: Client, to: str, subject: str, words: str, at: datetime) -> bytes:
    """A mail as a customer's program writes it."""
    return as_bytes(Mail(f"{uuid4()}@mail.example", client.name, client.address, to, subject, words, at))


def blob(content: bytes, at: datetime) -> Blob:
    """The row of a small content."""
    key = uuid4()
    digest = hashlib.sha256(content).digest()
    return Blob(id=key, size=len(content), sha256=digest, made_at=at, sealed=crypto.seal(content, key.bytes))
