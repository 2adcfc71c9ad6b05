"""Is this solved? The page behind the link in our answers (4.3.1 i)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import story
import world
from plainspoken.cases.models import Case, Closure, Reopening
from plainspoken.conversations.models import Message
from plainspoken.customers import actions as customers
from plainspoken.customers import links
from plainspoken.customers.models import Link
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Kind
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.portal import actions, visitors
from plainspoken.supervision.models import Survey
from plainspoken.work.models import Notice

SOLVED = Link.Purpose.SOLVED
Path = Callable[[Case, Link.Purpose], str]


def the_link() -> Link:
    return Link.objects.select_related("customer").filter(purpose=SOLVED).latest("made_at")


def test_the_page_asks_and_changes_nothing(case: Case, path: Path, visitor: Client) -> None:
    before = Entry.objects.count()
    page = visitor.get(path(case, SOLVED))
    assert page.status_code == 200
    assert case.number in page.content.decode()
    assert "年费问题" in page.content.decode()
    assert visitor.head(path(case, SOLVED)).status_code == 200
    assert (story.fresh(case).state, the_link().used_at, Entry.objects.count()) == ("answered", None, before)


@pytest.mark.duty("4.3.1i")
@pytest.mark.duty("1.2d")
def test_yes_closes_the_case_and_a_rating_is_asked_for(case: Case, path: Path, visitor: Client) -> None:
    answer = visitor.post(path(case, SOLVED), {"yes": "1"})
    assert answer.status_code == 303
    assert story.fresh(case).state == "closed"
    closure = Closure.objects.get(case=case)
    assert (closure.how, closure.by) == (Closure.How.SOLVED, None)
    assert the_link().used_at
    story.let_leave()
    assert Survey.objects.filter(case=case).exists()
    assert "Thank you!" in visitor.get(answer.url, {"language": "en"}).content.decode()


def test_the_ledger_says_that_the_customer_did_it(case: Case, path: Path, visitor: Client) -> None:
    visitor.post(path(case, SOLVED), {"yes": "1"})
    (outer,) = world.entries("portal.solved.confirm")
    assert (outer.actor_kind, outer.actor_id) == (Kind.CUSTOMER, case.customer_id)
    for code in ("customers.link.use", "cases.inquiry.close"):
        (inner,) = world.entries(code)
        assert (inner.cause, inner.actor_id) == (outer.pk, case.customer_id)


@pytest.mark.duty("4.3.1i")
@pytest.mark.duty("1.2d")
def test_no_returns_the_case_to_its_owner_with_what_is_missing(
    case: Case, path: Path, visitor: Client
) -> None:
    answer = visitor.post(path(case, SOLVED), {"no": "1", "comment": " 还是没有退回来。 "})
    assert answer.status_code == 303
    assert story.fresh(case).state == "triaged"
    assert Reopening.objects.get(case=case).how == Reopening.How.NOT_SOLVED
    note = Message.objects.get(conversation=case.conversation_id, kind=Message.Kind.NOTE)
    assert (note.text, note.author, note.contact_point.customer_id) == (
        "还是没有退回来。",
        None,
        case.customer_id,
    )
    assert Deadline.objects.filter(subject_id=case.pk, kind="cases.next_reply", state="running").exists()
    assert Notice.objects.filter(person=case.owner, kind="cases.came_back", subject_id=case.pk).exists()
    page = visitor.get(answer.url, {"language": "en"}).content.decode()
    assert "We are working on it" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


def test_no_without_words_leaves_no_note(case: Case, path: Path, visitor: Client) -> None:
    visitor.post(path(case, SOLVED), {"no": "1", "comment": "  "})
    assert story.fresh(case).state == "triaged"
    assert not Message.objects.filter(kind=Message.Kind.NOTE).exists()


def test_a_closed_case_can_still_be_not_solved(case: Case, path: Path, visitor: Client) -> None:
    from plainspoken.cases.actions import follow_up

    follow_up.close(case, by=world.actor("li"), how=Closure.How.BY_OWNER)
    page = visitor.get(path(case, SOLVED)).content.decode()
    assert 'name="no"' in page
    assert 'name="yes"' not in page
    visitor.post(path(case, SOLVED), {"no": "1"})
    assert story.fresh(case).state == "triaged"


def test_too_long_a_comment_is_said(case: Case, path: Path, visitor: Client) -> None:
    answer = visitor.post(
        path(case, SOLVED), {"no": "1", "comment": "啊" * (actions.COMMENT_CHARACTERS_MAX + 1)}
    )
    assert answer.status_code == 422
    assert story.fresh(case).state == "answered"


def test_a_link_is_used_once(case: Case, path: Path, visitor: Client) -> None:
    visitor.post(path(case, SOLVED), {"yes": "1"})
    again = visitor.post(path(case, SOLVED) + "?language=en", {"no": "1"})
    assert again.status_code == 409
    assert "This link has been used already." in again.content.decode()
    assert story.fresh(case).state == "closed"
    (entry,) = world.entries("customers.link.use", refusal="link_used")
    assert entry.actor_id == case.customer_id


def test_what_is_in_work_again_cannot_be_confirmed(case: Case, path: Path, visitor: Client) -> None:
    from plainspoken.cases.actions import follow_up

    follow_up.reopen(case, by=world.actor("li"), how=Reopening.How.BY_STAFF)
    assert visitor.get(path(case, SOLVED)).status_code == 200
    answer = visitor.post(path(case, SOLVED), {"yes": "1"})
    assert answer.status_code == 409
    assert the_link().used_at is None
    assert world.entries("cases.inquiry.close", refusal="wrong_state")


def test_an_expired_link_says_how_to_reach_us(case: Case, path: Path, visitor: Client) -> None:
    address = path(case, SOLVED)
    with clock.moved(the_link().expires_at + timedelta(seconds=1)):
        for answer in (visitor.get(address), visitor.post(address, {"yes": "1"})):
            assert answer.status_code == 410
            assert "service@haian.example" in answer.content.decode()
    assert story.fresh(case).state == "answered"


@pytest.mark.parametrize("token", ["0" * 32, "abc", "a" * 500])
def test_an_unknown_link_says_how_to_reach_us(token: str, case: Case, visitor: Client) -> None:
    for answer in (visitor.get(f"/solved/{token}/"), visitor.post(f"/solved/{token}/", {"yes": "1"})):
        assert answer.status_code == 404
        assert "service@haian.example" in answer.content.decode()


def test_a_link_of_another_purpose_is_unknown_here(closed: Case, path: Path, visitor: Client) -> None:
    wrong = path(closed, Link.Purpose.RATE).replace("/rate/", "/solved/")
    assert visitor.get(wrong).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method: str, case: Case, path: Path, visitor: Client) -> None:
    assert getattr(visitor, method)(path(case, SOLVED)).status_code == 405


def test_the_address_is_told_to_nobody(case: Case, path: Path, visitor: Client) -> None:
    page = visitor.get(path(case, SOLVED))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.content.decode().count(path(case, SOLVED)) == 0


def test_the_page_speaks_the_customers_language_unless_another_is_asked_for(
    case: Case, path: Path, visitor: Client
) -> None:
    case.conversation.language = "en"
    case.conversation.save(update_fields=["language"])
    page = visitor.get(path(case, SOLVED))
    assert ("Is this solved?" in page.content.decode(), page.headers["Content-Language"]) == (True, "en")
    page = visitor.get(path(case, SOLVED), {"language": "zh-hans"})
    assert ("是否已解决" in page.content.decode(), page.headers["Content-Language"]) == (True, "zh-hans")


def test_too_many_requests_of_one_token_are_turned_away(case: Case, path: Path, visitor: Client) -> None:
    address = path(case, SOLVED)
    assert {visitor.get(address).status_code for _ in range(20)} == {200}
    answer = visitor.post(address, {"yes": "1"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "service@haian.example" in answer.content.decode()
    assert story.fresh(case).state == "answered"
    elsewhere = Client(REMOTE_ADDR="10.0.0.7")
    assert elsewhere.get(address).status_code == 429


def test_too_many_requests_of_one_address_are_turned_away(db: None, visitor: Client) -> None:
    story.set_up()
    codes = [visitor.get(f"/solved/{number:032}/").status_code for number in range(61)]
    assert (codes[59], codes[60]) == (404, 429)


def test_a_link_allows_its_purpose_and_no_more(closed: Case) -> None:
    solved, rate = (
        visitors.actor(Link.objects.filter(purpose=purpose).latest("made_at")).permissions
        for purpose in Link.Purpose
    )
    assert solved & rate == {"customers.link.use"}
    assert solved == {
        "cases.inquiry.close",
        "cases.inquiry.reopen",
        "conversations.note.relay",
        "customers.link.use",
        "portal.solved.confirm",
        "portal.solved.deny",
    }
    assert rate == {"customers.link.use", "portal.rating.give", "supervision.survey.rate"}


def test_somebody_elses_link_is_refused(case: Case) -> None:
    link = the_link()
    with pytest.raises(Refused, match="link_of_another"):
        customers.use(link, by=story.everything())


def test_an_expired_link_is_refused_by_the_action_too(case: Case) -> None:
    link = the_link()
    with clock.moved(link.expires_at), pytest.raises(Refused, match="link_expired"):
        actions.confirm(link, by=visitors.actor(link))
    assert links.expired(link) is False
