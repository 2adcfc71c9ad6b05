"""Whom a conversation concerns by way of its cases: their owners, and those a task on one of them names."""

from collections import defaultdict
from uuid import UUID

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation, Exclusion
from plainspoken.kernel import live
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.live import Audience, Key
from plainspoken.work.models import Task


def concerned(ids: set[UUID]) -> dict[UUID, Audience]:
    people: dict[UUID, set[UUID]] = defaultdict(set)
    within = {key: key for key in ids}
    for case, conversation, owner in Case.objects.filter(conversation__in=ids).values_list(
        "pk", "conversation", "owner"
    ):
        within[case] = conversation
        people[conversation] |= {owner} if owner else set()
    named = Task.objects.filter(subject_id__in=within, state="open", owner__isnull=False)
    for subject, owner in named.values_list("subject_id", "owner"):
        people[within[subject]].add(owner)
    return {key: Audience(people=frozenset(found)) for key, found in people.items()}


def conversation_of(draft: Draft) -> Key:
    assert isinstance(draft.subject, Case)
    return Conversation, draft.subject.conversation_id


def kept_from(ids: set[UUID]) -> dict[UUID, Audience]:
    """Of a task on a conversation or a case nobody is told whom that excludes."""
    about = dict(Task.objects.filter(pk__in=ids).values_list("pk", "subject_id"))
    cases = dict(Case.objects.filter(pk__in=about.values()).values_list("pk", "conversation"))
    within = {key: cases.get(subject, subject) for key, subject in about.items()}
    never: dict[UUID, set[UUID]] = defaultdict(set)
    for conversation, person in Exclusion.objects.filter(conversation__in=within.values()).values_list(
        "conversation", "person"
    ):
        never[conversation].add(person)
    return {key: Audience(never=frozenset(never[at])) for key, at in within.items()}


live.place(Case, conversation_of)
live.audience(Conversation, concerned)
live.audience(Task, kept_from)
