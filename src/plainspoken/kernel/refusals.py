"""Refusals are rolled back, then written once, in a transaction of their own, by the outermost action."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from plainspoken.kernel import clock, ledger
from plainspoken.kernel.errors import Refusal
from plainspoken.kernel.models import RefusalTally

REPEAT_SECONDS = 60


def remember(error: BaseException, draft: ledger.Draft) -> None:
    """The innermost action that refused is what the entry tells of."""
    if isinstance(error, Refusal) and error.draft is None:
        error.draft = draft


def write(refusal: Refusal) -> None:
    """Append the refusal, or count it when the same came within the last minute."""
    draft = refusal.draft
    assert isinstance(draft, ledger.Draft), "A refusal is raised inside an action."
    key = _key(refusal, draft)
    now = clock.now()
    with transaction.atomic():
        recent = RefusalTally.objects.filter(key=key, first_at__gt=now - timedelta(seconds=REPEAT_SECONDS))
        if recent.update(count=F("count") + 1, last_at=now):
            return
        entry = ledger.write([_refused(refusal, draft)])[0]
        RefusalTally.objects.create(entry=entry, key=key, first_at=now, last_at=now)


def _key(refusal: Refusal, draft: ledger.Draft) -> bytes:
    parts = (draft.code, str(draft.subject.pk), str(draft.actor.id), refusal.code)
    return hashlib.sha256("\n".join(parts).encode()).digest()


def _refused(refusal: Refusal, draft: ledger.Draft) -> ledger.Draft:
    duties = (refusal.duty,) if refusal.duty else draft.duties
    refused = ledger.Draft(draft.code, draft.subject, draft.actor, duties, draft.cause, refusal.code)
    refused.record(refusal.facts)
    return refused
