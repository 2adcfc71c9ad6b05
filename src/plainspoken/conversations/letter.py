"""A message as the mail that leaves: threaded, signed, with the question whether it is solved."""

from plainspoken.channels.email.compose import File, compose
from plainspoken.channels.email.compose import Outgoing as Letter
from plainspoken.content import queries as content
from plainspoken.conversations.models import Attachment, Conversation, Message, Outgoing
from plainspoken.customers import links
from plainspoken.kernel import blobs, language

REFERENCES_MAX = 20
NEVER_ARRIVED = ("withdrawn", "failed")


def bytes_of(outgoing: Outgoing) -> bytes:
    """The mail's bytes, equal for every attempt. Raises NoScript, ValueError, BlobLost when it cannot be made."""
    message = outgoing.message
    conversation, mailbox = message.conversation, message.conversation.mailbox
    thread = _thread(message)
    return compose(
        Letter(
            message_id=message.header_id,
            own_id=str(message.pk),
            date=message.at,
            from_name=_in_language(mailbox.name_zh, mailbox.name_en, conversation),
            from_address=mailbox.address,
            to_name="",
            to_address=outgoing.to.value,
            subject=_subject(message.subject, bool(thread)),
            text=_text(outgoing),
            signature=_in_language(mailbox.signature_zh, mailbox.signature_en, conversation),
            language=conversation.spoken,
            in_reply_to=thread[-1] if thread else "",
            references=tuple(thread),
            attachments=tuple(_files(message)),
            automatic=message.kind == Message.Kind.AUTOMATIC,
        )
    )


def _thread(message: Message) -> list[str]:
    """The ids of what was said before, the first and the newest; without what never reached the customer."""
    earlier = Message.objects.filter(conversation=message.conversation_id, at__lte=message.at)
    said = earlier.exclude(pk=message.pk).exclude(header_id="").exclude(outgoing__state__in=NEVER_ARRIVED)
    ids = said.order_by("-at", "-id").values_list("header_id", flat=True)
    newest = list(ids[:REFERENCES_MAX])
    first = ids.reverse()[:1] if len(newest) == REFERENCES_MAX else ()
    return list(dict.fromkeys([*first, *reversed(newest[: REFERENCES_MAX - bool(first)])]))


def _subject(subject: str, is_reply: bool) -> str:
    return subject if not is_reply or subject.lower().startswith("re:") else f"Re: {subject}"


def _text(outgoing: Outgoing) -> str:
    question = _question(outgoing, outgoing.message.conversation.spoken)
    return "\n\n".join(part for part in (outgoing.message.text, question) if part)


def _in_language(zh: str, en: str, conversation: Conversation) -> str:
    return zh if conversation.spoken == language.CHINESE else en


def _question(outgoing: Outgoing, spoken: str) -> str:
    if outgoing.link is None:
        return ""
    return content.filled(outgoing.link.purpose, spoken, {"link": links.address(outgoing.link)})


def _files(message: Message) -> list[File]:
    if message.kind == Message.Kind.AUTOMATIC:
        return []
    attachments = Attachment.objects.filter(message=message).select_related("blob").order_by("position")
    return [File(one.name, one.content_type, blobs.read(one.blob)) for one in attachments]
