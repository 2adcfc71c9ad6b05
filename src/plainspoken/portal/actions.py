"""What a customer does by a secret link."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import mergers
from plainspoken.cases.actions import follow_up
from plainspoken.cases.models import Case, Closure, Reopening
from plainspoken.conversations.actions import notes
from plainspoken.conversations.models import Outgoing
from plainspoken.customers import actions as customers
from plainspoken.customers import links
from plainspoken.customers.models import Link
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.supervision import survey
from plainspoken.supervision.models import Survey

COMMENT_CHARACTERS_MAX = 2_000


@action("portal.solved.confirm", _("Confirm that it is solved"), duties=["1.2d", "4.3.1i"])
def confirm(link: Link, *, by: Actor) -> None:
    """The customer says that it is solved: the case is closed."""
    customers.use(link, by=by)
    case = mergers.survivor(Case.objects.get(pk=link.subject_id))
    follow_up.close(case, by=by, how=Closure.How.SOLVED)
    record(case=case)


@action(
    "portal.solved.deny", _("Say that it is not solved"), unrecorded=["comment"], duties=["1.2d", "4.3.1i"]
)
def deny(link: Link, *, by: Actor, comment: str) -> None:
    """The customer says that it is not solved: the case goes back to its owner, with what is missing as a note."""
    customers.use(link, by=by)
    case = mergers.survivor(Case.objects.select_related("conversation").get(pk=link.subject_id))
    if comment.strip():
        point = Outgoing.objects.get(link=link).to
        words = comment.strip()[:COMMENT_CHARACTERS_MAX]
        notes.relay(case.conversation, by=by, point=point, text=words)
    follow_up.reopen(case, by=by, how=Reopening.How.NOT_SOLVED)
    record(case=case)


@action("portal.rating.give", _("Give a rating"), unrecorded=["comment"], duties=["6.1.2a"])
def give_rating(link: Link, *, by: Actor, score: int, comment: str) -> Survey:
    """The customer rates our answer. Until the link expires the customer may think again."""
    if links.expired(link):
        raise Refused("link_expired", _("This link has expired."))
    if link.used_at is None:
        customers.use(link, by=by)
    return survey.rate(Survey.objects.get(case=link.subject_id), by=by, score=score, comment=comment)
