"""The firm's own promises, which may be stricter than law and never looser."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import deadlines
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline
from plainspoken.law.packs import Unit
from plainspoken.organization import queries, targets
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Firm, Target

ALL = Code("")
UNITS = {
    Unit.WORKING_MINUTE: _("working minutes"),
    Unit.HOUR: _("hours"),
    Unit.NATURAL_DAY: _("natural days"),
    Unit.WORKING_DAY: _("working days"),
    Unit.WEEK: _("weeks"),
    Unit.MONTH: _("months"),
}


@action("organization.target.set", _("Set a target"), duties=["4.1.2b"], unrecorded=["shown"])
def set_target(
    firm: Firm,
    *,
    by: Actor,
    kind: Code,
    amount: int,
    counted_in: Deadline.CountedIn,
    channel: Code = ALL,
    shown: str | None = None,
) -> Target:
    """Promise `amount` of what `counted_in` names, for a kind of deadline on a channel, or on all."""
    if kind not in deadlines.kinds:
        raise Refused("kind_unknown", _("There is no such kind of deadline."))
    if amount < 1 or counted_in == Deadline.CountedIn.MOMENT:
        raise Refused("target_uncountable", _("A target is a number of working minutes or days, from 1 on."))
    period = targets.looser_than(kind, amount, counted_in, queries.today(queries.root()))
    if period:
        raise Refused(
            "looser_than_law",
            _("The law allows %(value)s %(unit)s at most (%(source)s, article %(article)s).")
            % {
                "value": period.value,
                "unit": UNITS[period.unit],
                "source": period.source.number,
                "article": period.article,
            },
            rule=Code(period.rule),
        )
    values = {"amount": amount, "counted_in": counted_in}
    return rows.put(Target, values, shown=shown, kind=kind, channel=channel)


@action("organization.target.drop", _("Drop a target of one's own"), duties=["4.1.2b"])
def drop_target(firm: Firm, *, by: Actor, kind: Code, channel: Code = ALL) -> None:
    """From now on what holds for all channels is promised, or what the release ships."""
    found, _rows = Target.objects.filter(kind=kind, channel=channel).delete()
    if not found:
        raise Refused("no_own_target", _("The firm has no target of its own here."))
