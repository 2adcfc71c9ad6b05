"""Who may not see a case sees nothing of it, by no path: every address of the house is asked for what is not theirs.

The case's words are such as stand nowhere else. What an answer may say of it is only what the question said itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, reduce
from operator import or_
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection, transaction
from django.test import Client

import addresses
import mailroom
import story
import world
from plainspoken.cases import live as cases_live
from plainspoken.cases.actions import hand_over, merging
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.conversations import live as conversations_live
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Attachment, Conversation, Message, Outgoing
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import clock, drain, presence
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.live import Notice
from plainspoken.kernel.models import Deadline
from plainspoken.organization.actions import absences, posts
from plainspoken.organization.models import Appointment
from plainspoken.ui.live import Stream
from plainspoken.work import actions as work
from plainspoken.work.models import Task

pytestmark = pytest.mark.django_db
NAME, FROM, ACCOUNT = "欧阳若溪", "ouyang.ruoxi@example.com", "6222020200112233"
SUBJECT, TEXT, HTML = (
    "珊瑚礁年费",
    "白鹭湾年费又扣了，信用卡。",
    "<p>芦苇荡</p><img src='cid:logo@example.com'>",
)
FILE, NOTE, QUESTION, TOLD, DRAFT, PROOF = (
    "蒲公英.pdf",
    "青石巷",
    "请核实琥珀",
    "三天内答复松果",
    "半句石榴",
    "看过槐花",
)
LATER = "杜鹃岭还有一问，年费。"
PARTNER_ADDRESS = "finance@haian.example"
LISTS = [
    *(
        f"/cases/?show={tab}"
        for tab in ("mine", "ours", "waiting", "asked", "followed", "closed", "no_inquiry")
    ),
    *("/cases/?show=ours&sort=due", "/cases/?show=ours&unit=cs-team-1", "/cases/?show=ours&owner=li"),
    *("/due/?whose=units", "/due/?whose=overdue", "/tasks/?show=units", "/tasks/?show=done"),
    *("/measures/?by=staff", "/measures/?by=unit", "/customers/?kind=prospects", "/live/list/?show=ours"),
]


@dataclass(slots=True)
class Secret:
    """What nobody else may learn: `of_case` of the case, `of_customer` of who wrote."""

    case: Case
    of_case: set[str] = field(default_factory=set)
    of_customer: set[str] = field(default_factory=set)


# Who may see nothing of the case; those who know the customer from a case of their own must not learn of this one.
STRANGERS = ("mei", "admin", "guan", "tan")
KNOW_THE_CUSTOMER = ("ye", "chen", "qian", "wang")


@pytest.fixture(scope="module")
def secret(django_db_setup: None, django_db_blocker: Any) -> Iterator[Secret]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield told()
        transaction.set_rollback(True)


def told() -> Secret:
    """A case with all that a case can have, kept from a colleague and handed to a department; and who has left."""
    story.set_up()
    addresses.appointed()
    addresses.post("marketing-agent", "marketing", "agent", "mei", "梅朵")
    addresses.post("leaving-agent", "cs-team-1", "agent", "tan", "谭松")
    case = story.received(TEXT, subject=SUBJECT, sender=FROM, name=NAME, html=HTML, picture=addresses.PICTURE,
                          files=((FILE, "application/pdf", b"%PDF-1.4"),))  # fmt: skip
    _worked_on(case)
    _left_behind(case)
    _elsewhere()
    case.conversation.exclusions.create(person=world.person("wang"), since=clock.now())
    drain.run_until_empty()
    return marked(story.fresh(case))


def _worked_on(case: Case) -> None:
    li = world.actor("li")
    case = story.judged(case)
    send.add_note(case.conversation, by=li, text=NOTE)
    until = clock.now() + timedelta(days=3)
    card = world.unit("credit-card")
    hand_over.hand_over(case, by=li, to=card, question=QUESTION, told_at=until, text=TOLD)
    addresses.kept(case)
    mailroom.arrives(addresses.ENCRYPTED)
    drafts.save_draft(case.conversation, by=li, text=DRAFT)
    presence.arrive(uuid7(), case.conversation_id, world.person("li").pk)
    merging.merge(
        story.received(LATER, subject="再问", sender=FROM, name=NAME), by=li, into=story.fresh(case)
    )


def _left_behind(case: Case) -> None:
    """Somebody owned it, was asked by a task, began an answer, and holds another post in another unit now."""
    tan, scene = world.person("tan"), story.everything()
    task = work.open_task(
        world.unit("cs-team-1"), by=scene, kind=work.STUCK.code, about=case.conversation, owner=tan
    )
    drafts.save_draft(case.conversation, by=world.actor("tan"), text=DRAFT)
    work.finish(task, by=world.actor("tan"), proof=PROOF)
    held, today = Appointment.objects.get(person=tan), clock.now().date()
    Appointment.objects.filter(pk=held.pk).update(from_day=today - timedelta(days=9))
    posts.end_appointment(Appointment.objects.get(pk=held.pk), by=scene, to_day=today - timedelta(days=1))
    posts.appoint(Appointment.objects.get(person__username="mei").post, by=scene, person=tan, from_day=today)


def _elsewhere() -> None:
    """Personal finance hears from the same customer, and one of its people stands in for the owner of the case."""
    scene, today = story.everything(), clock.now().date()
    names = {"name_zh": "个人金融", "name_en": "Finance"}
    channels.put_mailbox(world.unit("personal-finance"), by=scene, address=PARTNER_ADDRESS, **names)
    mailroom.arrives(story.mail("理财怎么买？", subject="理财", sender=FROM, name=NAME), to=PARTNER_ADDRESS)
    absences.report(world.person("li"), by=scene, deputy=world.person("ye"), from_day=today, to_day=today)


def marked(case: Case) -> Secret:
    within = [case.conversation_id, Case.objects.get(state="merged").conversation_id]
    both = Case.objects.filter(conversation__in=within)
    found = Secret(case, {SUBJECT, "白鹭湾", "芦苇荡", FILE, NOTE, QUESTION, TOLD, DRAFT, PROOF, "杜鹃岭"})
    found.of_case |= {one.number for one in both} | {str(one.pk) for one in both} | set(map(str, within))
    for model, column in ((Message, "conversation"), (Outgoing, "message__conversation")):
        found.of_case |= keys(model, **{f"{column}__in": within})
    found.of_case |= keys(Attachment, message__conversation__in=within)
    found.of_case |= keys(Deadline, subject_id__in=both)
    found.of_case |= keys(Task, subject_id__in=[*within, *both.values_list("pk", flat=True)])
    points = ContactPoint.objects.filter(customer=case.customer)
    found.of_customer = {NAME, FROM, ACCOUNT, str(case.customer_id), *(one.masked for one in points)}
    found.of_customer |= {str(one.pk) for one in points} | {str(case.customer.identifiers.get().pk)}
    return found


def keys(model: Any, **condition: Any) -> set[str]:
    return {str(key) for key in model.objects.filter(**condition).values_list("pk", flat=True)}


@cache
def of_every_address() -> list[str]:
    """The path of each address of the staff, about the secret wherever it is about something."""
    found = [one for one in addresses.every() if "token" not in one.pattern]
    return [one.path() for one in found if one.name not in {"desk.live", "organization.session.sign_out"}]


def questions(secret: Secret) -> list[str]:
    """Lists with each of their choices, and every field that words, numbers or ids can be typed into."""
    key, at = secret.case.pk, secret.case.conversation_id
    words = [
        secret.case.number,
        secret.case.number[-1],
        NAME,
        FROM,
        "白鹭湾",
        "珊瑚礁",
        "杜鹃岭",
        f"number:{secret.case.number}",
    ]
    words += [
        f"from:{FROM}",
        f"subject:{SUBJECT}",
        "年费 owner:li",
        "年费 unit:cs-team-1",
        "年费 has:file",
        "年费 state:merged",
    ]
    typed = [
        f"{field}{one}" for one in words for field in ("/search/?q=", "/commands/found/?q=", "/customers/?q=")
    ]
    typed += [f"/conversations/new/recipients/?q={one}" for one in (NAME, NAME[:2])]
    asked = [
        f"/measures/{code}/records/?unit={world.unit('cs-team-1').pk}" for code in addresses.measures.measures
    ]
    asked += [
        f"/measures/{code}/records/?staff={world.person('li').pk}" for code in addresses.measures.measures
    ]
    told = [f"/commands/?at=/cases/{key}/", f"/commands/?at=/conversations/{at}/", f"/live/list/?open={key}"]
    return [*LISTS, *typed, *asked, *told]


def learned(browser: Client, path: str, marks: set[str], method: str = "GET", **data: Any) -> set[str]:
    """What an answer says of the secret that the question did not say, by htmx and, of lists, as a page."""
    with transaction.atomic():
        said = browser.generic if method != "POST" else browser.post
        headers = {"HX-Request": "true"}
        answer = (
            browser.post(path, data, headers=headers)
            if method == "POST"
            else said("GET", path, headers=headers)
        )
        transaction.set_rollback(True)
    asked = unquote(path) + str(data)
    body = answer.content.decode(errors="replace") + str(dict(answer.headers))
    return {
        f"{mark} in the answer to {method} {path}" for mark in marks if mark in body and mark not in asked
    }


def marks_for(secret: Secret, username: str) -> set[str]:
    return secret.of_case | (secret.of_customer if username in STRANGERS else set())


@pytest.mark.duty("5.1.4b")
@pytest.mark.parametrize("username", [*STRANGERS, *KNOW_THE_CUSTOMER])
def test_nothing_of_a_foreign_case_is_learned_by_any_address(secret: Secret, username: str) -> None:
    browser, marks = world.client(username), marks_for(secret, username)
    leaks = set[str]()
    for path in [*of_every_address(), *questions(secret)]:
        leaks |= learned(browser, path, marks)
    assert sorted(leaks) == []


def test_who_may_see_it_finds_all_of_it_at_these_addresses(secret: Secret) -> None:
    """So the marks are such as are found where they may be."""
    browser, found = world.client("li"), set[str]()
    for path in [*of_every_address(), *questions(secret)]:
        body = browser.get(path, headers={"HX-Request": "true"}).content.decode(errors="replace")
        found |= {
            mark for mark in secret.of_case | secret.of_customer if mark in body and mark not in unquote(path)
        }
    hidden = {ACCOUNT, FROM, PROOF}
    assert secret.of_case | secret.of_customer - found <= hidden
