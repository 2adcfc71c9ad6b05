from django.urls import include, path

from plainspoken.organization.views import account, session

urlpatterns = [
    path("administration/", include("plainspoken.organization.urls_administration")),
    path("sign-in", session.sign_in, name="organization.session.sign_in"),
    path("sign-out", session.sign_out, name="organization.session.sign_out"),
    path("account", account.show, name="organization.account"),
    path("account/password", account.change_password, name="organization.person.change_password"),
    path("account/keys", account.set_keys, name="organization.person.set_keys"),
    path("account/absences", account.report_absence, name="organization.absence.report"),
    path("account/absences/<uuid:pk>/end", account.end_absence, name="organization.absence.end"),
]
