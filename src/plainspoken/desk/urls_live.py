"""Addresses of what the browser fetches when it is told that something changed."""

from django.urls import path

from plainspoken.desk.views import live

urlpatterns = [
    path("", live.stream, name="desk.live"),
    path("counts/", live.counts, name="desk.live.counts"),
    path("list/", live.list_of_cases, name="desk.live.list"),
    path("cases/<uuid:pk>/", live.case, name="desk.live.case"),
    path("conversations/<uuid:pk>/", live.conversation, name="desk.live.conversation"),
    path("conversations/<uuid:pk>/presence/", live.presence, name="desk.live.presence"),
]
