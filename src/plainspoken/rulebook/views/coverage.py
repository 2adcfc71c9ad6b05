"""The whole regulation: each clause with how many of its duties are in force."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.law.clauses import Means
from plainspoken.organization.request import administers
from plainspoken.rulebook import chapters, tested
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@administers("rulebook.read")
def index(request: Request) -> HttpResponse:
    means = request.GET.get("means", "")
    words = request.GET.get("words", "").strip()
    found = chapters.chapters(means=Means(means) if means in set(Means) else None, words=words)
    context = {
        "chapters": found,
        "totals": chapters.totals(),
        "means": [("", chapters.EVERY), *chapters.MEANS.items()],
        "chosen": means,
        "words": words,
        "tested": tested.tested(),
    }
    return respond.respond(
        request, page="rulebook/coverage.html", fragment="rulebook/_chapters.html", context=context
    )
