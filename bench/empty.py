"""The bare limit of a page: an empty Django view, served by the same granian."""

import os
import signal

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from plainspoken.config import children


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok")


urlpatterns = [path("", show)]

if not settings.configured:
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="-", ALLOWED_HOSTS=["127.0.0.1"])  # noqa: S106
    children.end_with_parent(signal.SIGKILL, os.getppid())
    application = get_wsgi_application()
