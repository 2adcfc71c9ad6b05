"""A mailbox, a few business lines and scripts for the small firm, and mail that arrives in it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count

import world
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels import actions as channels
from plainspoken.channels.email import storing
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.content import actions as content
from plainspoken.kernel import clock, drain
from plainspoken.kernel.actor import system
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Firm, Target

ADDRESS = "service@haian.example"
OPENER = system("tests.mailroom", "channels.mailbox.put", "content.script.put")
TUESDAY = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
_numbers = count(1)

TARGETS = {
    "cases.first_reply": (240, "working_minutes"),
    "cases.next_reply": (240, "working_minutes"),
    "cases.department_answer": (480, "working_minutes"),
    "cases.follow_up": (7, "natural_days"),
}
SCRIPTS = {
    "acknowledgement": ("编号 {{number}}，最迟 {{until}} 答复。", "Number {{number}}, a reply by {{until}}."),
    "solved": ("问题解决了吗？{{link}}", "Is this solved? {{link}}"),
    "survey": ("请为 {{number}} 评分。", "Please rate {{number}}."),
    "rate": ("评分：{{link}}", "Rate us: {{link}}"),
}


def opened() -> Mailbox:
    """The small firm with a mailbox of customer service, ready to take in mail."""
    firm = world.firm()
    for kind, (amount, counted_in) in TARGETS.items():
        Target.objects.get_or_create(
            kind=kind, channel="", defaults={"id": uuid7(), "amount": amount, "counted_in": counted_in}
        )
    _scripts(firm)
    _choices()
    return channels.put_mailbox(
        world.unit("customer-service"),
        by=OPENER,
        address=ADDRESS,
        name_zh="海岸银行客服",
        name_en="Haian Bank",
    )


def _scripts(firm: Firm) -> None:
    for scene, (zh, en) in SCRIPTS.items():
        content.put(
            firm, by=OPENER, code=scene, scene=scene, title_zh=scene, title_en=scene, text_zh=zh, text_en=en
        )


def _choices() -> None:
    for code, words, unit in [
        ("card", ["信用卡", "card"], "credit-card"),
        ("wealth", ["理财"], "personal-finance"),
    ]:
        Line.objects.create(
            id=uuid7(), code=code, name_zh=code, name_en=code, department=world.unit(unit), words=words
        )
    for code, words in [("fee", ["年费", "fee"]), ("product", ["产品"])]:
        Type.objects.create(id=uuid7(), code=code, name_zh=code, name_en=code, words=words)


def mail(
    text: str = "请问信用卡年费怎么收？",
    subject: str = "年费",
    sender: str = "王芳 <wang@example.com>",
    **headers: str,
) -> bytes:
    """A mail as bytes; `headers` with underscores for hyphens."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
    message["Message-ID"] = headers.pop("Message_ID", f"<{next(_numbers)}@example.com>")
    message["Date"] = "Tue, 3 Mar 2026 10:00:00 +0800"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def arrives(content: bytes, to: str = ADDRESS) -> Raw:
    """Deliver it as the SMTP listener does, and let everything that flows flow."""
    storing.store([to], "sender@example.com", content)
    drain.run_until_empty()
    return Raw.objects.order_by("-arrived_at", "-id").first() or _nothing()


def case() -> Case:
    """The newest case."""
    return Case.objects.order_by("-received_at", "-id").first() or _nothing()


def received(**about: str) -> Case:
    """A case that has just come in."""
    arrives(mail(**about))
    return case()


def _nothing() -> "Case":
    raise AssertionError("nothing arrived")


def at(moment: datetime) -> object:
    return clock.moved(moment)
