"""Why a mail is stranger than ordinary: it is kept raw and put before a person, with what could be read."""

from enum import StrEnum


class Trouble(StrEnum):
    """In order of weight: the first that applies is the one told."""

    TOO_LARGE = "too_large"
    UNPARSEABLE = "unparseable"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    SIGNED_OPAQUE = "signed_opaque"
    WINMAIL = "winmail"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_HEADERS = "too_many_headers"
    BROKEN_MULTIPART = "broken_multipart"
    TRUNCATED = "truncated"
    UNREADABLE_CHARSET = "unreadable_charset"
    NO_SENDER = "no_sender"
    SEVERAL_SENDERS = "several_senders"
