"""What leaves the house, and what is said inside."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.channels.email import encode
from plainspoken.channels.models import Mailbox
from plainspoken.content import checks
from plainspoken.conversations import addressee, said
from plainspoken.conversations.actions import drafts
from plainspoken.conversations.actions.drafts import TEXT_CHARACTERS_MAX
from plainspoken.conversations.files import kind_of, shortened
from plainspoken.conversations.models import (
    OUTGOING,
    Attachment,
    Conversation,
    ConversationUnit,
    Draft,
    Message,
    Outgoing,
    Participant,
)
from plainspoken.customers.models import ContactPoint, Link
from plainspoken.kernel import blobs, clock, drain, language, search, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Qualification, Unit

UNDO_SECONDS = 15
SUBJECT_CHARACTERS_MAX = 500
ATTACHMENTS_MAX = 60
ATTACHMENT_BYTES_MAX = 25 * 1024 * 1024
NAME_CHARACTERS_MAX = 255
File = tuple[str, str, bytes]


@action(
    "conversations.reply.send",
    _("Write to the customer"),
    creates=True,
    unrecorded=["files"],
    duties=["4.4.1d", "4.3.1b", "4.2.1b", "3.3b"],
)
def reply(
    conversation: Conversation,
    *,
    by: Actor,
    text: str,
    link: Link | None = None,
    files: tuple[File, ...] = (),
    elsewhere: bool = False,
    seen: UUID | None = None,
    knowingly: bool = False,
) -> Message:
    """A member of staff writes to the customer. It leaves after `UNDO_SECONDS`, unless taken back.

    `elsewhere`: by choice of the writer, to the other address that the customer's last message asks for.
    `seen` is the last message the author has seen; what was said after it must be seen first. `knowingly`: the
    author was told of something new and sends all the same, which the entry keeps. Without `seen` there is
    nobody who could have overlooked anything.
    """
    _check_seen(conversation, seen)
    point = addressee.elsewhere(conversation, by) if elsewhere else addressee.usual(conversation)
    if elsewhere:
        Participant.objects.get_or_create(conversation=conversation, contact_point=point)
    return _send(conversation, by, point, text, link, files)


@action(
    "conversations.start",
    _("Begin a conversation"),
    creates=True,
    unrecorded=["files"],
    duties=["4.4.1d", "4.2.1b", "3.3a", "3.3b"],
)
def start(
    mailbox: Mailbox, *, by: Actor, to: ContactPoint, subject: str, text: str, files: tuple[File, ...] = ()
) -> Message:
    """A member of staff writes first, from a mailbox of a unit of theirs."""
    if mailbox.unit_id not in by.units:
        raise Refused(
            "mailbox_of_another_unit", _("This mailbox belongs to another unit. Choose one of yours.")
        )
    addressee.check(to.value)
    _check_subject(subject)
    now = clock.now()
    spoken = to.customer.language or language.of(subject + text)
    conversation = Conversation.objects.create(
        id=uuid7(),
        mailbox=mailbox,
        customer=to.customer,
        subject=subject.strip(),
        language=spoken,
        started_at=now,
        last_at=now,
    )
    ConversationUnit.objects.create(conversation=conversation, unit=mailbox.unit, since=now)
    Participant.objects.create(conversation=conversation, contact_point=to)
    record(conversation=conversation)
    return _send(conversation, by, to, text, None, files)


@action("conversations.automatic.send", _("Send an automatic message"), creates=True)
def send_automatic(
    conversation: Conversation,
    *,
    by: Actor,
    text: str,
    link: Link | None = None,
    subject: str = "",
    to: ContactPoint | None = None,
) -> Message:
    """The system writes to the customer, to whoever wrote last unless it says: an acknowledgement, a survey.

    It leaves at once.
    """
    message = _message(conversation, Message.Kind.AUTOMATIC, None, text, subject=subject)
    _queue(message, to or addressee.usual(conversation), clock.now(), link)
    return message


@action("conversations.note.add", _("Add an internal note"), creates=True, duties=["4.3.1b"])
def add_note(conversation: Conversation, *, by: Actor, text: str) -> Message:
    """A note that only colleagues see."""
    drafts.drop(conversation, by)
    return _message(conversation, Message.Kind.NOTE, by, _wanted(text))


@action("conversations.inside.forward", _("Forward inside"), creates=True, duties=["4.3.1g"])
def forward_inside(conversation: Conversation, *, by: Actor, to: Unit, text: str) -> Message:
    """Show the conversation to another unit, with a word why; the owner stays."""
    show_to(conversation, to)
    drafts.drop(conversation, by)
    return _message(conversation, Message.Kind.INSIDE, by, _wanted(text), unit=to)


@action("conversations.outgoing.undo", _("Take a message back"), edge=OUTGOING.undo)
def undo(outgoing: Outgoing, *, by: Actor) -> Draft:
    """Take a message back before it leaves; its text becomes the author's draft again."""
    message = outgoing.message
    if message.author_id != by.id:
        raise Refused("not_the_author", _("Only the author can take a message back."))
    return drafts.bring_back(message.conversation, by, message.text)


