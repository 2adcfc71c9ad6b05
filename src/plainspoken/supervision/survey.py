"""Asking customers for a rating after a case is closed (6.1.2)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.content import queries as content
from plainspoken.content.models import Script
from plainspoken.conversations.actions import send
from plainspoken.customers import links
from plainspoken.customers.models import Link
from plainspoken.kernel import clock, measures
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.subscriptions import Event, on
from plainspoken.supervision.models import Survey

RATING_DAYS = 30
COMMENT_CHARACTERS_MAX = 2_000


@action("supervision.survey.ask", _("Ask for a rating"), creates=True, duties=["6.1.2a"])
def ask(case: Case, *, by: Actor) -> Survey | None:
    """Ask the customer of a closed case for a rating, once a case."""
    if Survey.objects.filter(case=case).exists():
        return None
    expires_at = clock.now() + timedelta(days=RATING_DAYS)
    link = links.make(Link.Purpose.RATE, case.customer, case, expires_at=expires_at)
    text = content.filled(Script.Scene.SURVEY, case.conversation.spoken, {"number": case.number})
    message = send.send_automatic(case.conversation, by=by, text=text, link=link)
    measures.touch("supervision.response", clock.now())
    record(message=message)
    return Survey.objects.create(case=case, message=message, asked_at=clock.now())


@action("supervision.survey.rate", _("Record a rating"), unrecorded=["comment"], duties=["6.1.2a"])
def rate(survey: Survey, *, by: Actor, score: int, comment: str) -> Survey:
    """The customer rates our answer, 1 to 5; a later rating replaces the earlier one, both stay in the ledger."""
    if not 1 <= score <= 5:
        raise Refused("score_out_of_range", _("Choose a rating from 1 to 5."))
    before = survey.rated_at
    survey.score, survey.comment, survey.rated_at = (
        score,
        comment.strip()[:COMMENT_CHARACTERS_MAX],
        clock.now(),
    )
    survey.save(update_fields=["score", "comment", "rated_at"])
    record(comment=survey.comment)
    measures.touch("supervision.satisfaction", before, survey.rated_at)
    measures.touch("supervision.response", survey.asked_at)
    return survey


@on("cases.inquiry.close", may=["supervision.survey.ask", "conversations.automatic.send"])
def closed(event: Event, *, by: Actor) -> None:
    """A closed inquiry is rated by its customer, if the customer likes."""
    ask(Case.objects.get(pk=event.subject_id), by=by)
