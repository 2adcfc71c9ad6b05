"""Asking a department: the customer is told a time, the expert answers inside, the agent answers from it."""

import pytest
from playwright.sync_api import expect

import story
import world
from e2e.house import Opens, Sent, words

pytestmark = pytest.mark.browser
QUESTION, EXPERT, ANSWER = (
    "请核实这笔年费。",
    "已核实，重复扣收，今日退回。",
    "您好，年费重复扣收，今日退回。",
)


@pytest.mark.duty("4.3.1f")
@pytest.mark.duty("4.3.1g")
def test_the_customer_is_told_a_time_and_answered_from_what_the_department_said(
    opens: Opens, sent: Sent
) -> None:
    case = story.triaged()
    agent = opens("li")
    agent.goto(f"/cases/{case.pk}/")
    agent.get_by_role("link", name="Hand over").click()
    dialog = agent.get_by_role("dialog")
    department = dialog.get_by_role("combobox", name="Department")
    expect(department).to_have_value(str(world.unit("credit-card").pk))
    dialog.get_by_label("Question to the department").fill(QUESTION)
    dialog.get_by_role("button", name="Hand over").click()
    expect(agent.locator("#case-head")).to_contain_text("With a department")
    told = words(sent()[-1])
    assert "{{" not in told
    assert "我们将在" in told

    expert = opens("zhou")
    expert.goto("/cases/?show=asked")
    expert.get_by_role("link", name=case.number).click()
    expect(expert.locator(".thread")).to_contain_text(QUESTION)
    expert.get_by_role("textbox", name="Answer the owner").fill(EXPERT)
    expert.get_by_role("button", name="Send inside").click()
    expect(expert.locator("#case-head")).to_contain_text("Department has answered")

    agent.goto(f"/cases/{case.pk}/")
    expect(agent.locator(".thread")).to_contain_text(EXPERT)
    agent.get_by_role("textbox", name="Answer").fill(ANSWER)
    agent.get_by_role("button", name="Send", exact=True).click()
    expect(agent.locator(".thread")).to_contain_text(ANSWER)
    letter = words(sent()[-1])
    assert ANSWER in letter
    assert EXPERT not in letter
    assert story.fresh(case).owner == world.person("li")
    assert story.fresh(case).state == "answered"
