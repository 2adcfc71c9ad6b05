"""Customers and prospects."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.customers import actions
from plainspoken.desk import dialogs, forms, found, tabs
from plainspoken.desk.card import BESIDE_SHOWN, Card
from plainspoken.desk.queries import customers
from plainspoken.desk.views.language import LANGUAGE
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by, words = actor(request), request.GET.get("q", "").strip()
    kind = tabs.chosen(request, customers.KINDS)
    page = tables.page_by_key(customers.find(words, kind, by), request, customers.KEYS)
    context = {
        "page": page,
        "rows": customers.told(page.rows, by),
        "tabs": tabs.tabs(customers.KINDS, kind),
        "kind": kind,
        "words": words,
    }
    return respond.respond(
        request, page="desk/customers.html", fragment="desk/customers/_list.html", context=context
    )


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    card = Card(request, found.customer(request, pk), actor(request))
    return respond.respond(
        request, page="desk/customer.html", fragment="desk/customers/_card.html", context={"card": card}
    )


@require_safe
@staff
def timeline(request: Request, pk: UUID) -> HttpResponse:
    """A further part of the timeline beside a conversation; by itself the customer's card."""
    card = Card(request, found.customer(request, pk), actor(request), size=BESIDE_SHOWN)
    return respond.respond(
        request, page="desk/customer.html", fragment="desk/context/_told.html", context={"card": card}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def set_language(request: Request, pk: UUID) -> HttpResponse:
    """From the customer's card, and back to it."""
    customer, by = found.customer(request, pk), actor(request)
    form = forms.Language(dialogs.given(request), initial={"language": customer.language})
    to = reverse("desk.customer", args=[pk])
    return dialogs.ask(
        request, LANGUAGE, form, lambda given: actions.set_language(customer, by=by, **given), to=to
    )
