"""What a view is about, opened through the one door: noted in the read journal, 404 when it is not yours to see."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from plainspoken.cases.models import Case
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Attachment, Conversation, Message, Outgoing
from plainspoken.customers.models import Customer
from plainspoken.kernel import access
from plainspoken.organization.request import actor
from plainspoken.ui.request import Request


def case(request: Request, pk: UUID) -> Case:
    related = ("conversation__mailbox__unit", "customer", "owner", "unit", "type", "line")
    found = access.open(Case.objects.select_related(*related), pk, actor(request))
    if found.conversation.customer_id == found.customer_id:
        found.conversation.customer = found.customer
    return found


def conversation(request: Request, pk: UUID) -> Conversation:
    return access.open(Conversation.objects.select_related("mailbox__unit", "customer"), pk, actor(request))


def raw(request: Request, pk: UUID) -> Raw:
    return access.open(
        Raw.objects.filter(state="held").select_related("mailbox__unit", "blob"), pk, actor(request)
    )


def outgoing(request: Request, pk: UUID) -> Outgoing:
    """An outgoing message of a conversation the reader may see."""
    row = get_object_or_404(Outgoing.objects.select_related("message__author", "to"), pk=pk)
    access.open(Conversation.objects.all(), row.message.conversation_id, actor(request))
    return row


def message(request: Request, pk: UUID) -> Message:
    row = get_object_or_404(Message.objects.select_related("html"), pk=pk)
    access.open(Conversation.objects.all(), row.conversation_id, actor(request))
    return row


def attachment(request: Request, pk: UUID) -> Attachment:
    row = get_object_or_404(Attachment.objects.select_related("blob", "message"), pk=pk)
    access.open(Conversation.objects.all(), row.message.conversation_id, actor(request), purpose="attachment")
    return row


def customer(request: Request, pk: UUID) -> Customer:
    return access.open(Customer.objects.all(), pk, actor(request))
