"""Mail that no person wrote for us: automatic answers, lists, loops, delivery reports, receipts.

An answer to such mail would come back as the next one, so each gets a reason, and none an acknowledgement.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from plainspoken.channels.email import addresses, charset, headers
from plainspoken.channels.email.headers import Headers
from plainspoken.channels.email.structure import Part

AUTOMATIC_SUBJECT = re.compile(
    r"^(?:自动回复|自动答复|外出自动回复|不在办公室|自動回覆|自動回復|"
    r"auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|abwesenheitsnotiz|automatische antwort|"
    r"réponse automatique)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
BOUNCING = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|maildaemon)@", re.IGNORECASE)
MENTIONED_ID = re.compile(rb"^[> \t]*Message-ID:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
MENTIONED_IN_BYTES = 256 * 1024
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("message/rfc822", "message/rfc822-headers", "message/global", "text/rfc822-headers")
BULK_PRECEDENCE = {b"bulk", b"junk", b"list"}
BULK_FIELDS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "feedback-id")
REPLY_FIELDS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")


class Automatic(StrEnum):
    """Why a mail is automatic, the surest reason first.

    The first four say nothing to answer. The others may bring what a person wrote, through a form or a list:
    they get no acknowledgement.
    """

    DELIVERY_REPORT = "delivery_report"
    READ_RECEIPT = "read_receipt"
    LOOP = "loop"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BULK = "bulk"
    NO_ANSWER_WANTED = "no_answer_wanted"
    NULL_SENDER = "null_sender"


NOTHING_TO_ANSWER = frozenset(list(Automatic)[:4])


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail for one recipient; `action` and `status` as in RFC 3464, "failed" and "5.1.1"."""

    recipient: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """`original_message_id` without brackets; empty where the report does not tell it."""

    original_message_id: str
    deliveries: tuple[Delivery, ...]

    @property
    def failed(self) -> bool:
        """Whether somebody did not get it; a report in words only is about a failure."""
        return not self.deliveries or self._first_failed is not None

    @property
    def recipient(self) -> str:
        """Who did not get it."""
        return self._first_failed.recipient if self._first_failed else ""

    @property
    def status(self) -> str:
        """Why: the code and the words of the server that refused it."""
        one = self._first_failed
        return f"{one.status} {one.diagnostic}".strip() if one else ""

    @property
    def _first_failed(self) -> Delivery | None:
        failures = (one for one in self.deliveries if one.action == "failed" or one.status.startswith("5"))
        return next(failures, None)


def reason(top: Part, subject: str, from_address: str, report: DeliveryReport | None) -> Automatic | None:
    """The reason, or None for what a person may have written."""
    fields = top.headers
    if report is not None:
        return Automatic.DELIVERY_REPORT
    if any(leaf.content_type == "message/disposition-notification" for leaf in top.leaves()):
        return Automatic.READ_RECEIPT
    if "x-loop" in fields:
        return Automatic.LOOP
    submitted = fields.first("auto-submitted").partition(b";")[0].strip().lower()
    if _answered_by_machine(fields, submitted) or AUTOMATIC_SUBJECT.match(subject):
        return Automatic.AUTO_REPLY
    if submitted not in (b"", b"no"):
        return Automatic.AUTO_GENERATED
    if fields.first("precedence").lower() in BULK_PRECEDENCE or any(name in fields for name in BULK_FIELDS):
        return Automatic.BULK
    if _suppresses_answers(fields):
        return Automatic.NO_ANSWER_WANTED
    null_sender = fields.first("return-path").replace(b" ", b"") == b"<>"
    return Automatic.NULL_SENDER if null_sender or BOUNCING.match(from_address) else None


def _suppresses_answers(fields: Headers) -> bool:
    """[MS-OXCMAIL] 2.2.3.2.14: whoever sent it wants no answer of a machine."""
    wanted = fields.first("x-auto-response-suppress").lower().replace(b" ", b"").split(b",")
    return not {b"all", b"autoreply"}.isdisjoint(wanted)


def _answered_by_machine(fields: Headers, submitted: bytes) -> bool:
    if submitted.startswith(b"auto-replied"):
        return True
    answering = fields.first("precedence").lower() in (b"auto_reply", b"auto-reply")
    return answering or any(name in fields for name in REPLY_FIELDS)


def delivery_report(top: Part, from_address: str) -> DeliveryReport | None:
    """A report in RFC 3464's form, or one of those that only say it in words."""
    leaves = list(top.leaves())
    statuses = [leaf for leaf in leaves if leaf.content_type in STATUS_TYPES]
    if not statuses and not BOUNCING.match(from_address):
        return None
    deliveries = [delivery for leaf in statuses for delivery in _deliveries(leaf.content())]
    original = _original_id(leaves)
    if not statuses and not original:
        return None
    return DeliveryReport(original, tuple(deliveries))


def _deliveries(content: bytes) -> list[Delivery]:
    found = []
    for block in re.split(rb"\r?\n[ \t]*\r?\n", content.strip()):
        fields, _ = headers.split(block + b"\n\n")
        recipient = _typed(fields.first("final-recipient")) or _typed(fields.first("original-recipient"))
        if recipient:
            found.append(
                Delivery(
                    recipient=recipient,
                    action=headers.text(fields.first("action")).text.lower(),
                    status=headers.text(fields.first("status")).text.partition(" ")[0],
                    diagnostic=_typed(fields.first("diagnostic-code")),
                )
            )
    return found


def _typed(raw: bytes) -> str:
    """The value behind its type, as in `rfc822; a@b`."""
    value = headers.text(raw).text
    return value.partition(";")[2].strip().strip("<>") if ";" in value else value.strip("<> ")


def _original_id(leaves: list[Part]) -> str:
    """The Message-ID of the returned mail or of its headers, else the last one mentioned in the text."""
    for leaf in leaves:
        if leaf.content_type in RETURNED_TYPES:
            returned, _ = headers.split(leaf.content())
            if ids := addresses.message_ids(returned.first("message-id")):
                return ids[0]
    for leaf in leaves:
        if mentioned := MENTIONED_ID.findall(leaf.content()[:MENTIONED_IN_BYTES]):
            return charset.decode(mentioned[-1]).text
    return ""
