"""Files of messages: saved to disk, never opened in our own pages; pictures inside cleaned HTML alone."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from plainspoken.conversations.models import Attachment
from plainspoken.desk import opened, strict
from plainspoken.kernel import blobs
from plainspoken.organization.request import staff
from plainspoken.ui import policy
from plainspoken.ui.request import Request


@require_safe
@staff
def download(request: Request, pk: UUID) -> HttpResponse:
    file = opened.attachment(request, pk)
    return _answer(file, "application/octet-stream", as_attachment=True)


@require_safe
@staff
def inline(request: Request, pk: UUID) -> HttpResponse:
    file = opened.attachment(request, pk)
    if file.content_type not in strict.PICTURES or not file.content_id:
        raise Http404
    return _answer(file, file.content_type, as_attachment=False)


def _answer(file: Attachment, content_type: str, *, as_attachment: bool) -> HttpResponse:
    headers = {
        policy.HEADER: strict.POLICY,
        "Content-Disposition": content_disposition_header(as_attachment, file.name) or "inline",
        **strict.HEADERS,
    }
    return HttpResponse(blobs.read(file.blob), content_type=content_type, headers=headers)
