"""Cases in every state for the desk's tests, told through the slices' own actions, and browsers that act on them."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import mailroom
import world
from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, triage
from plainspoken.cases.models import Case, Closure, Dismissal
from plainspoken.channels import actions as channels
from plainspoken.channels.models import Raw
from plainspoken.content import actions as content
from plainspoken.conversations import said
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import action, clock, drain
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.models import Entry
from plainspoken.organization.models import Firm

CUSTOMER = "chen.wanqing@example.com"
QUESTION = "您好，我的信用卡年费为什么又扣了一次？请核实。"
TOLD = "我们将在{{until}}前答复您。", "You have the answer by {{until}}."
WAIVED = "{{customer}}您好，年费已减免。{{agent}}", "Dear {{customer}}, the fee is waived. {{agent}}"


def everything() -> Actor:
    """A machine that may do all there is: it sets the scene."""
    return system("tests.scene", *action.specs)


def set_up() -> None:
    """The mail room, with the mailbox at the agents' team, and the scripts people use."""
    mailroom.opened()
    channels.put_mailbox(world.unit("cs-team-1"), by=everything(), address=mailroom.ADDRESS)
    for code, scene, (zh, en) in (("told", "told_time", TOLD), ("waived", "inquiry", WAIVED)):
        words = {"title_zh": f"话术{code}", "title_en": f"Script {code}", "text_zh": zh, "text_en": en}
        content.put(Firm.objects.get(), by=everything(), code=code, scene=scene, **words)


def mail(
    text: str = QUESTION,
    *,
    subject: str = "年费问题",
    sender: str = CUSTOMER,
    name: str = "陈婉清",
    html: str = "",
    picture: bytes = b"",
    files: tuple[tuple[str, str, bytes], ...] = (),
) -> bytes:
    """A mail as a customer's program writes it; the picture is shown by the HTML as cid:logo@example.com."""
    made = EmailMessage()
    made["From"], made["To"] = (f"{name} <{sender}>" if name else sender), mailroom.ADDRESS
    made["Subject"], made["Message-ID"] = subject, make_msgid(domain="example.com")
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    if picture:
        part = made.get_payload()[1]
        part.add_related(picture, "image", "png", cid="<logo@example.com>", filename="logo.png")
    for file_name, content_type, body in files:
        main, _slash, sub = content_type.partition("/")
        made.add_attachment(body, maintype=main, subtype=sub, filename=file_name)
    return made.as_bytes()


def arrives(raw: bytes) -> Raw:
    return mailroom.arrives(raw)


def received(text: str = QUESTION, **more: Any) -> Case:
    raw = arrives(mail(text, **more))
    assert raw.state == "received", raw.reason
    return raw.message.conversation.cases.get()


def taken(username: str = "li") -> Case:
    """Still only received, and somebody's."""
    return ownership.take(received(), by=world.actor(username))


def triaged(username: str = "li") -> Case:
    return judged(received(), username)


def judged(case: Case, username: str = "li") -> Case:
    assert case.suggested_type
    assert case.suggested_line
    return triage.triage(case, by=world.actor(username), type=case.suggested_type, line=case.suggested_line)


def asked(username: str = "li", department: str = "credit-card") -> Case:
    """With a department, the customer told a time."""
    return handed_over(triaged(username), username, department)


def handed_over(case: Case, username: str = "li", department: str = "credit-card") -> Case:
    hand_over.hand_over(
        case,
        by=world.actor(username),
        to=world.unit(department),
        question="请核实年费。",
        told_at=clock.now() + timedelta(days=3),
        text="三天内答复您。",
    )
    return fresh(case)


def answered(username: str = "li") -> Case:
    """The answer has left."""
    case = triaged(username)
    answering.answer(case, by=world.actor(username), text="年费已退回。")
    let_leave()
    return fresh(case)


def closed(username: str = "li") -> Case:
    case = answered(username)
    follow_up.close(case, by=world.actor(username), how=Closure.How.BY_OWNER)
    return fresh(case)


def dismissed(username: str = "li") -> Case:
    return triage.dismiss(received(), by=world.actor(username), reason=Dismissal.Reason.SPAM)


def let_leave() -> None:
    """The time to undo passes, the outbox sends, and what subscribes to it is done."""
    with clock.moved(clock.now() + timedelta(seconds=16)):
        drain.run_until_empty()


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def post(
    browser: Client, name: str, pk: UUID, data: dict[str, Any] | None = None, *, fragment: bool = False
) -> HttpResponse:
    """As the form of that action sends it, having seen all that was said; `fragment`: as htmx does."""
    headers = {"HX-Request": "true"} if fragment else {}
    return browser.post(reverse(name, args=[pk]), {"seen": seen(pk), **(data or {})}, headers=headers)


def seen(pk: UUID) -> UUID:
    """The last message that who opens the case or conversation of that key sees; the key itself for other things."""
    about = Conversation.objects.filter(Q(pk=pk) | Q(cases=pk)).first()
    return said.newest(about) if about else pk


def entries(code: str, **about: Any) -> list[Entry]:
    """What the ledger has under that code, oldest first."""
    return list(Entry.objects.filter(code=code, **about).order_by("at", "id"))
