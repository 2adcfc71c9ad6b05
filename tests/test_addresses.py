"""Who may reach what: every address by every role, as a committed snapshot, so that a change of it is reviewed.

Written anew by `PLAINSPOKEN_SNAPSHOTS=write pytest tests/test_addresses.py`; read what has changed before it is
committed. 303 leads to the sign-in page or on after a change, 422 says what is missing from an empty form.
Fragments are asked for, which come through the same door as pages and cost less; each address once as a page.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache as counted
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import Settings

import addresses
from addresses import WHO, Address
from plainspoken.desk import strict
from plainspoken.organization import roles
from plainspoken.ui import assets, policy

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).parent / "snapshots" / "addresses.json"
# Of those who are stopped at the door and of those who are not, one each.
FEW = ("anonymous", "agent")
# Programs, each with a token of its own; tests/api asks what lies below.
API = "/api/"
METHODS = ("GET", "POST", "DELETE")
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# What reading may leave behind: that it was read, that a session was used, that a stranger asked.
LEFT_BY_READING = {"kernel_read", "organization_session", "django_cache"}
INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


# What strangers sent is shown under policies of its own.
SANDBOXED = {
    "desk.message.html": policy.MAIL,
    "desk.message.text": strict.POLICY,
    "desk.attachment": strict.POLICY,
    "desk.attachment.inline": strict.POLICY,
}
SAID = {
    "Cross-Origin-Opener-Policy": re.compile("same-origin"),
    "Cross-Origin-Resource-Policy": re.compile("same-origin"),
    "Permissions-Policy": re.compile(r"camera=\(\), .*microphone=\(\)"),
    "Referrer-Policy": re.compile("same-origin|no-referrer"),
    "X-Content-Type-Options": re.compile("nosniff"),
    "X-Frame-Options": re.compile("DENY|SAMEORIGIN"),
}
NEVER_KEPT = {"Cache-Control": re.compile("no-store")}


@dataclass(frozen=True, slots=True)
class Answer:
    address: Address
    method: str
    who: str
    status: int
    headers: dict[str, str]
    inline: str
    wrote: frozenset[str]


def asked(address: Address, method: str, who: str, browser: Client, *, fragment: bool = True) -> Answer:
    """The answer; what came of it is undone, in the browser too."""
    kept, wrote = browser.cookies.copy(), set[str]()

    def noted(execute: Any, sql: str, *more: Any) -> Any:
        wrote.update(WRITES.findall(sql))
        return execute(sql, *more)

    with transaction.atomic(), connection.execute_wrapper(noted):
        answer = browser.generic(
            method, path(address, who), headers={"HX-Request": "true"} if fragment else {}
        )
        transaction.set_rollback(True)
    browser.cookies = kept
    status = 303 if "HX-Redirect" in answer.headers else answer.status_code
    return Answer(address, method, who, status, dict(answer.headers), inline(answer), frozenset(wrote))


@cache
def path(address: Address, who: str) -> str:
    return address.path(who)


def inline(answer: HttpResponseBase) -> str:
    """A script or style inside the page itself, which the policy would not run."""
    if answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
        return ""
    found = INLINE.search(answer.content.decode())
    return found[0] if found else ""


@pytest.fixture(scope="module")
def answers(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Answer]]:
    """Every address asked by everybody, once for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        addresses.told()
        counted.clear()
        browsers = addresses.browsers()
        yield [answer for address in addresses.every() for answer in asked_by_all(address, browsers)]
        transaction.set_rollback(True)


def asked_by_all(address: Address, browsers: dict[str, Client]) -> Iterator[Answer]:
    """By each with each method, and as a whole page by the first who may see it.

    A method that is wrong is wrong for everybody, before anybody is looked at: two are asked.
    """
    page = None
    for method in METHODS:
        answers = [asked(address, method, who, browsers[who]) for who in FEW]
        if any(one.status != 405 for one in answers):
            answers += [asked(address, method, who, browsers[who]) for who in WHO if _differs(address, who)]
        page = page or next((one for one in answers if (method, one.status) == ("GET", 200)), None)
        yield from answers
    if page:
        yield asked(address, "GET", page.who, browsers[page.who], fragment=False)


def _differs(address: Address, who: str) -> bool:
    """A customer differs from a stranger only where a link is asked for."""
    return who not in FEW and (who != "customer" or "token" in address.pattern)


