"""Tasks: what is to be done, by whom, and with what proof it was."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.desk import dialogs, found, places, tabs, task_forms
from plainspoken.desk.dialogs import Dialog
from plainspoken.desk.queries import tasks
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request
from plainspoken.work import actions

SHOWN = {"mine": _("Mine"), "units": _("My units"), "done": _("Done")}
FINISH = Dialog(
    "work.task.finish",
    _("Finish the task"),
    _("Finish"),
    _("Say what was done, so that it can be believed later."),
)
ASSIGN = Dialog(
    "work.task.assign", _("Assign the task"), _("Assign"), _("Who is away is stood in for by the deputy.")
)


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by = actor(request)
    shown = tabs.chosen(request, SHOWN)
    page = tables.page_by_key(tasks.shown(shown, by), request, tasks.KEYS[shown])
    context = {
        "page": page,
        "rows": tasks.told(page.rows, by),
        "tabs": tabs.tabs(SHOWN, shown),
        "shown": shown,
    }
    return respond.respond(request, page="desk/tasks.html", fragment="desk/tasks/_list.html", context=context)


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    (told,) = tasks.told([found.task(request, pk)], actor(request))
    return respond.respond(
        request, page="desk/task.html", fragment="desk/tasks/_task.html", context={"told": told}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def finish(request: Request, pk: UUID) -> HttpResponse:
    task, by = found.task(request, pk), actor(request)
    form = task_forms.Finished(dialogs.given(request))
    to = places.to(request, "desk.tasks")
    return dialogs.ask(request, FINISH, form, lambda given: actions.finish(task, by=by, **given), to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def assign(request: Request, pk: UUID) -> HttpResponse:
    task, by = found.task(request, pk), actor(request)
    form = task_forms.Assigned(dialogs.given(request), task=task)
    to = places.to(request, "desk.tasks")
    return dialogs.ask(request, ASSIGN, form, lambda given: actions.assign(task, by=by, **given), to=to)
