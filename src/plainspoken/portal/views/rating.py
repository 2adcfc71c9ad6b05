"""How was our answer? (6.1.2 a)"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from plainspoken.customers.models import Link
from plainspoken.portal import actions, door, visitors
from plainspoken.portal.forms import Rating
from plainspoken.portal.said import matter
from plainspoken.supervision.models import Survey
from plainspoken.ui.request import Request
from plainspoken.ui.respond import go


@door.by_link(Link.Purpose.RATE)
def rate(request: Request, link: Link) -> HttpResponse:
    survey = get_object_or_404(Survey.objects.select_related("case__unit"), case=link.subject_id)
    form = Rating(request.POST or None, initial={"score": survey.score, "comment": survey.comment})
    if request.method == "POST" and form.is_valid():
        actions.give_rating(link, by=visitors.actor(link), **form.cleaned_data)
        return go(request, request.get_full_path())
    status = 422 if form.is_bound else 200
    context = {"form": form, "survey": survey, "matter": matter(survey.case)}
    return door.page(request, "rate", status=status, **context)
