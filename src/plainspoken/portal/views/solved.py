"""Is this solved? (4.3.1 i)"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from plainspoken.cases.models import Case
from plainspoken.customers.models import Link
from plainspoken.portal import actions, door, visitors
from plainspoken.portal.forms import NotSolved
from plainspoken.portal.said import matter
from plainspoken.ui.request import Request
from plainspoken.ui.respond import go


@door.by_link(Link.Purpose.SOLVED)
def solved(request: Request, link: Link) -> HttpResponse:
    form = NotSolved(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = visitors.actor(link)
        if "yes" in request.POST:
            actions.confirm(link, by=by)
        else:
            actions.deny(link, by=by, comment=form.cleaned_data["comment"])
        return go(request, request.get_full_path())
    case = get_object_or_404(Case.objects.select_related("unit"), pk=link.subject_id)
    status = 422 if form.is_bound else 200
    return door.page(request, "solved", status=status, form=form, link=link, matter=matter(case))
