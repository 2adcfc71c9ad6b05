"""The calendars in use, their weekly windows and loaded years, and the firm's targets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.models import Deadline
from plainspoken.law.calendars import DayKind
from plainspoken.organization.models.names import in_reader_language


class Calendar(models.Model):
    """Working time of units. With an empty `jurisdiction` it follows no published holidays (a hotline, say).

    `version` is the digest of windows and years: two calendars of one version count alike.
    """

    id = models.UUIDField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    jurisdiction = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=60)
    version = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class CalendarWindow(models.Model):
    """A stretch worked every week on `weekday` (Monday is 0); a `closes` of 00:00 is 24:00."""

    id = models.UUIDField(primary_key=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="windows")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organization_calendarwindow_once", fields=["calendar", "weekday", "opens"]
            ),
            models.CheckConstraint(name="organization_calendarwindow_weekday", condition=Q(weekday__lte=6)),
        ]


class CalendarYear(models.Model):
    """A year whose holidays are loaded, even when it has none."""

    id = models.UUIDField(primary_key=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="organization_calendaryear_once", fields=["calendar", "year"])
        ]


class CalendarDay(models.Model):
    """A day of a loaded year that differs from its weekday, with the notice that says so."""

    id = models.UUIDField(primary_key=True)
    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DayKind])
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(name="organization_calendarday_once", fields=["year", "day"])]


class Target(models.Model):
    """The firm's own promise for a kind of deadline, on a channel or (empty) all; never looser than law."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, blank=True)
    amount = models.PositiveIntegerField()
    counted_in = models.CharField(max_length=20, choices=Deadline.CountedIn.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="organization_target_one_a_kind", fields=["kind", "channel"]),
            models.CheckConstraint(name="organization_target_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="organization_target_is_counted", condition=~Q(counted_in="moment")),
        ]
        verbose_name = _("target")