def shown(answers: list[Answer]) -> dict[str, dict[str, str]]:
    """Who gets what, by address."""
    found: dict[str, dict[int, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for one in answers:
        found[f"{one.method} {one.address.pattern}"][one.status][one.who] = None
    return {
        address: {str(status): "everybody" if len(by) == 1 else " ".join(who) for status, who in by.items()}
        for address, by in found.items()
    }


def test_everybody_reaches_what_was_committed(answers: list[Answer]) -> None:
    now = shown(answers)
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        SNAPSHOT.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == now, (
        "Who reaches what has changed. If that is meant, write the snapshot anew as this file says, and read it."
    )


def test_every_shipped_role_is_asked_for() -> None:
    assert {role.code for role in roles.shipped()} <= set(WHO)


def test_nothing_breaks_and_nothing_is_deleted_by_address(answers: list[Answer]) -> None:
    assert [one for one in answers if one.status >= 500] == []
    deleted = {one.address.pattern: one.status for one in answers if one.method == "DELETE"}
    assert {status for pattern, status in deleted.items() if not pattern.startswith(API)} == {405}
    assert {status for pattern, status in deleted.items() if pattern.startswith(API)} <= {404, 405}


def test_nobody_but_its_keepers_enters_the_administration(answers: list[Answer]) -> None:
    asked = [one for one in answers if one.address.pattern.startswith("/administration/")]
    others = {"customer", "without_a_post", "agent", "agent_elsewhere", "department_expert", "supervisor"}
    assert {one.status for one in asked if one.who in others} == {403, 405}
    assert {one.status for one in asked if one.who == "anonymous"} == {303, 405}


def test_reading_changes_nothing(answers: list[Answer]) -> None:
    wrote = {one.address.pattern: one.wrote - LEFT_BY_READING for one in answers if one.method == "GET"}
    assert {pattern: tables for pattern, tables in wrote.items() if tables} == {}


def test_no_page_has_anything_inline(answers: list[Answer]) -> None:
    """The HTML of a mail has styles of its own, under a policy of its own."""
    found = {one.address.name: one.inline for one in answers if one.inline}
    assert found.keys() <= {"desk.message.html"}


def unsaid(headers: Mapping[str, str], wanted: dict[str, re.Pattern[str]]) -> set[str]:
    return {name for name, words in wanted.items() if not words.search(headers.get(name, ""))}


def test_every_answer_tells_the_browser_what_it_may_do(answers: list[Answer]) -> None:
    assert [one for one in answers if unsaid(one.headers, SAID | NEVER_KEPT)] == []


def test_every_answer_has_the_strict_policy(answers: list[Answer]) -> None:
    """Refusals and what is not found included; what strangers sent is shown in a sandbox."""
    for one in answers:
        own = SANDBOXED.get(one.address.name) if one.status == 200 else None
        assert one.headers[policy.HEADER] == own or policy.PAGE, one.address.name
    assert "unsafe" not in policy.PAGE
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.PAGE.split("; "))


def test_every_body_says_what_it_is(answers: list[Answer]) -> None:
    """Its type, and for text its encoding."""
    types = {one.headers.get("Content-Type", "") for one in answers if one.status in (200, 403, 404, 422)}
    assert "" not in types
    assert {one for one in types if one.startswith("text/") and "utf-8" not in one} <= {"text/event-stream"}


def test_with_https_browsers_are_held_to_it(settings: Settings) -> None:
    """Whatever the answer; without https the word would lock people out."""
    assert "Strict-Transport-Security" not in Client().get("/healthz").headers
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for path in ("/healthz", "/help/", "/nowhere/", "/ui/theme", assets.url("app.js")):
        said = Client().get(path, secure=True).headers["Strict-Transport-Security"]
        assert said == "max-age=31536000; includeSubDomains"


def test_a_file_of_the_front_end_tells_it_too() -> None:
    answer = Client().get(assets.url("app.js"))
    assert (answer.status_code, answer.headers[policy.HEADER]) == (200, policy.PAGE)
    assert unsaid(answer.headers, SAID) <= {"X-Frame-Options"}
    assert "public" in answer.headers["Cache-Control"]


def test_no_form_is_read_for_another_site(answers: list[Answer]) -> None:
    """Without its token no form is read; behind a customer's link, or for a program, no cookie gives any right."""
    stranger = Client(enforce_csrf_checks=True)
    read = {
        one.pattern for one in addresses.every() if stranger.post(path(one, "anonymous")).status_code != 403
    }
    by_token = {one.pattern for one in addresses.every() if "token" in one.pattern}
    assert read == by_token | {one.pattern for one in addresses.every() if one.pattern.startswith(API)}
