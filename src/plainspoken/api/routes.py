"""Everything below /api/: whatever happens, it is answered as an API answers."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_safe

from plainspoken.api import house, problems

View = Callable[..., HttpResponse]


def answered(view: View) -> View:
    """Nothing of it is kept by caches; an operation that is not there is a problem like any other."""

    @wraps(view)
    def answering(request: HttpRequest, *args: object, **given: object) -> HttpResponse:
        response = view(request, *args, **given)
        if response.status_code == 405:
            response = problems.not_allowed(response.headers["Allow"])
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answering


def described(request: HttpRequest) -> HttpResponse:
    return JsonResponse(house.document(), json_dumps_params={"ensure_ascii": False})


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    return problems.not_found(request)


def _ours() -> list[URLPattern]:
    patterns, _app, _namespace = house.api.urls
    ours = [one for one in patterns if isinstance(one, URLPattern) and one.name != "api-root"]
    return [path(str(one.pattern), answered(one.callback), name=one.name) for one in ours]


urlpatterns = [
    path("api/openapi.json", answered(require_safe(described))),
    path("api/", include(_ours())),
    re_path("^(?P<rest>.*)$", answered(nothing)),
]
