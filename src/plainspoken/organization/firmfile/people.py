"""People in a firm file: who they are, which posts they hold, what they are qualified for."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from plainspoken.kernel import secrets
from plainspoken.organization import firmfile
from plainspoken.organization.actions import people as actions
from plainspoken.organization.actions import posts, qualifications
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Appointment, Firm, Person, Post, Qualification


@dataclass(frozen=True, kw_only=True)
class AppointmentRow(Row):
    post: str
    from_day: date
    to_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class QualificationRow(Row):
    kind: Qualification.Kind
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class PersonRow(Row):
    """`posts` are held from the firm's `since` on; `appointments` name their days.

    `password_secret` names a secret of the installation. `password` stands in the file of a demo firm only.
    Either is the first password: one that the person has already is left.
    """

    username: str
    name_zh: str
    name_en: str
    staff_number: str = ""
    email: str = ""
    language: Person.Language = Person.Language.CHINESE
    may_sign_in: bool = True
    posts: tuple[str, ...] = ()
    appointments: tuple[AppointmentRow, ...] = ()
    qualifications: tuple[QualificationRow, ...] = ()
    password_secret: str = ""
    password: str = ""


MAY = [
    "organization.person.put",
    "organization.person.set_password",
    "organization.appointment.put",
    "organization.appointment.end",
    "organization.qualification.grant",
]


@firmfile.section("people", PersonRow, order=50, may=MAY, declares=Person, key="username")
def people(rows: list[PersonRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            person = _person(row, file)
            _first_password(row, person, file)
            for number, code in enumerate(row.posts):
                _post(person, code, row.at("posts", number), file)
            for one in row.appointments:
                post = file.find(Post, one.post, one.at("post"))
                _appointment(person, post, one.from_day, one.to_day, file)
            for given in row.qualifications:
                _qualification(person, given, file)


def _person(row: PersonRow, file: File) -> Person:
    values: dict[str, Any] = {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "staff_number": row.staff_number,
        "email": row.email,
        "language": row.language,
        "may_sign_in": row.may_sign_in,
    }
    standing = Person.objects.filter(username=row.username).first()
    put = partial(actions.put_person, Firm.objects.get(), by=file.by, username=row.username, **values)
    return file.put(standing, values, put, f"person {row.username}")


def _first_password(row: PersonRow, person: Person, file: File) -> None:
    if row.password and not Firm.objects.get().demo:
        raise file.trouble(
            row.at("password"), "only a demo firm's file holds passwords: write password_secret instead"
        )
    if person.password or not (row.password or row.password_secret):
        return
    password = row.password or _secret(row, file)
    actions.set_password(person, by=file.by, password=password)
    file.note(f"password of {row.username}")


def _secret(row: PersonRow, file: File) -> str:
    try:
        return secrets.get(row.password_secret)
    except secrets.SecretMissing as error:
        raise file.trouble(row.at("password_secret"), str(error)) from None


def _post(person: Person, code: str, path: str, file: File) -> None:
    """One that the person has held already is left as it stands."""
    post = file.find(Post, code, path)
    if Appointment.objects.filter(person=person, post=post).exists():
        return
    if file.since is None:
        raise file.trouble(path, "since when? Write since in [firm], or use appointments")
    _appointment(person, post, file.since, None, file)


def _appointment(person: Person, post: Post, from_day: date, to_day: date | None, file: File) -> None:
    """One that has ended otherwise since is left as it stands."""
    standing = Appointment.objects.filter(person=person, post=post, from_day=from_day).first()
    name = f"{person.username} as {post.code}"
    if standing is None:
        posts.appoint(post, by=file.by, person=person, from_day=from_day, to_day=to_day)
        file.note(name)
    elif to_day and standing.to_day is None:
        posts.end_appointment(standing, by=file.by, to_day=to_day)
        file.note(name, made=False)


def _qualification(person: Person, row: QualificationRow, file: File) -> None:
    values: dict[str, Any] = {"kind": row.kind, "valid_from": row.valid_from, "valid_to": row.valid_to}
    if Qualification.objects.filter(person=person, **values).exists():
        return
    qualifications.grant(person, by=file.by, kind=row.kind, valid_from=row.valid_from, valid_to=row.valid_to)
    file.note(f"{person.username} qualified for {row.kind}")
