"""Mail that another program of the firm received: kept as it came, then taken in as any other."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema, Status

from plainspoken.api import problems
from plainspoken.api.door import actor
from plainspoken.api.problems import Unacceptable
from plainspoken.channels import actions
from plainspoken.channels.email import limits
from plainspoken.channels.models import Mailbox
from plainspoken.desk import words
from plainspoken.kernel.actor import Actor

router = Router(tags=["mail"])
MAIL = "message/rfc822"
BODY = {
    "requestBody": {
        "required": True,
        "content": {MAIL: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


class MailboxShown(Schema):
    id: UUID
    address: str
    name: str
    unit: str


class Mailboxes(Schema):
    items: list[MailboxShown]


class Kept(Schema):
    """Whether it is a duplicate, held or part of a case is found out within seconds."""

    id: UUID
    state: str


@router.get("/", response={200: Mailboxes, **problems.told()}, summary="List mailboxes", url_name="mailboxes")
def index(request: HttpRequest) -> Mailboxes:
    """Those of the units whose rows the program sees."""
    rows = _mailboxes(actor(request)).select_related("unit").order_by("address")
    shown = [
        MailboxShown(id=row.pk, address=row.address, name=words.name(row), unit=row.unit.code) for row in rows
    ]
    return Mailboxes(items=shown)


@router.post(
    "/{uuid:mailbox_id}/messages/",
    response={202: Kept, **problems.told(403, 404, 413, 415, 503)},
    summary="Hand in a mail",
    openapi_extra=BODY,
    url_name="mail",
)
def store(request: HttpRequest, mailbox_id: UUID) -> Status[Kept]:
    """The whole mail as it came (RFC 5322). It is safe once this is answered with 202."""
    by = actor(request)
    mailbox = get_object_or_404(_mailboxes(by), pk=mailbox_id)
    raw = actions.store(mailbox, by=by, content=_mail(request))
    return Status(202, Kept(id=raw.pk, state=raw.state))


def _mailboxes(by: Actor) -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(unit__in=by.units)


def _mail(request: HttpRequest) -> bytes:
    if request.content_type != MAIL:
        raise Unacceptable(415, "not_a_mail", _("Send the mail as message/rfc822."))
    content = request.read(limits.MESSAGE_BYTES_MAX + 1)
    if len(content) > limits.MESSAGE_BYTES_MAX:
        raise Unacceptable(413, "too_large", _("This is larger than we take."))
    if not content.strip():
        raise Unacceptable(422, "mail_empty", _("There is no mail in the body."))
    return content
