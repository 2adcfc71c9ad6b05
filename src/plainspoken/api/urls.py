"""The one address of the API. What lies below it is loaded when a program first asks.

With it come the framework and its schemas, 17 MB of a process that a firm without programs never needs.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, resolve
from django.views.decorators.csrf import csrf_exempt

ROUTES = "plainspoken.api.routes"


@csrf_exempt
def answer(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """By the token alone: no cookie gives a right here, so no form has to prove where it comes from."""
    request.resolver_match = resolve(request.path_info, urlconf=ROUTES)
    found = request.resolver_match
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return response


urlpatterns = [path("api/", answer), path("api/<path:rest>", answer, name="api")]
