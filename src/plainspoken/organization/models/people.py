"""People, their posts by date, what they may do and are qualified for, and who stands in for them."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from plainspoken.organization.models.firm import Unit
from plainspoken.organization.models.names import in_reader_language


class Span(Func):
    """The days from one column to another, both included; an empty end means until further notice."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class Same(Func):
    """An id as a range of itself, so that an exclusion can compare it: btree_gist is not everywhere.

    The range type is made by the first migration.
    """

    function = "organization_uuidrange"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field = models.TextField()


class Person(AbstractBaseUser):
    """Somebody who works for the firm. Signs in with `username` while `may_sign_in`.

    When they last signed in stands in the ledger and nowhere else. `keys`: single keys do things on the screens.
    `password_given`: an administrator knows the password, so another one comes before anything else.
    """

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    staff_number = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.CHINESE)
    may_sign_in = models.BooleanField(default=True)
    keys = models.BooleanField(default=True, db_default=True)
    password_given = models.BooleanField(default=False, db_default=False)
    last_login = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = BaseUserManager["Person"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_person_username_plain",
                condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]*$"),
            )
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.may_sign_in

    def __str__(self) -> str:
        return self.username

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class Role(models.Model):
    """A named set of permissions; each permission is the code of an action or of a way to see.

    `shipped`: as this release has it, so that a new release may change it; what the firm wrote itself is not.
    `second_factor`: who has the role signs in with a second factor; the firm decides, for shipped roles too.
    """

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=80))
    sees_all = models.BooleanField(default=False)
    second_factor = models.BooleanField(default=False, db_default=False)
    shipped = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class Post(models.Model):
    """A post in a unit; whoever holds it has its roles. `head` leads the unit and all below it."""

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=80, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    head = models.BooleanField(default=False)
    roles = models.ManyToManyField(Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organization_post_one_head", fields=["unit"], condition=Q(head=True)
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class Appointment(models.Model):
    """A person holds a post from a day to a day, both included."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT)
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_appointment_ends_after_it_begins",
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
            ),
            ExclusionConstraint(
                name="organization_appointment_once_at_a_time",
                expressions=[
                    (Same("person"), RangeOperators.OVERLAPS),
                    (Same("post"), RangeOperators.OVERLAPS),
                    (Span("from_day", "to_day"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Absence(models.Model):
    """A person is away from a day to a day, both included; `deputy` gets what would come to the person."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputises")
    from_day = models.DateField()
    to_day = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_absence_ends_after_it_begins", condition=Q(to_day__gte=F("from_day"))
            ),
            models.CheckConstraint(
                name="organization_absence_deputy_is_another", condition=~Q(deputy=F("person"))
            ),
            ExclusionConstraint(
                name="organization_absence_one_at_a_time",
                expressions=[
                    (Same("person"), RangeOperators.OVERLAPS),
                    (Span("from_day", "to_day"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]


class Qualification(models.Model):
    """What a person has passed; without a valid one nobody is assigned or may answer customers (4.4.1)."""

    class Kind(models.TextChoices):
        CUSTOMER_CONTACT = "customer_contact", _("Customer contact")

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_qualification_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
            )
        ]
        indexes = [models.Index(fields=["person", "kind", "valid_to"], name="qualification_valid")]
