"""Mails, cases and answers for the tests of the desk, made through the slices' own actions."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import world
from plainspoken.cases import intake
from plainspoken.cases.actions import answering, hand_over, triage
from plainspoken.cases.actions import ownership
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels import actions as channels
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.content import actions as content
from plainspoken.conversations import outbox
from plainspoken.kernel import action, clock, drain
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Firm

ADDRESS = "service@haian.example"
CUSTOMER = "chen.wanqing@example.com"
QUESTION = "您好，我的信用卡年费为什么又扣了一次？请核实。"


def everything() -> Actor:
    """A machine that may do all there is: it sets the scene."""
    return system("tests.scene", *action.specs)


def set_up() -> None:
    """A mailbox of customer service's first team, lines, types and scripts."""
    world.firm()
    if Mailbox.objects.exists():
        return
    by = everything()
    channels.put_mailbox(
        world.unit("cs-team-1"), by=by, address=ADDRESS, name_zh="海岸银行客户服务", name_en="Haian Bank service"
    )
    for code, zh, en, department, words in (
        ("card", "信用卡", "Credit cards", "credit-card", ["信用卡", "年费", "card"]),
        ("deposit", "存款", "Deposits", "personal-finance", ["存款", "定期", "deposit"]),
    ):
        Line.objects.create(
            id=uuid7(), code=code, name_zh=zh, name_en=en, department=world.unit(department), words=words
        )
    for code, zh, en, words in (("fee", "费用", "Fees", ["年费", "fee"]), ("product", "产品", "Products", ["产品"])):
        Type.objects.create(id=uuid7(), code=code, name_zh=zh, name_en=en, words=words)
    for code, scene, zh, en in (
        ("ack", "acknowledgement", "已收到，编号{{number}}，{{until}}前答复。", "Received as {{number}}, reply by {{until}}."),
        ("told", "told_time", "我们将在{{until}}前答复您。", "You have the answer by {{until}}."),
        ("solved", "solved", "问题是否已解决？{{link}}", "Is this solved? {{link}}"),
        ("survey", "survey", "请评价：{{number}}", "Please rate {{number}}"),
        ("fee-waived", "inquiry", "{{customer}}您好，年费已减免。{{agent}}", "Dear {{customer}}, the fee is waived. {{agent}}"),
    ):
        content.put(
            Firm.objects.get(), by=by, code=code, scene=scene, title_zh=f"话术{code}", title_en=f"Script {code}",
            text_zh=zh, text_en=en,
        )


def mail(
    text: str = QUESTION, *, subject: str = "年费问题", sender: str = CUSTOMER, name: str = "陈婉清",
    html: str = "", reply_to: str = "", files: tuple[tuple[str, str, bytes], ...] = (), picture: bytes = b"",
) -> bytes:
    """A mail as a customer's program writes it."""
    made = EmailMessage()
    made["From"], made["To"] = (f"{name} <{sender}>" if name else sender), ADDRESS
    made["Subject"], made["Message-ID"] = subject, make_msgid(domain="example.com")
    if reply_to:
        made["In-Reply-To"] = reply_to
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


def arrive(raw: bytes) -> Raw:
    """The mail arrives and the intake takes it."""
    set_up()
    stored = channels.store(Mailbox.objects.get(), by=everything(), content=raw)
    drain.run_until_empty("intake")
    stored.refresh_from_db()
    return stored


def inquiry(text: str = QUESTION, **more: object) -> Case:
    raw = arrive(mail(text, **more))  # type: ignore[arg-type]
    assert raw.state == "received", raw.reason
    return raw.message.conversation.cases.get()


def taken(case: Case, username: str = "li") -> Case:
    return ownership.take(case, by=world.actor(username))


def triaged(username: str = "li") -> Case:
    """In work, owned by the person."""
    case = inquiry()
    by = world.actor(username)
    return triage.triage(case, by=by, type=case.suggested_type, line=case.suggested_line)


def asked(username: str = "li", department: str = "credit-card") -> Case:
    """With a department, the customer told a time."""
    case = triaged(username)
    hand_over.hand_over(
        case, by=world.actor(username), to=world.unit(department), question="请核实年费。",
        told_at=clock.now() + timedelta(days=3), text="三天内答复您。",
    )
    case.refresh_from_db()
    return case


def answered(username: str = "li") -> Case:
    """Answered; the answer has left."""
    case = triaged(username)
    answering.answer(case, by=world.actor(username), text="年费已退回。")
    let_leave()
    case.refresh_from_db()
    return case


def let_leave() -> None:
    """The time to undo passes, the outbox sends, and what subscribes to it is done."""
    with clock.moved(clock.now() + timedelta(seconds=16)):
        outbox.drain_outbox()
        drain.run_until_empty("subscriptions")
