"""Addresses of the scripts."""

from django.urls import path

from plainspoken.content.views import scripts

SCRIPT = "administration/scripts/<uuid:pk>/"

urlpatterns = [
    path("administration/scripts/", scripts.index, name="content.scripts"),
    path("administration/scripts/new/", scripts.add, name="content.script.add"),
    path(SCRIPT, scripts.show, name="content.script"),
    path(SCRIPT + "text/", scripts.change, name="content.script.put"),
    path(SCRIPT + "retirement/", scripts.retire, name="content.script.retire"),
]
