"""Where something is written: to the customer, among us, to another unit, from a department to the owner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.actions import answering, hand_over
from plainspoken.cases.models import Case
from plainspoken.conversations import said
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Conversation, Draft
from plainspoken.desk import forms
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Mode:
    """`code` names the action and its address; `about` is what the action acts on; `tone` colours the composer."""

    code: str
    about: Literal["case", "conversation"]
    label: Text
    button: Text
    icon: str
    form: type[forms.Said]
    act: Callable[..., Any]
    key: str
    tone: str = ""


MODES = {
    mode.code: mode
    for mode in (
        Mode(
            "cases.inquiry.answer_inside",
            "case",
            _("Answer the owner"),
            _("Send inside"),
            "message-reply",
            forms.Said,
            hand_over.answer_inside,
            "r",
            "inside",
        ),
        Mode(
            "cases.inquiry.answer",
            "case",
            _("Answer"),
            _("Send"),
            "send",
            forms.Replied,
            answering.answer,
            "r",
        ),
        Mode(
            "cases.inquiry.answer_at_once",
            "case",
            _("Answer"),
            _("Send"),
            "send",
            forms.AnsweredAtOnce,
            answering.answer_at_once,
            "r",
        ),
        Mode(
            "conversations.reply.send",
            "conversation",
            _("Write"),
            _("Send"),
            "send",
            forms.Replied,
            send.reply,
            "r",
        ),
        Mode(
            "conversations.note.add",
            "conversation",
            _("Internal note"),
            _("Add note"),
            "note",
            forms.Said,
            send.add_note,
            "x",
            "note",
        ),
        Mode(
            "conversations.inside.forward",
            "conversation",
            _("Forward inside"),
            _("Forward"),
            "share",
            forms.Forwarded,
            send.forward_inside,
            "f",
            "inside",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Composer:
    """`form` is None where the person may write nothing here. `seen` is the last message on the screen."""

    modes: list[Mode]
    mode: Mode | None
    form: forms.Said | None
    draft: Draft | None
    seen: UUID

    @property
    def version(self) -> str:
        return drafts.version(self.draft)

    @property
    def other(self) -> Mode | None:
        """Between what the customer reads and what only colleagues do: where the switch leads."""
        if self.mode and self.mode.tone:
            return next((one for one in self.modes if not one.tone), None)
        note = MODES["conversations.note.add"]
        return note if note in self.modes else None


def modes(case: Case | None, codes: frozenset[str], by: Actor) -> list[Mode]:
    """The modes open to the person: those of the case by `codes`, those of the conversation by permission."""
    return list(_open(case, codes, by))


def _open(case: Case | None, codes: frozenset[str], by: Actor) -> Iterator[Mode]:
    for mode in MODES.values():
        to_customer = mode.code == "conversations.reply.send"
        if mode.about == "case":
            if mode.code in codes:
                yield mode
        elif by.may(mode.code) and not (to_customer and case):
            yield mode


def compose(
    conversation: Conversation, case: Case | None, open_modes: list[Mode], wanted: str, by: Actor, more: str
) -> Composer:
    """The wanted mode, else the first that is open, with the words kept as a draft and `more` after them."""
    mode = next((one for one in open_modes if one.code == wanted), open_modes[0] if open_modes else None)
    draft = kept(conversation, by)
    words = "\n\n".join(part for part in (draft.text if draft else "", more) if part)
    form = mode.form(initial={"text": words, **_judged(case)}) if mode else None
    return Composer(open_modes, mode, form, draft, said.newest(conversation))


def again(
    conversation: Conversation,
    case: Case | None,
    open_modes: list[Mode],
    mode: Mode,
    form: forms.Said,
    by: Actor,
) -> Composer:
    """With what was sent and came back; in the first mode that is open where its own no longer is."""
    if mode not in open_modes:
        words = {"text": form.data.get("text", ""), **_judged(case)}
        mode = open_modes[0] if open_modes else mode
        form = mode.form(initial=words)
    return Composer(open_modes, mode, form, kept(conversation, by), said.newest(conversation))


def kept(conversation: Conversation, by: Actor) -> Draft | None:
    return Draft.objects.filter(conversation=conversation, person=by.id).first()


def _judged(case: Case | None) -> dict[str, object]:
    return {"type": case.suggested_type_id, "line": case.suggested_line_id} if case else {}
