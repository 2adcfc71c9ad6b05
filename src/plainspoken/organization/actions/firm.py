"""The firm itself and its units."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import shown as versions
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ledger import Code
from plainspoken.organization import tree
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Calendar, Firm, Unit


@action("organization.firm.found", _("Name the firm"), unrecorded=["shown"])
def found(firm: Firm, *, by: Actor, name_zh: str, name_en: str, demo: bool, shown: str | None = None) -> Firm:
    """Name the firm, or rename it. A firm that serves real customers never becomes a demo, nor back."""
    versions.check(firm, shown)
    if firm.founded and firm.demo != demo:
        raise Refused("demo_is_for_good", _("A demo firm stays one, and a real firm never becomes one."))
    firm.name_zh, firm.name_en, firm.demo = name_zh, name_en, demo
    firm.save(update_fields=["name_zh", "name_en", "demo"])
    return firm


@action("organization.unit.put", _("Set up a unit"), duties=["5.4.3a"], unrecorded=["shown"])
def put_unit(
    firm: Firm,
    *,
    by: Actor,
    code: str,
    kind: Unit.Kind,
    name_zh: str,
    name_en: str,
    function: Unit.Function | None = None,
    parent: Unit | None = None,
    time_zone: str = "",
    calendar: Calendar | None = None,
    shown: str | None = None,
) -> Unit:
    """Make the unit of that code, or change it; everything below a unit that is moved goes along."""
    _check_zone(kind, time_zone)
    _check_place(code, kind, parent)
    values = {
        "kind": kind,
        "function": function or "",
        "name_zh": name_zh,
        "name_en": name_en,
        "parent": parent,
        "time_zone": time_zone,
        "calendar": calendar,
    }
    return rows.put(Unit, values, shown=shown, code=code)


@action("organization.unit.remove", _("Remove a unit"), duties=["5.4.3a"])
def remove_unit(unit: Unit, *, by: Actor) -> None:
    """Take away a unit that was made by mistake: nothing stands in it and nothing ever did."""
    record(code=Code(unit.code))
    rows.remove(unit)


def _check_zone(kind: Unit.Kind, time_zone: str) -> None:
    if (kind == Unit.Kind.LEGAL_ENTITY) != bool(time_zone):
        raise Refused(
            "zone_misplaced", _("A legal entity has a time zone; no other unit has one of its own.")
        )
    if time_zone:
        rows.check_zone(time_zone)


def _check_place(code: str, kind: Unit.Kind, parent: Unit | None) -> None:
    if parent is None:
        if kind != Unit.Kind.LEGAL_ENTITY:
            raise Refused(
                "parent_missing", _("Only a legal entity can stand at the top: name the unit above.")
            )
        return
    above = tree.path(parent.pk)
    if any(unit.code == code for unit in above):
        raise Refused(
            "unit_below_itself", _("A unit cannot stand below itself or below one of its own units.")
        )
    standing = Unit.objects.filter(code=code).first()
    if len(above) + (tree.height(standing.pk) if standing else 0) >= tree.DEPTH_MAX:
        raise Refused("tree_too_deep", _("The tree of units is too deep here."), depth_max=tree.DEPTH_MAX)
