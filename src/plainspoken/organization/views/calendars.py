"""The calendars deadlines are counted by: their week, their years, and how a year hangs on the wall."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.organization import promises
from plainspoken.organization.actions import calendars as actions
from plainspoken.organization.calendar_forms import CalendarForm, YearForm
from plainspoken.organization.models import Calendar, CalendarYear, Firm
from plainspoken.organization.request import actor, administers
from plainspoken.ui import sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, LOAD = "organization.calendar.put", "organization.calendar.load_year"
CALENDARS = _("Calendars")
YEAR_MIN, YEAR_MAX = 2000, 2200
RUN_ON = _("Deadlines that run keep their due moments.")


@require_safe
@administers(PUT, LOAD)
def index(request: Request) -> HttpResponse:
    return render(request, "organization/calendars.html", {"rows": promises.calendar_rows()})


@require_safe
@administers(PUT, LOAD)
def show(request: Request, pk: UUID) -> HttpResponse:
    calendar = get_object_or_404(Calendar, pk=pk)
    context = {
        "calendar": calendar,
        "hours": promises.hours(calendar),
        "years": promises.loaded_years(calendar),
        "missing": promises.not_loaded(calendar),
        "provisional": promises.provisional(calendar.code).count(),
    }
    return render(request, "organization/calendar.html", context)


@require_safe
@administers(PUT, LOAD)
def year(request: Request, pk: UUID, year: int) -> HttpResponse:
    calendar = get_object_or_404(Calendar, pk=pk)
    loaded = CalendarYear.objects.filter(calendar=calendar, year=year).exists()
    if (calendar.jurisdiction and not loaded) or not YEAR_MIN <= year <= YEAR_MAX:
        raise Http404
    context = {
        "calendar": calendar,
        "year": year,
        "months": promises.months(calendar, year),
        "weekdays": promises.SHORT_WEEKDAYS,
    }
    return render(request, "organization/calendar_year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    form = CalendarForm(sheets.given(request), calendar=None)
    page = Page(str(_("New calendar")), _("Add the calendar"), reverse("organization.calendars"), CALENDARS)
    return _put(request, page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    calendar = get_object_or_404(Calendar, pk=pk)
    form = CalendarForm(sheets.given(request), calendar=calendar)
    back = reverse("organization.calendar", args=[pk])
    return _put(request, Page(str(_("Edit calendar")), _("Save"), back, calendar.name, RUN_ON), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(LOAD)
def load_year(request: Request, pk: UUID) -> HttpResponse:
    calendar, by = get_object_or_404(Calendar, pk=pk), actor(request)
    form = YearForm(sheets.given(request), request.FILES or None, calendar=calendar)
    count = promises.provisional(calendar.code).count()
    lead = ngettext(
        "%(count)s running deadline was counted without its year; it will be counted again.",
        "%(count)s running deadlines were counted without their year; they will be counted again.",
        count,
    ) % {"count": count}
    back = reverse("organization.calendar", args=[pk])
    page = Page(str(_("Load a year")), _("Load the year"), back, calendar.name, lead)
    return sheets.fill(
        request, page, form, lambda given: actions.load_year(calendar, by=by, **given), to=back
    )


def _put(request: Request, page: Page, form: CalendarForm) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    return sheets.fill(
        request, page, form, lambda given: actions.put_calendar(firm, by=by, **given), to=page.back
    )
