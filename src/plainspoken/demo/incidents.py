"""What else comes in and goes wrong: spam, repetitions, returned mail, mail nobody can read, a broken line."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plainspoken.cases.actions import merging, ownership, tags, triage
from plainspoken.cases.models import Case, Dismissal, Tag
from plainspoken.channels.email import storing
from plainspoken.channels.models import Mailbox
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import drafts, outgoing, send
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers import actions as customers
from plainspoken.customers.models import ContactPoint
from plainspoken.demo import mail, words
from plainspoken.demo.inquiries import Inquiry
from plainspoken.demo.mail import Mail
from plainspoken.demo.stage import Stage, Steps
from plainspoken.kernel import clock
from plainspoken.kernel.errors import Refused
from plainspoken.organization.actions import absences
from plainspoken.work import actions as work
from plainspoken.work.models import Task

SERVICE = "service@haian.example"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is no inquiry, and the reason with which somebody dismisses it."""

    name: str
    address: str
    subject: str
    text: str
    reason: Dismissal.Reason


NO_INQUIRIES = (
    Letter(
        "财税代办小王",
        "promo@dk-8866.example",
        "【代开】各类票据，税点优惠",
        "老板您好：本公司长期代开各行业票据，税点低，可验证后付款。加微信详谈，量大从优！",
        Dismissal.Reason.SPAM,
    ),
    Letter(
        "SEO Team",
        "growth@rank-first.example",
        "Get your website on page one",
        "Hi there, I noticed your website is not ranking for important keywords. We guarantee page one in 30 days.",
        Dismissal.Reason.SPAM,
    ),
    Letter(
        "刘师傅",
        "liushifu@mail.example",
        "空调清洗报价单",
        "王经理您好，您要的空调清洗报价发您：挂机80元/台，柜机120元/台，20台以上9折。麻烦确认后安排时间。",
        Dismissal.Reason.MISDIRECTED,
    ),
    Letter(
        "会议系统",
        "notice@meeting.example",
        "会议纪要已生成：三季度市场沟通会",
        "您参加的会议“三季度市场沟通会”纪要已生成，请登录会议系统查看。本消息由系统生成，无须处理。",
        Dismissal.Reason.AUTOMATIC,
    ),
)


def no_inquiry(stage: Stage, letter: Letter, starts: datetime, agent: str) -> Steps:
    """Something else than an inquiry arrives and is dismissed."""
    yield starts
    key = f"{starts:%y%m%d%H%M}.{letter.address}"
    made = Mail(key, letter.name, letter.address, SERVICE, letter.subject, letter.text, clock.now())
    storing.store([SERVICE], letter.address, mail.as_bytes(made))
    yield stage.later(clock.now(), 10, 90)
    case = Case.objects.get(conversation__messages__header_id=key)
    triage.dismiss(case, by=stage.staff[agent], reason=letter.reason)


def asks_twice(first: Inquiry, starts: datetime) -> Steps:
    """The customer sends the same question again as a new mail; it is dismissed as a repetition."""
    again = replace(first, number=first.number + 500, starts=starts, thread=[])
    yield starts
    again.writes(first.asked.text)
    yield first.stage.later(clock.now(), 5, 40)
    reason = Dismissal.Reason.DUPLICATE
    triage.dismiss(again.case(), by=first.by, reason=reason, of=first.case())


def urges(first: Inquiry, starts: datetime) -> Steps:
    """The customer asks in a new mail where the answer is; both mails are one matter and are merged."""
    again = replace(first, number=first.number + 500, starts=starts, thread=[])
    yield starts
    again.writes(words.URGING_EN if first.asked.english else words.URGING)
    yield first.stage.later(clock.now(), 5, 15)
    merging.merge(again.case(), by=first.by, into=first.case())
    tags.tag(first.case(), by=first.by, tag=Tag.objects.get(code="urged"))


def comes_twice(starts: datetime, letter: Letter) -> Steps:
    """A server delivers the same mail twice; the second time it is recognised."""
    made = Mail(
        "twice.1@mail.example", letter.name, letter.address, SERVICE, letter.subject, letter.text, starts
    )
    content = mail.as_bytes(made)
    yield starts
    storing.store([SERVICE], letter.address, content)
    yield starts + timedelta(minutes=3)
    storing.store([SERVICE], letter.address, content)


def is_away(first: Inquiry, moment: datetime) -> Steps:
    """The customer's program answers by itself: nothing for anybody to do."""
    yield moment
    ours = Message.objects.filter(conversation=first.case().conversation_id, kind=Message.Kind.OUT).first()
    if ours is None:
        return
    text = "您好，我正在休假，下周一恢复上班，届时回复您的邮件。"
    headers = (("Auto-Submitted", "auto-replied"), *mail.answering(ours.header_id, ""))
    client = first.client
    made = Mail(
        f"away.{first.number}@{client.email.partition('@')[2]}",
        client.name,
        client.email,
        SERVICE,
        f"自动回复：{first.asked.subject}",
        text,
        clock.now(),
        headers=headers,
    )
    storing.store([SERVICE], "", mail.as_bytes(made))


