"""What a request carries after the middleware, for the types of views."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from plainspoken.ui.reader import Reader


class Request(HttpRequest):
    htmx: HtmxDetails
    reader: Reader
