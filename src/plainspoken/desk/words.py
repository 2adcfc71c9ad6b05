"""Names of rows and meanings of codes, in the reader's language."""

from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.intake import FAILED
from plainspoken.cases.reactions import UNCERTAIN_ADVICE
from plainspoken.channels.email.troubles import Trouble
from plainspoken.channels.email.undelivered import Undelivered
from plainspoken.kernel.errors import Text
from plainspoken.kernel.language import CHINESE


class Named(Protocol):
    name_zh: str
    name_en: str


class Titled(Protocol):
    title_zh: str
    title_en: str


def name(row: Named, spoken: str = "") -> str:
    """The name in a language, the reader's when none is given."""
    return named(row.name_zh, row.name_en, spoken)


def named(zh: str, en: str, spoken: str = "") -> str:
    """Of two names the one in that language."""
    return zh if (spoken or get_language()) == CHINESE else en


def title(row: Titled) -> str:
    return row.title_zh if get_language() == CHINESE else row.title_en


DAY_KINDS: dict[str, Text] = {
    "worked": _("Working day"),
    "changed_hours": _("Other hours"),
    "make_up": _("Make-up working day"),
    "provisional": _("Taken as worked"),
    "holiday": _("Holiday"),
    "weekend": _("Weekend"),
    "counted": _("Counted"),
    "paused": _("Paused"),
    "not_counted": _("Not counted"),
}

HELD_REASONS: dict[str, Text] = {
    Trouble.TOO_LARGE: _("It is larger than we take"),
    Trouble.UNPARSEABLE: _("It cannot be taken apart"),
    Trouble.EMPTY: _("It is empty"),
    Trouble.ENCRYPTED: _("It is encrypted"),
    Trouble.SIGNED_OPAQUE: _("Its text is inside a signature we cannot open"),
    Trouble.WINMAIL: _("Outlook's package in it (winmail.dat) cannot be read to its end"),
    Trouble.TOO_DEEP: _("Messages within messages, too many levels"),
    Trouble.TOO_MANY_PARTS: _("It has too many parts"),
    Trouble.TOO_MANY_HEADERS: _("Its head is longer than any mail program writes"),
    Trouble.BROKEN_MULTIPART: _("Its parts are not told apart"),
    Trouble.TRUNCATED: _("It was cut off on the way"),
    Trouble.UNREADABLE_CHARSET: _("Its letters cannot be decoded"),
    Trouble.NO_SENDER: _("It names no sender"),
    Trouble.SEVERAL_SENDERS: _("It names several senders"),
    FAILED: _("It could not be processed"),
}


WHAT_TO_DO: dict[str, Text] = {
    Undelivered.NO_SUCH_ADDRESS: _(
        "The address does not exist. Call the customer, or write to another address."
    ),
    Undelivered.MAILBOX_FULL: _(
        "The customer's mailbox is full. Call the customer, or send it again in a few days."
    ),
    Undelivered.TOO_LARGE: _("It is too large for the other side. Send the files in smaller parts."),
    Undelivered.NOT_WANTED: _(
        "The other side does not take our mail. Call the customer, and tell the administrator."
    ),
    Undelivered.NOT_REACHED: _("No server took it for a day. Call the customer, or send it again later."),
    Undelivered.REFUSED: _("The other side refused it. Call the customer, or write to another address."),
    Undelivered.NOT_WRITTEN: _(
        "The letter could not be made from its script or its files. Tell the administrator."
    ),
    UNCERTAIN_ADVICE: _(
        "Ask the customer whether it came. Then say in the conversation that it left, or send it again."
    ),
}


def held_reason(code: str) -> Text:
    return HELD_REASONS[code]
