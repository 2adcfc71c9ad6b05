"""The second factor of one's own: set up, used at the sign-in, turned off, its recovery codes taken anew."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.stages import LoginStageController
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from plainspoken.kernel.errors import Refused
from plainspoken.organization import actors, totp
from plainspoken.organization import sessions as store
from plainspoken.organization.actions import second_factors
from plainspoken.organization.adapter import SecondFactorStage
from plainspoken.organization.forms import CodeForm, ConfirmedForm, SetUpForm
from plainspoken.organization.models import Firm, Person, SecondFactor
from plainspoken.organization.request import actor, identified, person, signed_in
from plainspoken.organization.views.answers import answer, frame
from plainspoken.ui import respond
from plainspoken.ui.request import Request

ACCOUNT = "organization.account"
USE = "organization/second_factor_use.html"
SET_UP = "organization/second_factor_set_up.html"
CONFIRM = "organization/confirm.html"
CODES = "organization/recovery_codes.html"


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def use(request: HttpRequest) -> HttpResponse:
    """The step between the password and the session."""
    stage = (
        None if request.user.is_authenticated else LoginStageController.enter(request, SecondFactorStage.key)
    )
    if stage is None or not isinstance(stage.login.user, Person):
        return HttpResponse(status=303, headers={"Location": reverse("organization.session.sign_in")})
    form = CodeForm(request, stage.login.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        entered: HttpResponse = stage.exit()
        return entered
    return answer(request, USE, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "present", "made")
@sensitive_variables()
@never_cache
@identified
def set_up(request: Request) -> HttpResponse:
    me = person(request)
    if request.method != "POST" and _stands(me):
        return respond.go(request, reverse(ACCOUNT))
    form = SetUpForm(request, me, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = _set_up(request, me, form)
        except Refused as refused:
            form.add_error("code", str(refused.message))
        else:
            return _codes(request, codes)
    if "made" in form.errors:
        form.renewed()
    return answer(request, SET_UP, form, **_picture(form), **frame(request))


def _set_up(request: Request, me: Person, form: SetUpForm) -> list[str]:
    """The session is another one from here on: who knew its key before knows nothing now."""
    key = request.session.session_key or ""
    code = form.cleaned_data["code"]
    codes = second_factors.set_up(me, by=actors.now(me), secret=form.secret, code=code, kept=key)
    request.session[store.SECOND_FACTOR] = True
    request.session.cycle_key()
    return codes


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "present")
@never_cache
@signed_in
def turn_off(request: Request) -> HttpResponse:
    me = person(request)
    form = ConfirmedForm(request, me, request.POST if request.method == "POST" else None)
    kept = request.session.session_key or ""
    if not _stands(me):
        return respond.go(request, reverse(ACCOUNT))
    if _done(form, lambda code: second_factors.turn_off(me, by=actor(request), code=code, kept=kept)):
        request.session[store.SECOND_FACTOR] = False
        request.session.cycle_key()
        messages.success(request, _("The second factor is off. Your password alone is asked for now."))
        return respond.go(request, reverse(ACCOUNT))
    words = _("Turn off the second factor"), _("Turn it off"), "btn-danger"
    return answer(request, CONFIRM, form, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "present")
@sensitive_variables()
@never_cache
@signed_in
def renew_codes(request: Request) -> HttpResponse:
    me = person(request)
    form = ConfirmedForm(request, me, request.POST if request.method == "POST" else None)
    codes: list[str] = []
    if not _stands(me):
        return respond.go(request, reverse(ACCOUNT))
    if _done(form, lambda code: codes.extend(second_factors.renew_codes(me, by=actor(request), code=code))):
        return _codes(request, codes)
    words = _("Take new recovery codes"), _("Show me new codes"), "btn-primary"
    return answer(request, CONFIRM, form, words=words)


def _stands(me: Person) -> bool:
    return SecondFactor.objects.filter(person=me).exists()


def _done(form: ConfirmedForm, act: Callable[[str], object]) -> bool:
    """Whether the password is right and the action took the code; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        with get_adapter().trying_code(form.request, form.person):
            act(form.cleaned_data["code"])
    except ValidationError as error:
        form.add_error("code", error)
        return False
    return True


def _codes(request: Request, codes: list[str]) -> HttpResponse:
    """In the answer to the form itself: there is no address at which they could be seen again."""
    return render(request, CODES, {"codes": codes, **frame(request)})


def _picture(form: SetUpForm) -> dict[str, object]:
    issuer = Firm.objects.get().name or "Plainspoken"
    secret = form.secret
    words = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"picture": totp.picture(totp.address(secret, form.person.username, issuer)), "secret": words}
