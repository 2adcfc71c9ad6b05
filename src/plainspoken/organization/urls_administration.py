"""Addresses of what is administered. What does one action bears the action's name."""

from django.urls import path

from plainspoken.organization.views import (
    administration,
    calendars,
    people,
    posts,
    roles,
    standing,
    targets,
    units,
)

UNIT, POST, PERSON, ROLE, CALENDAR, TARGET = (
    "units/<uuid:pk>/",
    "posts/<uuid:pk>/",
    "people/<uuid:pk>/",
    "roles/<uuid:pk>/",
    "calendars/<uuid:pk>/",
    "targets/<str:kind>/",
)

urlpatterns = [
    path("", administration.index, name="organization.administration"),
    path("firm/", units.found, name="organization.firm.found"),
    path("units/", units.index, name="organization.units"),
    path("units/new/", units.add, name="organization.unit.add"),
    path(UNIT, units.change, name="organization.unit.put"),
    path(UNIT + "removal/", units.remove, name="organization.unit.remove"),
    path("posts/", posts.index, name="organization.posts"),
    path("posts/new/", posts.add, name="organization.post.add"),
    path(POST, posts.change, name="organization.post.put"),
    path(POST + "removal/", posts.remove, name="organization.post.remove"),
    path("people/", people.index, name="organization.people"),
    path("people/new/", people.add, name="organization.person.add"),
    path(PERSON, people.show, name="organization.person"),
    path(PERSON + "record/", people.change, name="organization.person.put"),
    path(PERSON + "password/", standing.set_password, name="organization.person.set_password"),
    path(PERSON + "sessions/end/", people.sign_out, name="organization.person.sign_out"),
    path(PERSON + "second-factor/removal/", standing.take_away, name="organization.second_factor.take_away"),
    path(PERSON + "appointments/new/", standing.appoint, name="organization.appointment.put"),
    path(PERSON + "qualifications/new/", standing.grant, name="organization.qualification.grant"),
    path("appointments/<uuid:pk>/end/", standing.end_appointment, name="organization.appointment.end"),
    path("qualifications/<uuid:pk>/revocation/", standing.revoke, name="organization.qualification.revoke"),
    path("roles/", roles.index, name="organization.roles"),
    path("roles/new/", roles.add, name="organization.role.add"),
    path(ROLE, roles.show, name="organization.role"),
    path(ROLE + "permissions/", roles.change, name="organization.role.put"),
    path(ROLE + "second-factor/", roles.demand, name="organization.role.demand_second_factor"),
    path("calendars/", calendars.index, name="organization.calendars"),
    path("calendars/new/", calendars.add, name="organization.calendar.add"),
    path(CALENDAR, calendars.show, name="organization.calendar"),
    path(CALENDAR + "week/", calendars.change, name="organization.calendar.put"),
    path(CALENDAR + "years/new/", calendars.load_year, name="organization.calendar.load_year"),
    path(CALENDAR + "years/<int:year>/", calendars.year, name="organization.calendar.year"),
    path("targets/", targets.index, name="organization.targets"),
    path(TARGET, targets.change, name="organization.target.set"),
    path(TARGET + "drop/", targets.drop, name="organization.target.drop"),
]
