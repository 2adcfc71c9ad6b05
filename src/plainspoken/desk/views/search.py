"""Looking for words in everything the reader may see."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk import asking, search_forms
from plainspoken.desk.queries import hits
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def find(request: Request) -> HttpResponse:
    typed = request.GET.get("q", "").strip()[: asking.CHARACTERS_MAX]
    form = search_forms.Filters(request.GET)
    asked = asking.read(typed, form.conditions())
    found = hits.find(asked, actor(request), request)
    context = {
        "words": typed,
        "asked": asked,
        "found": found,
        "form": form,
        "operators": search_forms.EXPLAINED,
    }
    return respond.respond(
        request, page="desk/search.html", fragment="desk/search/_found.html", context=context
    )
