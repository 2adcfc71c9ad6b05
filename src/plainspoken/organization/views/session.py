"""In and out."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.organization.forms import SignInForm
from plainspoken.organization.models import Firm
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
    context = {"form": form, "next": to, "firm": Firm.objects.get()}
    return render(request, "organization/signin.html", context, status=422 if form.is_bound else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    get_adapter().logout(request)
    return HttpResponseRedirect(reverse("organization.session.sign_in"), status=303)
