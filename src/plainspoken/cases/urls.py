"""Addresses of what inquiries are judged by."""

from django.urls import path

from plainspoken.cases.views import register

REGISTER = "administration/register/"
LINE, TYPE = REGISTER + "lines/<uuid:pk>/", REGISTER + "types/<uuid:pk>/"

urlpatterns = [
    path(REGISTER, register.index, name="cases.register"),
    path(REGISTER + "lines/new/", register.add_line, name="cases.line.add"),
    path(LINE, register.change_line, name="cases.line.put"),
    path(LINE + "removal/", register.remove_line, name="cases.line.remove"),
    path(REGISTER + "types/new/", register.add_type, name="cases.type.add"),
    path(TYPE, register.change_type, name="cases.type.put"),
    path(TYPE + "removal/", register.remove_type, name="cases.type.remove"),
]
