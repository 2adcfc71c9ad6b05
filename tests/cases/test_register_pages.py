"""Business lines and types on screen, and what a text would be suggested as."""

from typing import Any

import pytest
from django.urls import reverse

import filling
import mailroom
import world
from plainspoken.cases.models import Case, Line, Type

pytestmark = pytest.mark.usefixtures("mailbox")
REGISTER = reverse("cases.register")
LOAN = {
    "name_zh": "个人贷款",
    "name_en": "Personal loans",
    "code": "loan",
    "words": "房贷，提前还\n mortgage, ",
}


def of(model: type[Line] | type[Type], code: str, verb: str) -> str:
    return reverse(f"cases.{model._meta.model_name}.{verb}", args=[model.objects.get(code=code).pk])


@pytest.mark.duty("4.3.1d")
def test_a_business_line_with_its_department_and_words() -> None:
    unit = world.unit("personal-finance")
    answer = filling.send(world.client("admin"), reverse("cases.line.add"), **LOAN, department=unit.pk)
    assert (answer.status_code, answer["Location"]) == (303, REGISTER)
    line = Line.objects.get(code="loan")
    assert (line.department, line.words) == (unit, ["房贷", "提前还", "mortgage"])


@pytest.mark.duty("4.3.1c")
def test_a_type_is_changed_and_what_is_shown_can_be_sent_back() -> None:
    before = Type.objects.get(code="fee").words
    assert filling.send(world.client("admin"), of(Type, "fee", "put"), name_en="Charges").status_code == 303
    assert (Type.objects.get(code="fee").name_en, Type.objects.get(code="fee").words) == ("Charges", before)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"words": "长" * 41}, "words"),
        ({"code": "card"}, "code"),
        ({"code": "Not A Code"}, "code"),
        ({"department": ""}, "department"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    given = {**LOAN, "department": world.unit("personal-finance").pk, **changed}
    answer = filling.send(world.client("admin"), reverse("cases.line.add"), **given)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert not Line.objects.filter(code="loan").exists()


@pytest.mark.parametrize(("model", "code"), [(Line, "card"), (Type, "fee")])
def test_two_at_once_the_second_is_told(model: type[Line] | type[Type], code: str) -> None:
    browser, address = world.client("admin"), of(model, code, "put")
    seen = filling.shown(browser.get(address).context["form"])
    filling.send(browser, address, words="首个")
    answer = browser.post(address, {**seen, "words": "次个"})
    assert "首个" in filling.errors(answer)["words"][0]
    assert model.objects.get(code=code).words == ["首个"]


def test_a_text_is_tried() -> None:
    answer = world.client("admin").get(REGISTER, {"text": "信用卡年费怎么收？"})
    assert answer.context["line"].choice == Line.objects.get(code="card")
    assert answer.context["type"].choice == Type.objects.get(code="fee")
    assert set(answer.context["type"].words) <= set(Type.objects.get(code="fee").words)
    assert world.client("admin").get(REGISTER, {"text": "zzz"}).context["line"] is None


@pytest.mark.parametrize(("model", "code"), [(Line, "card"), (Type, "fee")])
def test_what_a_case_was_judged_by_stays(model: type[Line] | type[Type], code: str) -> None:
    mailroom.received()
    field = "line" if model is Line else "type"
    Case.objects.update(**{field: model.objects.get(code=code)})
    assert world.client("admin").post(of(model, code, "remove")).status_code == 422
    assert world.entries(f"cases.{field}.remove", "still_in_use")
    assert model.objects.filter(code=code).exists()


@pytest.mark.parametrize("model", [Line, Type])
def test_what_was_never_used_is_removed(model: type[Line] | type[Type]) -> None:
    kind, browser = str(model._meta.model_name), world.client("admin")
    department = {"department": world.unit("personal-finance").pk} if model is Line else {}
    filling.send(browser, reverse(f"cases.{kind}.add"), **LOAN, **department)
    assert browser.post(of(model, "loan", "remove")).status_code == 303
    assert not model.objects.filter(code="loan").exists()
