"""Forms for the shape of the firm: its names, units, posts and roles."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import Text
from plainspoken.organization import fields, permissions
from plainspoken.organization.models import Calendar, Firm, Post, Role, Unit
from plainspoken.ui.sheets import RowSheet


class FirmForm(RowSheet):
    name_zh = fields.name_zh(max_length=120)
    name_en = fields.name_en(max_length=120)

    def __init__(self, data: Any, *, firm: Firm) -> None:
        super().__init__(data, row=firm, initial={"name_zh": firm.name_zh, "name_en": firm.name_en})


class UnitForm(RowSheet):
    name_zh = fields.name_zh(max_length=120)
    name_en = fields.name_en(max_length=120)
    code = fields.code()
    kind = forms.TypedChoiceField(label=_("Kind"), choices=Unit.Kind.choices, coerce=Unit.Kind)
    function = forms.TypedChoiceField(
        label=_("Function"),
        coerce=Unit.Function,
        empty_value=None,
        choices=[("", _("Nothing that the regulation names")), *Unit.Function.choices],
        required=False,
        help_text=_("What chapter 3 of the regulation calls the unit."),
    )
    parent = fields.InTree(
        Unit.objects.all(),
        label=_("Unit above"),
        required=False,
        empty_label=_("Nothing: a legal entity at the top"),
        help_text=_("To move the unit, choose another: all below it goes along."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("Of a legal entity only, as in <code>Asia/Shanghai</code>: it holds for all below."),
    )
    calendar = fields.Named(
        Calendar.objects.order_by("code"),
        label=_("Working calendar"),
        required=False,
        empty_label=_("That of the unit above"),
    )
    refused_at: ClassVar = {
        "zone_misplaced": "time_zone",
        "zone_unknown": "time_zone",
        "parent_missing": "parent",
        "unit_below_itself": "parent",
        "tree_too_deep": "parent",
        "code_taken": "code",
    }

    def __init__(self, data: Any, *, unit: Unit | None, parent: Unit | None = None) -> None:
        super().__init__(data, row=unit, initial=_of_unit(unit) if unit else {"parent": parent and parent.pk})
        if unit:
            fields.fixed(self, "code")
        elif parent:
            self.initial["kind"] = Unit.Kind.DEPARTMENT


def _of_unit(unit: Unit) -> dict[str, Any]:
    names = ("name_zh", "name_en", "code", "kind", "function", "time_zone")
    values = {name: getattr(unit, name) for name in names}
    return {**values, "parent": unit.parent_id, "calendar": unit.calendar_id}


class PostForm(RowSheet):
    name_zh = fields.name_zh()
    name_en = fields.name_en()
    code = fields.code(max_length=80)
    unit = fields.InTree(Unit.objects.all(), label=_("Unit"), empty_label=None)
    roles = fields.SeveralNamed(
        Role.objects.order_by("code"),
        label=_("Roles"),
        help_text=_("Whoever holds the post may do what its roles allow."),
    )
    head = forms.BooleanField(
        label=_("Heads the unit"), required=False, help_text=_("And all below it. A unit has one head.")
    )
    refused_at: ClassVar = {
        "head_exists": "head",
        "code_taken": "code",
        "nobody_left_to_administer": "roles",
    }

    def __init__(self, data: Any, *, post: Post | None, unit: Unit | None = None) -> None:
        super().__init__(data, row=post, initial=_of_post(post) if post else {"unit": unit and unit.pk})
        if post:
            fields.fixed(self, "code")

    def clean_roles(self) -> list[Role]:
        return list(self.cleaned_data["roles"])


def _of_post(post: Post) -> dict[str, Any]:
    values = {name: getattr(post, name) for name in ("name_zh", "name_en", "code", "head")}
    roles = [str(key) for key in post.roles.order_by("code").values_list("pk", flat=True)]
    return {**values, "unit": post.unit_id, "roles": roles}


class RoleForm(RowSheet):
    name_zh = fields.name_zh()
    name_en = fields.name_en()
    code = fields.code()
    sees_all = forms.BooleanField(
        label=_("Sees everything"),
        required=False,
        help_text=_(
            "All customers, conversations and cases of the firm, as supervision needs. Give it to few."
        ),
    )
    permissions = forms.MultipleChoiceField(
        label=_("Permissions"), widget=forms.CheckboxSelectMultiple, required=False
    )
    refused_at: ClassVar = {
        "code_taken": "code",
        "permission_unknown": "permissions",
        "nobody_left_to_administer": "permissions",
    }

    def __init__(self, data: Any, *, role: Role | None) -> None:
        names = ("name_zh", "name_en", "code", "sees_all", "permissions")
        super().__init__(
            data, row=role, initial={name: getattr(role, name) for name in names} if role else {}
        )
        offered = permissions.offered(role.permissions if role else ())
        choice = self.fields["permissions"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(code, permissions.label(code)) for code in offered]
        if role:
            fields.fixed(self, "code")

    def groups(self) -> Iterator[tuple[Text, list[BoundWidget]]]:
        """The boxes of the permissions, by slice."""
        self.fields["permissions"].widget.attrs["class"] = "form-check-input"
        boxes = {str(box.data["value"]): box for box in self["permissions"].subwidgets}
        for slice_, codes in permissions.by_slice(boxes):
            yield slice_, [boxes[code] for code in codes]
