from django.urls import include, path

from plainspoken.organization.views import account, second_factor, session

urlpatterns = [
    path("administration/", include("plainspoken.organization.urls_administration")),
    path("sign-in", session.sign_in, name="organization.session.sign_in"),
    path("sign-out", session.sign_out, name="organization.session.sign_out"),
    path("sign-in/code", second_factor.use, name="organization.second_factor.use"),
    path("account", account.show, name="organization.account"),
    path("account/password", account.change_password, name="organization.person.change_password"),
    path("account/second-factor", second_factor.set_up, name="organization.second_factor.set_up"),
    path("account/second-factor/off", second_factor.turn_off, name="organization.second_factor.turn_off"),
    path(
        "account/second-factor/codes",
        second_factor.renew_codes,
        name="organization.second_factor.renew_codes",
    ),
    path("account/sessions/others/end", session.end_others, name="organization.session.end_others"),
    path("account/sessions/<slug:session>/end", session.end, name="organization.session.end"),
    path("account/keys", account.set_keys, name="organization.person.set_keys"),
    path("account/absences", account.report_absence, name="organization.absence.report"),
    path("account/absences/<uuid:pk>/end", account.end_absence, name="organization.absence.end"),
]
