"""What one person holds and has passed, their password and absence: a sheet for each change."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from plainspoken.organization import people_forms as forms
from plainspoken.organization import queries
from plainspoken.organization.actions import people, posts, qualifications, second_factors
from plainspoken.organization.models import Appointment, Person, Qualification
from plainspoken.organization.request import actor, administers
from plainspoken.ui import sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page


@require_http_methods(["GET", "HEAD", "POST"])
@administers("organization.appointment.put")
def appoint(request: Request, pk: UUID) -> HttpResponse:
    person, by = get_object_or_404(Person, pk=pk), actor(request)
    form = forms.AppointmentForm(sheets.given(request), person=person)
    page = _page(person, _("Appoint to a post"), _("Appoint"))
    return sheets.fill(
        request,
        page,
        form,
        lambda given: posts.appoint(given.pop("post"), by=by, person=person, **given),
        to=page.back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administers("organization.appointment.end")
def end_appointment(request: Request, pk: UUID) -> HttpResponse:
    held = get_object_or_404(Appointment.objects.select_related("person", "post__unit"), pk=pk)
    by = actor(request)
    form = forms.LastDayForm(sheets.given(request), initial={"to_day": queries.today_of(held.person)})
    page = _page(
        held.person, _("End an appointment"), _("End it"), f"{held.post.unit.name} · {held.post.name}"
    )
    return sheets.fill(
        request, page, form, lambda given: posts.end_appointment(held, by=by, **given), to=page.back
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administers("organization.qualification.grant")
def grant(request: Request, pk: UUID) -> HttpResponse:
    person, by = get_object_or_404(Person, pk=pk), actor(request)
    form = forms.QualificationForm(sheets.given(request), initial={"valid_from": queries.today_of(person)})
    page = _page(person, _("Grant a qualification"), _("Grant"))
    return sheets.fill(
        request, page, form, lambda given: qualifications.grant(person, by=by, **given), to=page.back
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administers("organization.qualification.revoke")
def revoke(request: Request, pk: UUID) -> HttpResponse:
    passed = get_object_or_404(Qualification.objects.select_related("person"), pk=pk)
    form, by = forms.RevocationForm(sheets.given(request)), actor(request)
    lead = _("From now on the person is given no cases and answers no customers.")
    page = _page(passed.person, _("Revoke a qualification"), _("Revoke"), lead)
    return sheets.fill(
        request, page, form, lambda given: qualifications.revoke(passed, by=by, **given), to=page.back
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
@administers("organization.person.set_password")
def set_password(request: Request, pk: UUID) -> HttpResponse:
    person, by = get_object_or_404(Person, pk=pk), actor(request)
    form = forms.PasswordForm(sheets.given(request))
    lead = _("Whoever is signed in with the old one is signed out. Tell the person the new one yourself.")
    page = _page(person, _("Set a password"), _("Set the password"), lead)
    return sheets.fill(
        request,
        page,
        form,
        lambda given: people.set_password(person, by=by, password=given["password"]),
        to=page.back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administers("organization.second_factor.take_away")
def take_away(request: Request, pk: UUID) -> HttpResponse:
    person, by = get_object_or_404(Person, pk=pk), actor(request)
    lead = _(
        "Only when the phone is lost and no recovery code is left. Make sure that it is really this person who asks:"
        " from now on the password alone opens the account, and the person is told by the bell."
    )
    page = _page(person, _("Take away the second factor"), _("Take it away"), lead)
    form = sheets.Sheet(sheets.given(request))
    return sheets.fill(
        request, page, form, lambda given: second_factors.take_away(person, by=by), to=page.back
    )


def _page(person: Person, title: str, button: str, lead: str = "") -> Page:
    return Page(title, button, reverse("organization.person", args=[person.pk]), person.name, lead)
