"""Forms for working calendars, their years, and the firm's targets."""

from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import deadlines
from plainspoken.kernel.errors import Text
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Window
from plainspoken.law import calendars as law
from plainspoken.law.calendars import CalendarRefused, HolidayYear
from plainspoken.organization import calendars, fields
from plainspoken.organization.firmfile.calendars import WINDOW
from plainspoken.organization.models import Calendar, Target
from plainspoken.ui.sheets import RowSheet, Sheet

FILE_BYTES_MAX = 256 * 1024
WEEKDAYS: dict[str, Text] = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
JURISDICTIONS: dict[str, Text] = {"": _("Of no country: every week is alike"), "CN": _("China")}
CHANNELS: dict[str, Text] = {"": _("All channels"), "email": _("E-mail")}
PROBLEMS: dict[str, Text] = {
    "text_too_long": _("The file has more than %(max)s characters: load one year at a time."),
    "header": _("Line 1 reads “%(found)s”. It must read: date,kind,holiday_zh,holiday_en,source"),
    "too_many_rows": _("The file has more than %(max)s rows: load one year at a time."),
    "columns": _("Line %(line)s has %(found)s columns. Write five: date, kind, both names, source."),
    "date": _("Line %(line)s: “%(found)s” is not a date. Write it as in %(year)s-01-01."),
    "year": _("Line %(line)s: %(found)s is not in %(year)s. Load each year from its own file."),
    "repeated": _("Line %(line)s: %(found)s stands in the file twice. Keep the row the notice names."),
    "kind": _("Line %(line)s: “%(found)s” is no kind of day. Write off (a day off) or work (a make-up day)."),
    "name": _("Line %(line)s: the name of the holiday is missing. Write it in Chinese and in English."),
    "source": _(
        "Line %(line)s: “%(found)s” is no notice. Write the number or the web address of the notice."
    ),
    "work_on_weekday": _("Line %(line)s: %(found)s is an ordinary workday. Only weekends can be made up."),
    "holiday_left_out": _("%(found)s has no day off. Add its days from the notice."),
    "days_off": _(
        "The weekdays off less the make-up workdays are %(found)s; the law grants %(max)s."
        " Compare each row with the notice."
    ),
}


