"""Who sees a case, a raw message and a conversation by way of its cases."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from plainspoken.cases.models import Case
from plainspoken.channels.models import Raw
from plainspoken.conversations.access import worked_on
from plainspoken.conversations.models import Conversation, Exclusion
from plainspoken.customers.models import Customer
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.work.models import Task


def sees_case(by: Actor) -> Q:
    """Members of a unit that works on the conversation, the owner, and those a task on the case names."""
    return Q(owner=by.id) | Q(worked_on("conversation", by)) | Q(Exists(_named("pk", by)))


def excluded_from_case(by: Actor) -> Q:
    return Q(Exists(Exclusion.objects.filter(conversation=OuterRef("conversation"), person=by.person)))


def sees_conversation(by: Actor) -> Q:
    """The owner of one of its cases, and those a task on it or on one of its cases names; as in `worked_on`."""
    cases = Case.objects.filter(conversation=OuterRef("pk"), conversation__gte=OuterRef("pk"))
    return Q(Exists(cases.filter(Q(owner=by.id) | Q(Exists(_named("pk", by)))))) | Q(Exists(_named("pk", by)))


def sees_customer(by: Actor) -> Q:
    """Those who see one of its conversations."""
    conversations = Conversation.objects.filter(customer=OuterRef("pk"))
    return Q(Exists(access.visible(conversations, by)))


def sees_raw(by: Actor) -> Q:
    """What has not become a message is seen by the unit whose mailbox it came to."""
    return Q(mailbox__unit__in=by.units)


def _named(outer: str, by: Actor) -> QuerySet[Task]:
    return Task.objects.filter(subject_id=OuterRef(outer), owner=by.id, state="open")


def excluded_from_task(by: Actor) -> Q:
    """A task on what the reader is kept from may say something of it in its words."""
    kept_from = Exclusion.objects.filter(person=by.id)
    of_case = Case.objects.filter(
        pk=OuterRef("subject_id"), conversation__in=kept_from.values("conversation")
    )
    return Q(Exists(kept_from.filter(conversation=OuterRef("subject_id")))) | Q(Exists(of_case))


access.rows(Case, sees=sees_case, excluded=excluded_from_case)
access.rows(Conversation, sees=sees_conversation)
access.rows(Raw, sees=sees_raw)
access.rows(Customer, sees=sees_customer)
access.kept_from(Task, excluded_from_task)
