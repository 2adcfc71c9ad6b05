"""Why a letter did not arrive, from what the other server said (RFC 3463, RFC 5321)."""

import re
from enum import StrEnum

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY = re.compile(r"\b([245])(\d\d)\b")


class Undelivered(StrEnum):
    """What a person has to know to find another way."""

    NO_SUCH_ADDRESS = "no_such_address"
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    NOT_WANTED = "not_wanted"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    NOT_WRITTEN = "not_written"


BY_STATUS = {
    "1.": Undelivered.NO_SUCH_ADDRESS,
    "2.1": Undelivered.NO_SUCH_ADDRESS,
    "2.2": Undelivered.MAILBOX_FULL,
    "2.3": Undelivered.TOO_LARGE,
    "3.4": Undelivered.TOO_LARGE,
    "7.": Undelivered.NOT_WANTED,
}
BY_REPLY = {
    "550": Undelivered.NO_SUCH_ADDRESS,
    "551": Undelivered.NO_SUCH_ADDRESS,
    "552": Undelivered.TOO_LARGE,
    "553": Undelivered.NO_SUCH_ADDRESS,
}


def why(said: str, otherwise: Undelivered) -> Undelivered:
    """By the status, else by the reply code; `otherwise` where neither was said."""
    if status := ENHANCED.search(said):
        kind, _, detail = status[1].partition(".")
        found = next((why for start, why in BY_STATUS.items() if detail.startswith(start)), None)
        return found or (Undelivered.NOT_REACHED if kind == "4" else Undelivered.REFUSED)
    if reply := REPLY.search(said):
        return BY_REPLY.get(reply[0], Undelivered.NOT_REACHED if reply[1] == "4" else Undelivered.REFUSED)
    return otherwise