class WindowsField(forms.CharField):
    """Windows of a day as people write them: 09:00-12:00, 13:30-18:00; empty for a day that is not worked."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).replace("，", ",").replace("–", "-")
        return tuple(sorted(_window(part.strip()) for part in text.split(",") if part.strip()))


def _window(text: str) -> Window:
    match = WINDOW.fullmatch(text.replace(" ", ""))
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise forms.ValidationError(
            _("“%(text)s” is no window. Write it as in 09:00-12:00."), params={"text": text}
        )
    return time(int(match[1]), int(match[2])), time(int(match[3]) % 24, int(match[4]))


def written(windows: tuple[Window, ...]) -> str:
    """As `WindowsField` reads them."""
    return ", ".join(f"{opens:%H:%M}-{_end(closes)}" for opens, closes in windows)


def _end(closes: time) -> str:
    return "24:00" if closes == time(0) else f"{closes:%H:%M}"


class CalendarForm(RowSheet):
    name_zh = fields.name_zh()
    name_en = fields.name_en()
    code = fields.code()
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        initial="Asia/Shanghai",
        help_text=_("As in <code>Asia/Shanghai</code>."),
    )
    jurisdiction = forms.ChoiceField(
        label=_("Public holidays of"), choices=list(JURISDICTIONS.items()), required=False
    )
    headings: ClassVar = {"monday": _("Hours of the week")}
    refused_at: ClassVar = {"code_taken": "code", "zone_unknown": "time_zone", "week_unsound": "monday"}

    def __init__(self, data: Any, *, calendar: Calendar | None) -> None:
        super().__init__(data, row=calendar, initial=_of_calendar(calendar) if calendar else {})
        for name, label in WEEKDAYS.items():
            self.fields[name] = WindowsField(label=str(label), required=False, max_length=200)
        self.fields["monday"].help_text = _(
            "Several with a comma: 09:00-12:00, 13:30-18:00. Empty: not worked."
        )
        if calendar:
            fields.fixed(self, "code")

    def clean(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in WEEKDAYS}
        return {**given, "week": tuple(self.cleaned_data.get(name, ()) for name in WEEKDAYS)}


def _of_calendar(calendar: Calendar) -> dict[str, Any]:
    names = ("name_zh", "name_en", "code", "time_zone", "jurisdiction")
    hours = dict(zip(WEEKDAYS, map(written, calendars.week(calendar)), strict=True))
    return {name: getattr(calendar, name) for name in names} | hours


def shipped_years(jurisdiction: str) -> dict[int, HolidayYear]:
    """The years this release ships for a jurisdiction."""
    try:
        return dict(law.source(jurisdiction).loaded)
    except FileNotFoundError:
        return {}


class YearForm(Sheet):
    """A year this release ships, or a file with the rows of a notice."""

    shipped = forms.TypedChoiceField(
        label=_("A year this release ships"), coerce=int, empty_value=None, required=False
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200, required=False)
    notice = forms.FileField(
        label=_("File (CSV)"),
        required=False,
        help_text=_(
            "One row a day: <code>date,kind,holiday_zh,holiday_en,source</code>; the kind is"
            " <code>off</code> or <code>work</code>."
        ),
    )
    headings: ClassVar = {"year": _("Or the rows of a notice")}

    def __init__(self, data: Any, files: Any, *, calendar: Calendar) -> None:
        super().__init__(data, files)
        self.calendar = calendar
        self.shipped_years = shipped_years(calendar.jurisdiction)
        choice = self.fields["shipped"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [("", "–"), *((str(year), str(year)) for year in sorted(self.shipped_years))]

    def clean(self) -> dict[str, Any]:
        """`holidays`, by whichever of the two ways."""
        given = self.cleaned_data
        if self.errors:
            return given
        if given.get("shipped"):
            return {"holidays": self.shipped_years[given["shipped"]]}
        if given.get("year") and given.get("notice"):
            return {"holidays": self._read(given["year"], given["notice"])}
        raise forms.ValidationError(_("Choose a year this release ships, or name a year and its file."))

    def _read(self, year: int, file: Any) -> HolidayYear | None:
        if file.size > FILE_BYTES_MAX:
            self.add_error("notice", _("The file is too large for the rows of one year."))
            return None
        try:
            return law.parse(file.read().decode("utf-8"), year, jurisdiction=self.calendar.jurisdiction)
        except UnicodeDecodeError:
            self.add_error("notice", _("The file is not UTF-8. Save it as CSV in UTF-8."))
        except CalendarRefused as refused:
            words = [say(str(PROBLEMS[one.code])) for one in refused.problems]
            for text, one in zip(words, refused.problems, strict=True):
                self.add_error("notice", text % {"line": one.line, **one.facts})
        return None


class TargetForm(RowSheet):
    """How long a kind of deadline is, on one channel or on all."""

    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=1_000_000)
    counted_in = forms.TypedChoiceField(
        label=_("Counted in"),
        coerce=Deadline.CountedIn,
        choices=[choice for choice in Deadline.CountedIn.choices if choice[0] != Deadline.CountedIn.MOMENT],
    )
    refused_at: ClassVar = {"looser_than_law": "amount", "target_uncountable": "amount"}

    def __init__(self, data: Any, *, target: Target | None, shown: Target | None) -> None:
        """`shown` is what holds now, where the firm has no target of its own."""
        standing = target or shown
        initial = {"amount": standing.amount, "counted_in": standing.counted_in} if standing else {}
        super().__init__(data, row=target, initial=initial)


def known_kind(kind: str, channel: str) -> tuple[Code, Code] | None:
    """The pair as codes, if there is such a kind of deadline and such a channel."""
    return (Code(kind), Code(channel)) if kind in deadlines.kinds and channel in CHANNELS else None
