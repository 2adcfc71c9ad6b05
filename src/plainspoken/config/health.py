"""Two answers for whoever watches the processes: it lives, it can do its work."""

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

TEXT = "text/plain; charset=utf-8"


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nobody else, so a database that is down restarts nothing."""
    return HttpResponse("alive\n", content_type=TEXT)


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, 503 while the database is out of reach."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("the database does not answer\n", status=503, content_type=TEXT)
    return HttpResponse("ready\n", content_type=TEXT)
