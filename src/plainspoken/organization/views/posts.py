"""Posts: where they stand, what they may, who holds them now and next."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.organization import structure, structure_forms
from plainspoken.organization.actions import posts as actions
from plainspoken.organization.models import Post, Unit
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets, tables
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, REMOVE = "organization.post.put", "organization.post.remove"
POSTS = _("Posts")


@require_safe
@administers(PUT)
def index(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = tables.page_by_key(structure.find_posts(words), request, structure.POST_KEYS)
    context = {"page": page, "rows": structure.posts(page.rows), "words": words}
    return render(request, "organization/posts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    """In the unit that `?unit=` names."""
    unit = Unit.objects.filter(code=request.GET.get("unit", "")).first()
    form = structure_forms.PostForm(sheets.given(request), post=None, unit=unit)
    page = Page(str(_("New post")), _("Add the post"), reverse("organization.posts"), POSTS)
    return _put(request, page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    post = get_object_or_404(Post, pk=pk)
    form = structure_forms.PostForm(sheets.given(request), post=post)
    remove = reverse(REMOVE, args=[pk]) if request.reader.may(REMOVE) else ""
    page = Page(
        post.name,
        _("Save"),
        reverse("organization.posts"),
        POSTS,
        remove=remove,
        remove_label=_("Remove post"),
    )
    return _put(request, page, form)


@require_POST
@administers(REMOVE)
def remove(request: Request, pk: UUID) -> HttpResponse:
    actions.remove_post(get_object_or_404(Post, pk=pk), by=actor(request))
    return respond.go(request, reverse("organization.posts"))


def _put(request: Request, page: Page, form: structure_forms.PostForm) -> HttpResponse:
    by, to = actor(request), reverse("organization.posts")
    return sheets.fill(
        request, page, form, lambda given: actions.put_post(given.pop("unit"), by=by, **given), to=to
    )