def comes_back(first: Inquiry, moment: datetime) -> Steps:
    """Our acknowledgement could not be delivered: a task, done with proof."""
    yield moment
    stage, case = first.stage, first.case()
    letters = Message.objects.filter(conversation=case.conversation_id, kind=Message.Kind.AUTOMATIC)
    ours = letters.filter(outgoing__state="left").first()
    if ours is None:
        return
    host = first.client.email.partition("@")[2]
    text = f"您的邮件未能送达 {first.client.email}：对方邮箱已满。"
    made = Mail(
        f"dsn.{first.number}@{host}", "", f"mailer-daemon@{host}", SERVICE, "退信通知", text, clock.now()
    )
    storing.store([SERVICE], "", mail.delivery_report(made, ours.header_id, first.client.email))
    yield stage.later(clock.now(), 30, 120)
    task = Task.objects.get(kind="cases.not_delivered", subject_id=case.pk)
    proof = "已按客户档案电话联系本人，告知答复内容，客户清理邮箱后请我们重新发送。"
    work.finish(task, by=stage.staff[first.agent], proof=proof)


def nobody_can_read(starts: datetime) -> Steps:
    """A mail that is encrypted for somebody else is held for a person."""
    yield starts
    made = Mail(
        "sealed.1@waimao.example", "顾晓峰", "gu@waimao.example", SERVICE, "加密：结汇资料", "", starts
    )
    storing.store([SERVICE], made.address, mail.sealed(made, bytes(range(48, 112)) * 6))


def line_breaks(first: Inquiry, moment: datetime) -> Steps:
    """The line broke while an answer was handed over: whether it left is uncertain."""
    yield moment
    first._answer(first.asked.answer)
    waiting = list(
        Outgoing.objects.filter(message__conversation=first.case().conversation_id, state="waiting")
    )
    outgoing.depart(waiting, by=outbox.SENDER)
    for one in waiting:
        outgoing.doubt(one, by=outbox.SENDER, trouble="Connection lost after DATA")


def takes_back(first: Inquiry, moment: datetime) -> Steps:
    """A note to a colleague is nearly sent to the customer, and taken back in time."""
    yield moment
    message = send.reply(first.case().conversation, by=first.by, text="小何，这个客户的材料你那边收到了吗？")
    outgoing_ = Outgoing.objects.get(message=message)
    send.undo(outgoing_, by=first.by)
    drafts.save_draft(first.case().conversation, by=first.by, text="")
    send.add_note(first.case().conversation, by=first.by, text="小何，这个客户的材料你那边收到了吗？")


def newcomer_tries(stage: Stage, first: Inquiry, moment: datetime) -> Steps:
    """Who has not passed the exam yet takes no case; the ledger keeps that it was tried."""
    yield moment
    with contextlib.suppress(Refused):
        ownership.take(first.case(), by=stage.staff["lu"])


def goes_away(stage: Stage, moment: datetime) -> Steps:
    """A colleague is on leave; a deputy stands in."""
    yield moment
    today = clock.now().astimezone(stage.zone).date()
    absences.report(
        stage.people["feng"],
        by=stage.staff["feng"],
        deputy=stage.people["shen"],
        from_day=today + timedelta(days=1),
        to_day=today + timedelta(days=12),
    )


def calls_back(stage: Stage, first: Inquiry, moment: datetime) -> Steps:
    """A number is shown in full, for a purpose, and what was said is noted."""
    yield moment
    point = ContactPoint.objects.filter(
        customer=first.case().customer_id, kind=ContactPoint.Kind.PHONE
    ).first()
    if point:
        customers.reveal(point, by=first.by, purpose="call_back")
        send.add_note(
            first.case().conversation, by=first.by, text="已电话联系客户，确认诉求与邮件一致，客户情绪平稳。"
        )


def department_writes_first(stage: Stage, moment: datetime) -> Steps:
    """A business department writes to a customer of its own, with the same record."""
    yield moment
    box = Mailbox.objects.get(address="corporate@haian.example")
    point = ContactPoint.objects.get(customer__name="杭州瑞丰商贸有限公司", kind=ContactPoint.Kind.EMAIL)
    text = """尊敬的客户：
您好！贵公司的银企对账将于本月底到期，请您登录企业网银完成确认。如需协助，请直接回复本邮件。

袁芳"""
    send.start(box, by=stage.staff["yuan"], to=point, subject="请于月底前完成银企对账", text=text)


def look_at_their_bells(stage: Stage, moment: datetime) -> Steps:
    """Everybody has seen what rang until the evening before."""
    yield moment
    for username, person in stage.people.items():
        work.see(person, by=stage.staff[username])
