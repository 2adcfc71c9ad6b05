"""Where everything that may be administered begins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plainspoken.kernel.errors import PermissionDenied
from plainspoken.organization import administration
from plainspoken.organization.request import staff
from plainspoken.ui.request import Request


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    sections = administration.open_to(request)
    if not sections:
        raise PermissionDenied("organization.administration")
    return render(request, "organization/administration.html", {"sections": sections})
