"""Who may not see a case sees nothing of it, by no path: every address of the house is asked for what is not theirs.

The case's words are such as stand nowhere else. What an answer may say of it is only what the question said itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client

import addresses
import mailroom
import story
import world
from plainspoken.cases.actions import hand_over, merging
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Attachment, Conversation, Message, Outgoing
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import clock, drain, live, presence
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.live import PRESENCE, Audience, Notice
from plainspoken.kernel.models import Deadline, Entry
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
WORDS = {SUBJECT, "白鹭湾", "芦苇荡", FILE, NOTE, QUESTION, TOLD, DRAFT, PROOF, "杜鹃岭"}
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
STRANGERS = ("mei", "admin", "tan")
KNOW_THE_CUSTOMER = ("ye", "qian", "wang")


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
    drain.run_until_empty()
    return marked(story.fresh(case))


def _worked_on(case: Case) -> None:
    li = world.actor("li")
    case.conversation.exclusions.create(person=world.person("wang"), since=clock.now())
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
    found = Secret(case, set(WORDS))
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
    """The path of each address the staff can open, about the secret wherever it is about something."""
    found = [one for one in addresses.every() if "token" not in one.pattern and one.name != "desk.live"]
    found = [one for one in found if not one.pattern.startswith(("/administration/", "/rulebook/"))]
    return [path for one in found if Client().get(path := one.path()).status_code != 405]


def questions(secret: Secret) -> list[str]:
    """Lists with each of their choices, and every field that words, numbers or ids can be typed into."""
    number, at = secret.case.number, secret.case.conversation_id
    words = [number, NAME, "白鹭湾", "杜鹃岭", f"number:{number}", f"from:{FROM}", f"subject:{SUBJECT}"]
    words += ["年费 owner:li", "年费 unit:cs-team-1 has:file", "年费 state:merged"]
    typed = [f"/search/?q={one}" for one in words]
    typed += [
        f"/{at}?q={one}" for at in ("commands/found/", "customers/") for one in (number[-1], NAME, FROM)
    ]
    typed += [f"/conversations/new/recipients/?q={NAME[:2]}"]
    unit = world.unit("cs-team-1").pk
    asked = [f"/measures/{code}/records/?unit={unit}" for code in list(addresses.measures.measures)[:4]]
    told = [f"/commands/?at=/cases/{secret.case.pk}/", f"/commands/?at=/conversations/{at}/"]
    return [*LISTS, *typed, *asked, *told, f"/live/list/?open={secret.case.pk}"]


def learned(path: str, answer: Any, marks: set[str], **given: Any) -> set[str]:
    """What an answer says of the secret that the question did not say."""
    said = unquote(path) + str(given)
    body = answer.content.decode(errors="replace") + str(dict(answer.headers))
    return {f"{mark} in the answer to {path}" for mark in marks if mark in body and mark not in said}


def marks_for(secret: Secret, username: str) -> set[str]:
    """Of what they did themselves those who have left still see that they did it."""
    own = {PROOF, *keys(Task, owner=world.person(username))}
    return (secret.of_case | (secret.of_customer if username in STRANGERS else set())) - own


@pytest.mark.duty("5.1.4b")
@pytest.mark.parametrize("username", [*STRANGERS, *KNOW_THE_CUSTOMER])
def test_nothing_of_a_foreign_case_is_learned_by_any_address(secret: Secret, username: str) -> None:
    browser, leaks = world.client(username), set[str]()
    # Who administers sees in the ledger which row an entry is about: its id, no word.
    paths = [one for one in of_every_address() if username != "admin" or not one.startswith("/ledger/")]
    for path in [*paths, *questions(secret)]:
        answer = browser.get(path, headers={"HX-Request": "true"})
        leaks |= learned(path, answer, marks_for(secret, username))
    assert not leaks, "\n".join(sorted(leaks))


def test_whole_pages_tell_no_more_than_their_parts(secret: Secret) -> None:
    """The menu with its counts, the list beside a case, the panes."""
    browser, leaks = world.client("ye"), set[str]()
    for path in ("/", "/cases/", "/due/", "/tasks/?show=units", "/customers/?kind=prospects", "/bell/"):
        leaks |= learned(path, browser.get(path), secret.of_case)
    assert not leaks, "\n".join(sorted(leaks))


def test_nothing_is_done_to_a_foreign_case_by_any_address(secret: Secret) -> None:
    before = done_to(secret)
    given = {
        "text": "越权",
        "case": str(secret.case.pk),
        "step": "preview",
        "of": "Q",
        "into": secret.case.number,
    }
    browser, leaks = world.client("ye"), set[str]()
    for one in addresses.every():
        if "pk" in one.pattern or one.name == "desk.many":
            with transaction.atomic():
                answer = browser.post(one.path(), given, headers={"HX-Request": "true"})
                leaks |= learned(one.path(), answer, secret.of_case, **given)
                assert done_to(secret) == before, one.pattern
                transaction.set_rollback(True)
    assert not leaks, "\n".join(sorted(leaks))


def done_to(secret: Secret) -> int:
    about = [secret.case.pk, secret.case.conversation_id, secret.case.customer_id]
    return Entry.objects.filter(subject_id__in=about, refusal="").count()


def test_nothing_is_counted_for_who_sees_nothing(secret: Secret) -> None:
    browser = world.client("mei")
    assert set(browser.get("/live/counts/").json().values()) == {0}
    assert 'class="tally"' not in browser.get("/cases/").content.decode()


@pytest.mark.parametrize("username", ["mei", "ye", "tan", "wang"])
def test_no_screen_of_theirs_hears_of_it(secret: Secret, username: str) -> None:
    at = secret.case.conversation_id
    tasks = Task.objects.filter(subject_id__in=[at, secret.case.pk]).exclude(owner__username=username)
    told = [Notice("conversations.conversation", at, concerned(Conversation, at))]
    told += [Notice("work.task", one.pk, concerned(Task, one.pk)) for one in tasks]
    told += [Notice(PRESENCE, at)]
    assert not any(map(Stream(world.actor(username)).hears, told))
    assert Stream(world.actor("li")).hears(told[0])


def concerned(model: type[Model], key: UUID) -> Audience:
    return next(iter(live.notices(model, {key}))).audience


def test_who_may_see_it_finds_it_at_these_addresses(secret: Secret) -> None:
    """So the words are such as are found where they may be; addresses and numbers are masked even here."""
    browser, found = world.client("li"), set[str]()
    for path in [*of_every_address(), *questions(secret)]:
        body = browser.get(path, headers={"HX-Request": "true"}).content.decode(errors="replace")
        found |= {word for word in WORDS if word in body and word not in unquote(path)}
    assert found == WORDS
