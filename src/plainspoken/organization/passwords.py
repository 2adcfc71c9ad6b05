"""What makes a password weak. No kind of sign is demanded, and none is forbidden (ASVS 5.0, 6.2)."""

import re
from functools import cache

from django.contrib.auth import password_validation as django
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plainspoken.kernel.errors import Text
from plainspoken.organization.models import Firm, Person

# Words of the place that everybody who guesses tries first; the firm's own names come from the database.
CONTEXT = frozenset({"plainspoken", "直言", "zhiyan", "customerservice", "kefu", "客服", "administrator"})
REPEATED_SIGNS_MAX = 4
_NO_LETTERS = re.compile(r"[\W\d_]+")
_REPEATED = re.compile(rf"(.{{1,{REPEATED_SIGNS_MAX}}}?)\1+", re.DOTALL)
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        words = ngettext(
            "This password is too short: it needs at least %(n)d character.",
            "This password is too short: it needs at least %(n)d characters.",
            self.min_length,
        )
        return words % {"n": self.min_length}


class NotAboutThePerson(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> Text:  # type: ignore[override]
        return _("This password is too close to the person's name, username, number or address.")


class NotGuessable:
    """Neither a password that many have, nor the firm's name, nor a row of keys, though signs are put in between."""

    def validate(self, password: str, user: Person | None = None) -> None:
        plain = password.strip().lower()
        letters = _NO_LETTERS.sub("", plain)
        if plain in _common() or letters in _common() or letters in CONTEXT | _firm():
            raise ValidationError(
                _("This password is easy to guess: it is a common one, or a name of this place."),
                code="password_too_common",
            )
        if _REPEATED.fullmatch(plain) or any(plain in row or plain in row[::-1] for row in _ROWS):
            raise ValidationError(
                _("This password is easy to guess: it repeats itself, or follows the keys in a row."),
                code="password_too_simple",
            )

    def get_help_text(self) -> Text:
        return _("No password that many have, and no name of this place.")


@cache
def _common() -> frozenset[str]:
    return frozenset(django.CommonPasswordValidator().passwords)


def _firm() -> frozenset[str]:
    """The firm's names, and the words they are made of."""
    names = [name.lower() for pair in Firm.objects.values_list("name_zh", "name_en") for name in pair]
    words = [part for name in names for part in (name, *name.split())]
    return frozenset(_NO_LETTERS.sub("", word) for word in words) - {""}
