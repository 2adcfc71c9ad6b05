"""What was merged into what: one hop, because a case that others were merged into is not merged itself."""

from django.db.models import QuerySet

from plainspoken.cases.models import Case, Joining
from plainspoken.conversations.models import Conversation


def absorbed(case: Case) -> QuerySet[Case]:
    """The cases that are merged into this one."""
    return Case.objects.filter(mergers__into=case.pk, mergers__undone_at__isnull=True)


def whole(case: Case) -> list[Case]:
    """The case and those merged into it: what holds for the matter holds for each."""
    return [case, *absorbed(case)]


def joining(conversation: Conversation) -> Joining | None:
    """To which case the conversation belongs that has none of its own."""
    return Joining.objects.select_related("into").filter(conversation=conversation, undone_at=None).first()


def survivor(case: Case) -> Case:
    """The case in which the matter goes on: itself, unless it is merged into another."""
    into = Case.objects.filter(merged__case=case.pk, merged__undone_at__isnull=True)
    return into.get() if case.state == "merged" else case
