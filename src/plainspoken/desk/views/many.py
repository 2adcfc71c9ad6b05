"""One verb for many cases: asked, shown beforehand case by case, done."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.desk import dialogs, many, many_forms
from plainspoken.desk.many import Verb
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_POST
@staff
def act(request: Request, name: str) -> HttpResponse:
    """`step` is empty from the list, then `preview`, then `do`: nothing happens before that."""
    verb = many.VERBS.get(name)
    if verb is None:
        raise Http404
    by, step = actor(request), request.POST.get("step", "")
    if step != "do":
        dialogs.allowed(request, verb.code)
    choice = many_forms.Choice(request.POST)
    if not choice.is_valid():
        return _show(request, verb, "_ask", 422, form=choice, cases=[])
    cases = many.chosen(choice.cleaned_data["case"], by)
    form = many.form(verb, request.POST if step or not verb.form.asks else None, cases)
    if not form.is_valid():
        return _show(request, verb, "_ask", 422 if form.errors else 200, form=form, cases=cases)
    if step == "do":
        return _show(request, verb, "_done", told=many.do(verb, cases, form.cleaned_data, by))
    return _show(
        request, verb, "_preview", form=_kept(form), told=many.foresee(verb, cases, form.cleaned_data, by)
    )


def _kept(form: forms.Form) -> forms.Form:
    """What was filled in, to be sent again unseen."""
    for field in form.fields.values():
        field.widget = field.hidden_widget()
    return form


def _show(request: Request, verb: Verb, part: str, status: int = 200, **context: Any) -> HttpResponse:
    template = f"desk/many/{part}.html"
    shown = {"verb": verb, "dialog": {"title": verb.label}, "inner": template, **context}
    return respond.respond(request, page="desk/dialog.html", fragment=template, context=shown, status=status)