def _send(
    conversation: Conversation,
    by: Actor,
    point: ContactPoint,
    words: str,
    link: Link | None,
    files: tuple[File, ...],
) -> Message:
    today = organization.today(conversation.mailbox.unit)
    if not organization.qualified(by.person, Qualification.Kind.CUSTOMER_CONTACT, today):
        raise Refused(
            "not_qualified",
            _(
                "You hold no valid certificate for customer contact, so nothing you write can leave. Ask your head."
            ),
            duty="4.4.1d",
        )
    checks.ready(words)
    message = _message(conversation, Message.Kind.OUT, by, _wanted(words))
    _attach(message, files)
    _queue(message, point, clock.now() + timedelta(seconds=UNDO_SECONDS), link)
    drafts.drop(conversation, by)
    return message


def _check_seen(conversation: Conversation, seen: UUID | None) -> None:
    """One at a time: who comes second finds what the first has said."""
    if seen is None:
        return
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if said.since(conversation, seen).exists():
        raise Refused(
            "said_meanwhile", _("Something was said meanwhile. Read it; then send, or change your words.")
        )


def show_to(conversation: Conversation, unit: Unit) -> None:
    """The unit works on the conversation from now on, and finds it. Call inside an action."""
    _unit, new = ConversationUnit.objects.get_or_create(
        conversation=conversation, unit=unit, defaults={"since": clock.now()}
    )
    if new:
        search.note(*Message.objects.filter(conversation=conversation).values_list("pk", flat=True))


def keep_apart(one: Conversation, other: Conversation) -> None:
    """Two that have become one matter: who is kept from either is kept from both. Call inside an action."""
    for here, there in ((one, other), (other, one)):
        for kept in here.exclusions.exclude(person__in=there.exclusions.values("person")):
            there.exclusions.create(person=kept.person, since=clock.now())


def _check_subject(subject: str) -> None:
    if not subject.strip():
        raise Refused("subject_missing", _("Give the message a subject."))
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        raise Refused("subject_too_long", _("This subject is too long. Shorten it."))
    if encode.LINE_BREAK.search(subject.strip()):
        raise Refused("subject_of_several_lines", _("A subject is one line. Put the rest into the text."))
    checks.ready(subject)


def _wanted(words: str) -> str:
    if not words.strip():
        raise Refused("text_missing", _("There is nothing to send yet: write something first."))
    if len(words) > TEXT_CHARACTERS_MAX:
        raise Refused("text_too_long", _("This is too long for one message. Shorten it or attach a file."))
    return words.strip()


def _message(
    conversation: Conversation,
    kind: str,
    by: Actor | None,
    words: str,
    *,
    unit: Unit | None = None,
    subject: str = "",
) -> Message:
    key = uuid7()
    goes_out = kind in (Message.Kind.OUT, Message.Kind.AUTOMATIC)
    message = Message(
        id=key,
        conversation=conversation,
        kind=kind,
        at=clock.now(),
        author_id=by.person if by else None,
        unit=unit,
        subject=(subject or conversation.subject) if goes_out else "",
        text=words,
        visible_text=words,
        header_id=f"{key}@{conversation.mailbox.address.partition('@')[2]}" if goes_out else "",
    )
    writing.insert(message)
    conversation.last_at = message.at
    writing.update(conversation, "last_at")
    search.note(message.pk)
    record(message=message, conversation=conversation)
    return message


def _queue(message: Message, point: ContactPoint, leaves_at: datetime, link: Link | None) -> None:
    outgoing = Outgoing(id=uuid7(), message=message, to=point, leaves_at=leaves_at, link=link)
    writing.insert(outgoing)
    record(outgoing=outgoing)
    drain.wake("outbox")


def _attach(message: Message, files: tuple[File, ...]) -> None:
    if len(files) > ATTACHMENTS_MAX:
        raise Refused("attachments_too_many", _("Too many files for one message."))
    if any(len(content) > ATTACHMENT_BYTES_MAX for _name, _type, content in files):
        raise Refused("attachment_too_large", _("A file is too large to be sent by mail."))
    if sum(len(content) for _name, _type, content in files) > ATTACHMENT_BYTES_MAX:
        raise Refused("attachments_too_large", _("Together the files are too large to be sent by mail."))
    for position, (name, _claimed, content) in enumerate(files):
        kind = kind_of(name, content)
        Attachment.objects.create(
            id=uuid7(),
            message=message,
            position=position,
            name=shortened(name, NAME_CHARACTERS_MAX),
            content_type=kind.content_type,
            blob=blobs.put(content),
        )
