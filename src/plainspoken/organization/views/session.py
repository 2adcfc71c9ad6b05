"""In and out, here and elsewhere."""

from collections.abc import Callable
from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.kernel.actor import Actor
from plainspoken.organization.actions import sessions
from plainspoken.organization.forms import PresentPasswordForm, SignInForm
from plainspoken.organization.models import Firm, Person
from plainspoken.organization.request import actor, person, signed_in
from plainspoken.organization.views.answers import answer
from plainspoken.ui import respond
from plainspoken.ui.request import Request
from plainspoken.ui.views.preferences import safe_next


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        return cast(HttpResponse, form.login(request, redirect_url=safe_next(request)))
    to = request.POST.get("next", request.GET.get("next", ""))
    return answer(request, "organization/signin.html", form, next=to, firm=Firm.objects.get())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    get_adapter().logout(request)
    return HttpResponseRedirect(reverse("organization.session.sign_in"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("present")
@signed_in
def end(request: Request, session: str) -> HttpResponse:
    """Sign out one browser of one's own."""
    words = _("Sign out elsewhere"), _("Sign it out"), "btn-primary"
    return _confirmed(request, words, lambda me, by: sessions.end(me, by=by, session=session))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("present")
@signed_in
def end_others(request: Request) -> HttpResponse:
    """Sign out every browser of one's own but this one."""
    kept = request.session.session_key or ""
    words = _("Sign out everywhere else"), _("Sign them all out"), "btn-primary"
    return _confirmed(request, words, lambda me, by: sessions.end_others(me, by=by, kept=kept))


def _confirmed(
    request: Request, words: tuple[str, str, str], act: Callable[[Person, Actor], object]
) -> HttpResponse:
    """With the password: whoever sits at an open desk throws nobody out."""
    me = person(request)
    form = PresentPasswordForm(request, me, request.POST if request.method == "POST" else None)
    if form.is_valid():
        act(me, actor(request))
        return respond.go(request, reverse("organization.account"))
    return answer(request, "organization/confirm.html", form, words=words)
