"""One message: its HTML under a policy of its own, and its whole text."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from plainspoken.channels.email.html import clean
from plainspoken.conversations.models import Attachment, Message
from plainspoken.desk import mail_page, opened, strict
from plainspoken.kernel import blobs
from plainspoken.organization.request import staff
from plainspoken.ui import policy
from plainspoken.ui.request import Request


@require_safe
@staff
def html(request: Request, pk: UUID) -> HttpResponse:
    """Cleaned, sandboxed and framed only by ourselves: it runs nothing and fetches nothing from outside."""
    message = opened.message(request, pk)
    if message.html is None:
        raise Http404
    addresses = _inline(message)
    cleaned = clean(blobs.read(message.html).decode(), addresses.get)
    headers = {policy.HEADER: policy.MAIL, "X-Frame-Options": "SAMEORIGIN", **strict.HEADERS}
    return HttpResponse(mail_page.document(cleaned), headers=headers)


@require_safe
@staff
def text(request: Request, pk: UUID) -> HttpResponse:
    """The whole text as it came, quotes and all."""
    headers = {policy.HEADER: strict.POLICY, **strict.HEADERS}
    return HttpResponse(
        opened.message(request, pk).text, content_type="text/plain; charset=utf-8", headers=headers
    )


def _inline(message: Message) -> dict[str, str]:
    """Our addresses of the pictures the HTML may show, by Content-ID."""
    pictures = Attachment.objects.filter(message=message, content_type__in=strict.PICTURES).exclude(
        content_id=""
    )
    return {one.content_id.strip("<>"): reverse("desk.attachment.inline", args=[one.pk]) for one in pictures}
