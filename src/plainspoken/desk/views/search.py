"""Looking for words in everything the reader may see."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk.queries import hits
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

WORDS_CHARACTERS_MAX = 200


@require_safe
@staff
def find(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:WORDS_CHARACTERS_MAX]
    context = {"words": words, "found": hits.find(words, actor(request)), "most": hits.HITS_MAX}
    return respond.respond(
        request, page="desk/search.html", fragment="desk/search/_found.html", context=context
    )
