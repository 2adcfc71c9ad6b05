"""What some mails need to know of what is there, read in a few looks for all of them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from plainspoken.channels.email.parse import Parsed
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.conversations.models import Conversation, Message
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import ids

Letter = tuple[Raw, Parsed]
OURS = (Message.Kind.OUT, Message.Kind.AUTOMATIC)
# Each by itself: asked for a hundred at once PostgreSQL would rather read all messages in the order of their names.
NEWEST_NAMED = """
    SELECT newest.id FROM unnest(%s::text[]) AS named(header_id) CROSS JOIN LATERAL (
        SELECT DISTINCT ON (conversation.mailbox_id, message.kind) message.id
        FROM conversations_message message
        JOIN conversations_conversation conversation ON conversation.id = message.conversation_id
        WHERE message.header_id = named.header_id AND message.header_id <> ''
        ORDER BY conversation.mailbox_id, message.kind, message.at DESC
    ) AS newest"""


@dataclass(frozen=True, slots=True)
class Known:
    """`points` by blind index; `named` by Message-ID; `markers`, `mailboxes`: ours; `own`: their Message-IDs."""

    letters: dict[UUID, Parsed]
    points: dict[bytes, ContactPoint]
    named: dict[str, list[Message]]
    markers: frozenset[UUID]
    mailboxes: frozenset[str]
    own: Counter[str]

    def is_ours(self, parsed: Parsed) -> bool:
        """A message of our own that came back: its Message-ID or our own header is one we gave."""
        if any(one.kind in OURS for one in self.named.get(parsed.message_id, ())):
            return True
        return ids.is_uuid(parsed.marker) and UUID(parsed.marker) in self.markers

    def from_ourselves(self, parsed: Parsed) -> bool:
        """Whoever writes under an address of ours gets no answer by itself: it would come to us."""
        return parsed.from_address.lower() in self.mailboxes

    def referred(self, raw: Raw, parsed: Parsed) -> Conversation | None:
        """The conversation of the nearest of our Message-IDs that the mail names."""
        for name in _names(parsed):
            for message in self.named.get(name, ()):
                if message.conversation.mailbox_id == raw.mailbox_id:
                    return message.conversation
        return None

    def id_taken(self, raw: Raw, parsed: Parsed) -> bool:
        same = self.named.get(parsed.message_id, ())
        return any(one.conversation.mailbox_id == raw.mailbox_id for one in same)

    def stands_alone(self, parsed: Parsed) -> bool:
        """Nothing it refers to is known or among these letters, nor is there another of its Message-ID."""
        named = _names(parsed)
        if any(name in self.named or name in self.own for name in named):
            return False
        return parsed.message_id not in self.named and self.own[parsed.message_id] < 2


def look(letters: Iterable[Letter]) -> Known:
    """What these letters need."""
    by_key = {raw.pk: one for raw, one in letters}
    parsed = list(by_key.values())
    return Known(
        letters=by_key,
        points=_points({one.from_address for one in parsed}),
        named=_named({name for one in parsed for name in (one.message_id, *_names(one)) if name}),
        markers=_markers({UUID(one.marker) for one in parsed if ids.is_uuid(one.marker)}),
        mailboxes=_mailboxes({one.from_address.lower() for one in parsed}),
        own=Counter(one.message_id for one in parsed if one.message_id),
    )


def _names(parsed: Parsed) -> list[str]:
    return [*parsed.in_reply_to, *reversed(parsed.references)]


def _points(addresses: set[str]) -> dict[bytes, ContactPoint]:
    kind = ContactPoint.Kind.EMAIL
    wanted = [contact.index(kind, address) for address in addresses]
    rows = ContactPoint.objects.select_related("customer").filter(kind=kind, index__in=wanted)
    return {bytes(row.index): row for row in rows}


def _named(names: set[str]) -> dict[str, list[Message]]:
    """Of each Message-ID one message a mailbox and kind: somebody may have given the same to thousands."""
    found: dict[str, list[Message]] = {}
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_NAMED, [list(names)])
        newest = [pk for (pk,) in cursor.fetchall()]
    for row in Message.objects.select_related("conversation").filter(pk__in=newest).order_by("-at"):
        found.setdefault(row.header_id, []).append(row)
    return found


def _markers(keys: set[UUID]) -> frozenset[UUID]:
    if not keys:
        return frozenset()
    return frozenset(Message.objects.filter(pk__in=keys, kind__in=OURS).values_list("pk", flat=True))


def _mailboxes(addresses: Collection[str]) -> frozenset[str]:
    return frozenset(Mailbox.objects.filter(address__in=addresses).values_list("address", flat=True))
