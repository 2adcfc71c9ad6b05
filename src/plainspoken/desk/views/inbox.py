"""The list of cases with its filters."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.desk import dialogs, list_forms, narrowing
from plainspoken.desk.dialogs import Dialog
from plainspoken.desk.queries import inbox
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

NARROW = Dialog("", _("Filter the list"), _("Show"), template="desk/_narrowing.html")


@require_safe
@staff
def show(request: Request) -> HttpResponse:
    context = {"inbox": inbox.read(request, actor(request))}
    return respond.respond(request, page="desk/inbox.html", fragment="desk/_list.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def narrow(request: Request) -> HttpResponse:
    """What the list is narrowed down by, and on to the list that holds it."""
    query = request.GET.dict()
    query["show"] = inbox.tab_of(query)
    settled = not inbox.FILTERS[query["show"]].counted
    form = list_forms.Narrowed(
        dialogs.given(request), by=actor(request), settled=settled, initial=narrowing.given(query)
    )
    tab: dict[str, str] = {name: query[name] for name in ("show", "sort") if name in query}
    back = f"{reverse('desk.inbox')}?{narrowing.asked(query)}"
    if form.is_valid():
        return respond.go(request, f"{reverse('desk.inbox')}?{narrowing.asked({**tab, **form.asked()})}")
    shown = {
        "form": form,
        "dialog": NARROW,
        "back": back,
        "all_of_it": f"{reverse('desk.inbox')}?{narrowing.asked(tab)}",
        "inner": NARROW.template,
    }
    answer = respond.invalid if form.errors else respond.respond
    return answer(request, page="desk/dialog.html", fragment=NARROW.template, context=shown)
