"""Every address: those of the house itself, then those of the slices."""

from django.urls import include, path

from plainspoken.config import health

handler400 = "plainspoken.ui.problems.bad_request"
handler403 = "plainspoken.ui.problems.not_allowed"
handler404 = "plainspoken.ui.problems.not_found"
handler500 = "plainspoken.ui.problems.broken"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("plainspoken.ui.urls")),
    path("", include("plainspoken.organization.urls")),
    path("", include("plainspoken.channels.urls")),
    path("", include("plainspoken.content.urls")),
    path("", include("plainspoken.cases.urls")),
    path("", include("plainspoken.supervision.urls")),
    path("", include("plainspoken.desk.urls")),
    path("", include("plainspoken.api.urls")),
    path("", include("plainspoken.portal.urls")),
    path("", include("plainspoken.rulebook.urls")),
    path("", include("plainspoken.demo.urls")),
]
