"""Mailboxes: where mail comes in and leaves, and whether their connection holds."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.channels import actions, traffic, words
from plainspoken.channels.forms import MailboxForm
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import secrets
from plainspoken.organization.request import actor, administers
from plainspoken.ui import sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, TEST = "channels.mailbox.put", "channels.mailbox.test"
MAILBOXES = _("Mailboxes")


@require_safe
@administers(PUT, TEST)
def index(request: Request) -> HttpResponse:
    rows = Mailbox.objects.select_related("unit").order_by("address")
    return render(request, "channels/mailboxes.html", {"rows": rows})


@require_safe
@administers(PUT, TEST)
def show(request: Request, pk: UUID) -> HttpResponse:
    return _show(request, get_object_or_404(Mailbox.objects.select_related("unit"), pk=pk))


@require_POST
@administers(TEST)
def test(request: Request, pk: UUID) -> HttpResponse:
    """The page of the mailbox again, with how it went."""
    mailbox = get_object_or_404(Mailbox.objects.select_related("unit"), pk=pk)
    verdict = actions.try_connection(mailbox, by=actor(request))
    context = {
        "verdict": verdict,
        "step": words.STEPS[verdict.step],
        "outcome": words.OUTCOMES[verdict.outcome],
        "fetching": words.FETCHING[verdict.fetching] if verdict.fetching else "",
    }
    return _show(request, mailbox, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    form = MailboxForm(sheets.given(request), mailbox=None)
    back = reverse("channels.mailboxes")
    return _put(request, Page(str(_("New mailbox")), _("Add the mailbox"), back, MAILBOXES), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    mailbox = get_object_or_404(Mailbox, pk=pk)
    form = MailboxForm(sheets.given(request), mailbox=mailbox)
    back = reverse("channels.mailbox", args=[pk])
    return _put(request, Page(str(_("Edit mailbox")), _("Save"), back, mailbox.address), form)


def _put(request: Request, page: Page, form: MailboxForm) -> HttpResponse:
    by = actor(request)
    return sheets.fill(
        request,
        page,
        form,
        lambda given: actions.put_mailbox(given.pop("unit"), by=by, **given),
        to=page.back,
    )


def _show(request: Request, mailbox: Mailbox, **more: object) -> HttpResponse:
    context = {
        "mailbox": mailbox,
        "has_secret": _has_secret(mailbox),
        "last_in": traffic.last_in(mailbox),
        "last_out": traffic.last_out(mailbox),
        **more,
    }
    return render(request, "channels/mailbox.html", context)


def _has_secret(mailbox: Mailbox) -> bool:
    try:
        return bool(secrets.get(f"mailbox.{mailbox.secret}"))
    except (secrets.SecretMissing, secrets.FileTooOpen):
        return False
