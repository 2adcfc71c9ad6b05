"""What a person has typed and not sent: theirs alone, so keeping it leaves no entry (docs/decisions/0006-live.md)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plainspoken.conversations.models import Conversation, Draft
from plainspoken.kernel import clock
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7

TEXT_CHARACTERS_MAX = 100_000


@action("conversations.draft.save", _("Keep a draft"), creates=True, passing=True, unrecorded=["text"])
def save_draft(conversation: Conversation, *, by: Actor, text: str, over: str | None = None) -> Draft | None:
    """Keep what a person has typed and not sent; nothing typed, nothing kept.

    `over` is the version it was typed over, "" for none: what another device has kept since is not overwritten.
    Without it there is no other device to think of.
    """
    kept = Draft.objects.select_for_update().filter(conversation=conversation, person=by.id).first()
    text = text[:TEXT_CHARACTERS_MAX]
    if over not in (None, version(kept)) and text != (kept.text if kept else ""):
        raise _changed_elsewhere()
    if text.strip():
        return _put(conversation, by, text, kept)
    drop(conversation, by)
    return None


def version(kept: Draft | None) -> str:
    """As a form carries it; "" for no draft."""
    return str(kept.version) if kept and kept.version else ""


def drop(conversation: Conversation, by: Actor) -> None:
    """What was typed has been said, or thrown away."""
    Draft.objects.filter(conversation=conversation, person=by.id).delete()


def bring_back(conversation: Conversation, by: Actor, text: str) -> Draft:
    """A message taken back is a draft again, before what was begun meanwhile."""
    kept = Draft.objects.select_for_update().filter(conversation=conversation, person=by.id).first()
    return _put(conversation, by, f"{text}\n\n{kept.text}" if kept else text, kept)


def _put(conversation: Conversation, by: Actor, text: str, kept: Draft | None) -> Draft:
    if kept is None:
        return _begin(conversation, by, text)
    kept.text, kept.at, kept.version = text, clock.now(), uuid7()
    kept.save(update_fields=["text", "at", "version"])
    return kept


def _begin(conversation: Conversation, by: Actor, text: str) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(
                conversation=conversation, person_id=by.id, text=text, at=clock.now(), version=uuid7()
            )
    except IntegrityError:
        raise _changed_elsewhere() from None


def _changed_elsewhere() -> Refused:
    return Refused(
        "draft_changed_elsewhere",
        _("You have written here on another device since. Nothing was overwritten: choose which text stays."),
    )
