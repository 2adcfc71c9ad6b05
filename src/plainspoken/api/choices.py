"""The codes by which requests name things."""

from django.http import HttpRequest
from ninja import Router, Schema

from plainspoken.api import problems, shapes
from plainspoken.api.shapes import Named
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Dismissal, Line, Type
from plainspoken.organization.models import Unit

router = Router(tags=["choices"])


class Choices(Schema):
    """The names are in the language that was asked for."""

    types: list[Named]
    lines: list[Named]
    units: list[Named]
    states: list[Named]
    reasons: list[Named]


@router.get("/", response={200: Choices, **problems.told()}, summary="List choices", url_name="choices")
def choices(request: HttpRequest) -> Choices:
    """Types, business lines, units, states of a case, and reasons to dismiss one."""
    return Choices(
        types=[shapes.named(one) for one in Type.objects.order_by("code")],
        lines=[shapes.named(one) for one in Line.objects.order_by("code")],
        units=[shapes.named(one) for one in Unit.objects.order_by("code")],
        states=[Named(code=code, name=str(name)) for code, name in INQUIRY.choices],
        reasons=[Named(code=code, name=str(name)) for code, name in Dismissal.Reason.choices],
    )
