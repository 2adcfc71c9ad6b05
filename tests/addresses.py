"""Every address of the house, an example of what each is about, and who asks: roles, strangers, customers.

An address whose pattern takes something no example is given for fails with the line to add.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import mailroom
import programs
import story
import world
from plainspoken.cases.actions import answering, follow_up, tags
from plainspoken.cases.models import Case, Closure, Line, Tag, Type
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.content.models import Script
from plainspoken.conversations.models import Attachment, Conversation, Message, Outgoing
from plainspoken.customers import actions as customers
from plainspoken.customers import links
from plainspoken.customers.models import ContactPoint, Customer, Identifier, Link
from plainspoken.desk import actions as desk
from plainspoken.desk.models import View
from plainspoken.kernel import clock, measures
from plainspoken.kernel.models import Entry
from plainspoken.organization.actions import absences, people, posts
from plainspoken.organization.models import (
    Absence,
    Appointment,
    Calendar,
    Firm,
    Integration,
    Person,
    Post,
    Qualification,
    Role,
)
from plainspoken.supervision import actions as supervision
from plainspoken.supervision.models import Place
from plainspoken.work import actions as work
from plainspoken.work.models import Task

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
HTML = "<p>您好，年费又扣了。</p><img src='cid:logo@example.com'>"
ENCRYPTED = (
    "From: 张三 <zhang@example.com>\r\nTo: service@haian.example\r\nSubject: 密件\r\nMessage-ID: <1@example.com>\r\n"
    'Content-Type: multipart/encrypted; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n您好\r\n--x--\r\n'
).encode()
MADE_UP = "k" * 22
# Who asks, and by which username; None has not signed in. `agent_elsewhere` has the role of the agent
# in a department that has nothing to do with the case.
WHO: dict[str, str | None] = {
    "anonymous": None,
    "customer": None,
    "without_a_post": "mo",
    "agent": "li",
    "agent_elsewhere": "ye",
    "department_expert": "zhou",
    "head": "zhao",
    "supervisor": "sun",
    "administrator": "admin",
    "management": "guan",
    "mail_gateway": "you",
}
# By the part of the path before the id: what stands there. All of it is the agent's, or her unit's.
THINGS: dict[str, Callable[[], Any]] = {
    "absences": lambda: Absence.objects.filter(person__username="li").latest("from_day"),
    "appointments": lambda: first(Appointment),
    "attachments": lambda: Attachment.objects.get(name="logo.png"),
    "calendars": lambda: first(Calendar),
    "cases": lambda: Case.objects.earliest("id"),
    "contact-points": lambda: first(ContactPoint),
    "conversations": lambda: Conversation.objects.earliest("id"),
    "customers": lambda: first(Customer),
    "held": lambda: Raw.objects.get(state="held"),
    "identifiers": lambda: first(Identifier),
    "ledger": lambda: Entry.objects.filter(code="cases.inquiry.open").earliest("id"),
    "lines": lambda: first(Line),
    "mailboxes": lambda: first(Mailbox),
    "messages": lambda: Message.objects.filter(html__isnull=False).earliest("id"),
    "outbox": lambda: first(Outgoing),
    "outgoing": lambda: first(Outgoing),
    "people": lambda: world.person("wang"),
    "places": lambda: first(Place),
    "posts": lambda: first(Post),
    "programs": lambda: first(Integration),
    "qualifications": lambda: first(Qualification),
    "roles": lambda: first(Role),
    "scripts": lambda: first(Script),
    "tags": lambda: first(Tag),
    "tasks": lambda: Task.objects.filter(kind=work.STUCK.code).earliest("id"),
    "types": lambda: first(Type),
    "units": lambda: world.unit("credit-card"),
    "views": lambda: View.objects.get(owner__username="li"),
}
# By the part of the path before it, else by its name: what is no id.
WORDS: dict[str, Callable[[], Any]] = {
    "api": lambda: "v1/choices/",
    "code": lambda: first(Tag).code,
    "kind": lambda: "cases.first_reply",
    "measures": lambda: next(iter(measures.measures)),
    "message": lambda: first(Message).pk,
    "name": lambda: "assign",
    "number": lambda: "4.3.1",
    "session": lambda: "made-up",
    "rate": lambda: token(Link.Purpose.RATE),
    "solved": lambda: token(Link.Purpose.SOLVED),
    "year": lambda: 2026,
}
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    """`pattern` as it stands in the urls, with a slash before it."""

    name: str
    pattern: str

    def path(self, who: str = "agent", things: dict[str, Any] | None = None) -> str:
        """With examples in place of what the pattern takes; only a customer holds a link that was given."""
        parts = self.pattern.split("/")
        for place, part in enumerate(parts):
            if found := PARAMETER.fullmatch(part.partition(".")[0]) or PARAMETER.fullmatch(part):
                parts[place] = part.replace(
                    found[0], self._example(found, parts[place - 1], place, who, things)
                )
        return "/".join(parts)

    def _example(self, found: re.Match[str], before: str, place: int, who: str, things: Any) -> str:
        name = found["name"]
        if name == "token" and who != "customer":
            return MADE_UP
        before = next(part for part in reversed(self.pattern.split("/")[:place]) if "<" not in part)
        if found["kind"] == "uuid" and name == "pk" and before in THINGS:
            return str((things or {}).get(before) or THINGS[before]().pk)
        known = before if before in WORDS else name
        if known not in WORDS:
            table = "THINGS" if found["kind"] == "uuid" else "WORDS"
            raise AssertionError(
                f"{self.pattern} takes {found[0]} after {before!r}, and nobody knows an example of it."
                f" Add {before!r} to {table} in {__name__}.py, and let told() leave one."
            )
        return str((things or {}).get(known) or WORDS[known]())


def every() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: Any, above: str) -> Iterator[Address]:
    for one in patterns:
        path = above + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        elif isinstance(one, URLPattern):
            yield Address(str(one.name), path)


def first(model: Any) -> Any:
    found = model._default_manager.order_by("pk").first()
    assert found is not None, f"told() leaves no row of {model.__name__}: let it leave one."
    return found


def token(purpose: Link.Purpose) -> str:
    return (
        links.address(Link.objects.filter(purpose=purpose).latest("made_at")).rstrip("/").rpartition("/")[2]
    )


def browsers() -> dict[str, Client]:
    return {who: world.client(name) if name else Client() for who, name in WHO.items()}


def told() -> None:
    """A short history with a row of all that any address is about: the agent's case, asked of credit cards."""
    story.set_up()
    appointed()
    story.arrives(
        story.mail(html=HTML, picture=PICTURE, files=(("账单.pdf", "application/pdf", b"%PDF-1.4"),))
    )
    case = story.handed_over(story.judged(Case.objects.get()))
    kept(case)
    mailroom.arrives(ENCRYPTED)
    _closed()


