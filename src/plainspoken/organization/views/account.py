"""My account: what is known of me, my password, my absences."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.kernel.errors import Refused
from plainspoken.organization import actors, browsers, queries
from plainspoken.organization.actions import absences, people
from plainspoken.organization.forms import AbsenceForm, ChangePasswordForm
from plainspoken.organization.models import Absence, SecondFactor
from plainspoken.organization.request import actor, identified, person, signed_in, staff
from plainspoken.organization.views.answers import answer, frame
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@signed_in
def show(request: Request) -> HttpResponse:
    me = person(request)
    today = queries.today_of(me)
    held = actors.posts(me, today)
    factor = SecondFactor.objects.filter(person=me).first()
    context = {
        "me": me,
        "posts": held,
        "demanded": actors.demands_second_factor(held),
        "qualifications": me.qualification_set.filter(valid_to__gte=today).order_by("valid_to", "pk"),
        "absences": queries.absences_from(me, today),
        "sessions": browsers.of(me, request.session.session_key),
        "second_factor": factor,
        "recovery_codes": me.recovery_codes.count() if factor else 0,
    }
    return render(request, "organization/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("present", "new", "again")
@identified
def change_password(request: Request) -> HttpResponse:
    me = person(request)
    form = ChangePasswordForm(request, me, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            key = request.session.session_key or ""
            people.change_password(me, by=actors.now(me), password=form.cleaned_data["new"], kept=key)
        except Refused as refused:
            form.add_error("new", str(refused.message))
        else:
            update_session_auth_hash(request, me)
            return respond.go(request, reverse("organization.account"))
    return answer(request, "organization/password.html", form, **frame(request))


@require_POST
@signed_in
def set_keys(request: Request) -> HttpResponse:
    people.set_keys(person(request), by=actor(request), on="on" in request.POST)
    return respond.go(request, reverse("organization.account"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def report_absence(request: Request) -> HttpResponse:
    me = person(request)
    form = AbsenceForm(me, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            absences.report(me, by=actor(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return respond.go(request, reverse("organization.account"))
    return render(request, "organization/absence.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@staff
def end_absence(request: Request, pk: UUID) -> HttpResponse:
    """Here again today, or never away when it had not begun."""
    me = person(request)
    absence = get_object_or_404(Absence, pk=pk, person=me)
    absences.end(absence, by=actor(request), to_day=queries.today_of(me) - timedelta(days=1))
    return respond.go(request, reverse("organization.account"))
