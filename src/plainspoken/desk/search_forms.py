"""The filters beside the search field, which say the same as its operators; and the operators explained."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Message
from plainspoken.desk import asking, words
from plainspoken.desk.asking import Condition
from plainspoken.kernel.errors import Text
from plainspoken.organization.models import Unit

ANY: tuple[str, Text] = ("", _("Any"))
# `after` and `before` in an address say which page is shown.
SAYS = {"from_day": "after", "until_day": "before"}
EXPLAINED: list[tuple[str, str, Text]] = [
    ("年费 退回", "", _("Both words occur, wherever they stand")),
    ('"年费退回"', "", _("These words stand together")),
    ("年费 OR 利息", "年费 或 利息", _("One of the two occurs")),
    ("-垃圾", "", _("This word does not occur")),
    ("from:张三", "发件人：张三", _("Who wrote it: a name, or a whole address")),
    ("to:张三", "收件人：张三", _("To whom it went")),
    ("subject:年费", "主题：年费", _("The subject has these words")),
    ("number:Q-2026-000123", "编号：Q-2026-000123", _("Of the case with this number")),
    ("state:answered", "状态：已答复", _("The case is in this state")),
    ("kind:note", "类别：内部备注", _("What kind of message it is")),
    ("unit:credit-card", "部门：信用卡中心", _("A unit that works on it")),
    ("owner:me", "主办人：我", _("Whose case it is; me for your own")),
    ("after:2026-03-01", "晚于：2026-03-01", _("On this day or later")),
    ("before:2026-04-01", "早于：2026-04-01", _("Before this day")),
    ("has:file", "有附件", _("It has an attachment")),
]


class Filters(forms.Form):
    """Each field is an operator, of its own name or of the one in `SAYS`."""

    kind = forms.ChoiceField(label=_("Message"), required=False, choices=[ANY, *Message.Kind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *INQUIRY.choices])
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    channel = forms.ChoiceField(label=_("Mailbox"), required=False)
    from_day = forms.CharField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until_day = forms.CharField(
        label=_("Before day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        units = [(one.code, words.name(one)) for one in Unit.objects.order_by("code")]
        mailboxes = Mailbox.objects.order_by("address").values_list("address", flat=True)
        self._offer("unit", units)
        self._offer("channel", [(address, address) for address in mailboxes])

    def conditions(self) -> list[Condition]:
        """What was chosen; a value that no list offers is kept, so that the search can say that it is wrong."""
        chosen = ((name, self.data.get(name, "").strip()) for name in self.fields)
        return [
            Condition(SAYS.get(name, name), value[: asking.CHARACTERS_MAX]) for name, value in chosen if value
        ]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]
