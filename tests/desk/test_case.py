"""One case: what was said and what happened, for those who may see it, at a bounded cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Case
from plainspoken.conversations.actions import send
from plainspoken.desk.queries.thread import MESSAGES_SHOWN
from plainspoken.kernel.models import Read
from plainspoken.work import actions as work

pytestmark = pytest.mark.usefixtures("desk")


def page(username: str, case: Case, **headers: str) -> str:
    answer = world.client(username).get(reverse("desk.case", args=[case.pk]), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def thread(shown: str) -> str:
    return shown.partition('<ol class="thread" id="thread">')[2].partition("</ol>")[0]


def test_who_may_not_see_it_finds_nothing_and_leaves_no_trace_of_reading() -> None:
    case = story.received()
    assert world.client("chen").get(reverse("desk.case", args=[case.pk])).status_code == 404
    assert not Read.objects.filter(subject_id=case.pk, actor_id=world.person("chen").pk).exists()


def test_who_has_not_signed_in_is_asked_to_and_led_back() -> None:
    address = reverse("desk.case", args=[story.received().pk])
    answer = Client().get(address)
    assert answer.status_code == 303
    assert "next=" in answer["Location"]


def test_only_reading_here() -> None:
    assert world.client("li").post(reverse("desk.case", args=[story.received().pk])).status_code == 405


@pytest.mark.duty("4.3.1b")
def test_the_reading_is_noted() -> None:
    case = story.received()
    page("li", case)
    read = Read.objects.get(subject_id=case.pk)
    assert (read.actor_id, read.purpose, read.subject_type) == (world.person("li").pk, "work", "cases.case")


def test_what_was_said_and_what_happened_stand_in_order() -> None:
    shown = thread(page("li", story.asked()))
    told = [
        shown.index(words)
        for words in (story.QUESTION, "#tags", "三天内答复您。", "请核实年费。", "#transfer")
    ]
    assert told == sorted(told)
    assert "信用卡中心" in shown


def test_quoted_text_is_folded() -> None:
    text = "谢谢，请退款。\n\n在2026年11月16日，海岸银行客服写道：\n> 年费已登记减免。\n"
    shown = page("li", story.received(text))
    assert (
        shown.index("谢谢，请退款。")
        < shown.index('<details class="quoted">')
        < shown.index("年费已登记减免")
    )


def test_the_html_is_framed_in_a_sandbox_and_never_part_of_the_page() -> None:
    shown = page("li", story.received(html="<p id='theirs'>您好</p><script>alert(1)</script>"))
    assert 'sandbox="allow-same-origin"' in shown
    assert "theirs" not in shown
    assert "alert(1)" not in shown


def test_words_of_customers_are_never_markup() -> None:
    shown = page("li", story.received("<b>粗</b> {{ 7|add:1 }}", subject="<i>斜</i>", name="<u>线</u>"))
    assert "<b>粗" not in shown
    assert "<i>斜" not in shown
    assert "<u>线" not in shown
    assert "&lt;b&gt;粗" in shown


def test_addresses_are_masked() -> None:
    assert story.CUSTOMER not in page("li", story.received())


def test_a_part_for_htmx_has_the_list_and_the_context_beside_it() -> None:
    shown = page("li", story.received(), **{"HX-Request": "true"})
    assert "<html" not in shown
    assert 'id="pane-context" hx-swap-oob="innerHTML"' in shown
    assert 'id="rows" hx-swap-oob="innerHTML"' in shown


def test_the_supervision_team_reads_and_has_no_buttons() -> None:
    shown = page("sun", story.triaged())
    assert story.QUESTION in shown
    assert "<ps-composer" not in shown
    assert "/hand-over/" not in shown


def test_a_person_named_by_a_task_sees_the_case_its_files_and_its_html() -> None:
    case = story.received(html="<p>您好</p>", files=(("a.txt", "text/plain", b"x"),))
    message = case.conversation.messages.get(kind="in")
    addresses = [
        reverse("desk.case", args=[case.pk]),
        reverse("desk.message.html", args=[message.pk]),
        reverse("desk.attachment", args=[message.attachments.get().pk]),
    ]
    browser = world.client("chen")
    assert [browser.get(address).status_code for address in addresses] == [404, 404, 404]
    work.open_task(
        world.unit("personal-finance"),
        by=story.everything(),
        kind="cases.uncertain",
        about=case,
        owner=world.person("chen"),
    )
    assert [browser.get(address).status_code for address in addresses] == [200, 200, 200]


@pytest.mark.duty("4.3.1g")
def test_a_unit_that_was_asked_goes_on_seeing_it_after_it_was_taken_back() -> None:
    case = story.asked(department="credit-card")
    story.post(world.client("li"), "cases.inquiry.take_back", case.pk)
    assert story.QUESTION in page("zhou", case)


def test_the_derivation_of_a_deadline_is_printed_day_by_day() -> None:
    shown = page("li", story.received())
    assert '<table class="derivation">' in shown


def test_long_threads_show_their_newest_end_first() -> None:
    case, by = story.received(), world.actor("li")
    for number in range(MESSAGES_SHOWN):
        send.add_note(case.conversation, by=by, text=f"note {number:03}")
    shown = page("li", case)
    assert "note 049" in shown
    assert story.QUESTION not in thread(shown)
    whole = world.client("li").get(reverse("desk.case", args=[case.pk]), {"whole": "1"}).content.decode()
    assert story.QUESTION in thread(whole)


def test_earlier_messages_come_a_page_at_a_time_each_once() -> None:
    case, by, browser = story.received(), world.actor("li"), world.client("li")
    for number in range(2 * MESSAGES_SHOWN):
        send.add_note(case.conversation, by=by, text=f"note {number:03}")
    page_of_it, notes = thread(page("li", case)), []
    for _page in range(3):
        notes = [*re.findall(r"note \d{3}", page_of_it), *notes]
        earlier = re.search(r'hx-get="([^"]+/earlier/[^"]+)"', page_of_it)
        if not earlier:
            break
        page_of_it = browser.get(earlier[1], headers={"HX-Request": "true"}).content.decode()
    assert notes == [f"note {number:03}" for number in range(2 * MESSAGES_SHOWN)]
    assert story.QUESTION in page_of_it


def test_earlier_messages_without_script_and_of_others() -> None:
    case, other = story.received(), story.received(sender="other@example.com")
    mine, theirs = (one.conversation.messages.get(kind="in").pk for one in (case, other))
    address = reverse("desk.case.earlier", args=[case.pk, mine])
    assert world.client("li").get(f"{address}?show=mine")["Location"].endswith("?show=mine&whole=1")
    fragment = {"HX-Request": "true"}
    assert world.client("li").get(address, headers=fragment).status_code == 200
    assert world.client("chen").get(address, headers=fragment).status_code == 404
    strange = reverse("desk.case.earlier", args=[case.pk, theirs])
    assert world.client("li").get(strange, headers=fragment).status_code == 404
    assert world.client("li").post(address).status_code == 405


def test_sixty_files_are_folded_behind_the_first() -> None:
    files = tuple((f"contract {number:02}.pdf", "application/pdf", b"%PDF-1.4") for number in range(60))
    first, _fold, more = page("li", story.received(files=files)).partition("files-more")
    assert "另有54个附件" in first
    assert first.count('class="file"') == 6
    assert more.count('class="file"') == 54


def test_a_text_of_megabytes_is_cut_and_has_an_address_of_its_own() -> None:
    case = story.received("年" * 30_000)
    shown = page("li", case)
    message = case.conversation.messages.get(kind="in")
    assert reverse("desk.message.text", args=[message.pk]) in shown
    assert shown.count("年" * 20_001) == 0


def test_a_longer_history_costs_no_more_queries() -> None:
    case, by = story.asked(), world.actor("li")
    browser, address = world.client("li"), reverse("desk.case", args=[case.pk])
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(5):
        send.add_note(case.conversation, by=by, text=f"note {number}")
        story.received(sender=story.CUSTOMER, subject=f"another {number}")
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) <= len(few) <= 34
