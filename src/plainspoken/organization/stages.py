"""What stands between the password and the session."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from plainspoken.organization.models import SecondFactor


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Between the password and the session: whoever has a second factor shows a code first."""

    key = "second_factor"
    urlname = "organization.second_factor.use"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if SecondFactor.objects.filter(person=self.login.user).exists():
            return HttpResponseRedirect(reverse(self.urlname), status=303), True
        return None, True
