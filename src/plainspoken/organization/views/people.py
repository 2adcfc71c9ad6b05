"""The people of the firm: the list, and one person with all that is known of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.organization import people_forms, sessions, staff_list
from plainspoken.organization.actions import people as actions
from plainspoken.organization.models import Firm, Person, SecondFactor
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets, tables
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT = "organization.person.put"
PEOPLE = _("People")


@require_safe
@administers(PUT)
def index(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = tables.page_by_key(staff_list.find(words), request, staff_list.KEYS)
    context = {"page": page, "rows": staff_list.told(page.rows), "words": words}
    return render(request, "organization/people.html", context)


@require_safe
@administers(PUT)
def show(request: Request, pk: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    context = {
        "person": person,
        "known": staff_list.known(person),
        "second_factor": SecondFactor.objects.filter(person=person).first(),
        "may_take_away": actor(request).may("organization.second_factor.take_away"),
        "sessions": sessions.of(person) if actor(request).may("organization.person.sign_out") else [],
    }
    return render(request, "organization/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    form = people_forms.PersonForm(sheets.given(request), person=None)
    page = Page(
        str(_("New person")),
        _("Add the person"),
        reverse("organization.people"),
        PEOPLE,
        lead=_("Appointments, qualifications and a first password come next, on the person's page."),
    )
    return _put(request, page, form, reverse("organization.people"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = people_forms.PersonForm(sheets.given(request), person=person)
    back = reverse("organization.person", args=[pk])
    page = Page(str(_("Edit person")), _("Save"), back, person.name)
    return _put(request, page, form, back)


@require_POST
@administers("organization.person.sign_out")
def sign_out(request: Request, pk: UUID) -> HttpResponse:
    actions.sign_out(get_object_or_404(Person, pk=pk), by=actor(request))
    messages.success(request, str(_("Signed out everywhere.")))
    return respond.go(request, reverse("organization.person", args=[pk]))


def _put(request: Request, page: Page, form: people_forms.PersonForm, to: str) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    return sheets.fill(request, page, form, lambda given: actions.put_person(firm, by=by, **given), to=to)