def kept(case: Case) -> None:
    """What people put beside the case."""
    li, zhao, today = world.actor("li"), world.actor("zhao"), clock.now().date()
    work.open_task(world.unit("cs-team-1"), by=work.REPORTER, kind=work.STUCK.code, about=case)
    customers.put_identifier(case.customer, by=zhao, kind="account", value="6222020200112233")
    deputy, until = world.person("wang"), today + timedelta(days=1)
    absences.report(world.person("li"), by=zhao, deputy=deputy, from_day=until, to_day=until)
    tags.put(Firm.objects.get(), by=zhao, code="urged", name_zh="催办", name_en="Urged", colour="amber")
    programs.connected()
    place = {"address": "auditor@example.com", "mailbox": Mailbox.objects.get(), "after_entries": 100}
    supervision.put(Firm.objects.get(), by=world.actor("admin"), **place)
    desk.save_view(world.person("li"), by=li, name="急", asked="show=mine&due=overdue")


def _closed() -> None:
    """Another case, to its end: its customer holds both kinds of link."""
    case = story.judged(story.received("理财产品怎么买？", sender="zhou.ying@example.com", name="周颖"))
    answering.answer(case, by=world.actor("li"), text="答复。")
    story.let_leave()
    follow_up.close(case, by=world.actor("li"), how=Closure.How.BY_OWNER)
    story.let_leave()


def appointed() -> None:
    """People for the roles nobody has in the small firm, and one who holds no post at all."""
    post("agent-elsewhere", "personal-finance", "agent", "ye", "叶青")
    post("management", "management", "management", "guan", "管宁")
    post("mail-gateway", "cs-team-1", "mail_gateway", "you", "游信")
    someone("mo", "莫言")


def post(code: str, unit: str, role: str, username: str, name: str) -> None:
    by = story.everything()
    made = posts.put_post(
        world.unit(unit), by=by, code=code, name_zh=code, name_en=code, roles=[Role.objects.get(code=role)]
    )
    posts.appoint(made, by=by, person=someone(username, name), from_day=clock.now().date())


def someone(username: str, name: str) -> Person:
    by = story.everything()
    return people.put_person(Firm.objects.get(), by=by, username=username, name_zh=name, name_en=username)
