"""Tags: the firm's own words that cases are marked with."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case, Tag, Tagging
from plainspoken.kernel import clock
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Firm

TAGS_OF_A_CASE_MAX = 10


@action("cases.tag.put", _("Set up a tag"), creates=True)
def put(firm: Firm, *, by: Actor, code: str, name_zh: str, name_en: str, colour: Tag.Colour) -> Tag:
    """A tag of the firm; put again, it is changed, and in use again if it was retired."""
    values = {"name_zh": name_zh, "name_en": name_en, "colour": colour, "retired_at": None}
    return rows.put(Tag, values, code=code)


@action("cases.tag.retire", _("Retire a tag"))
def retire(tag: Tag, *, by: Actor) -> None:
    """No case gets the tag any more; those that have it keep it."""
    tag.retired_at = clock.now()
    tag.save(update_fields=["retired_at"])


@action("cases.tagging.put", _("Tag a case"), duties=["4.3.1b"])
def tag(case: Case, *, by: Actor, tag: Tag) -> Tagging:
    """Mark the case with a tag that is in use."""
    standing = Tagging.objects.filter(case=case).values_list("tag", flat=True)
    if Tag.objects.filter(pk=tag.pk, retired_at__isnull=False).exists():
        raise Refused("tag_retired", _("This tag has been retired. Choose another."))
    if tag.pk in standing:
        raise Refused("tagged_already", _("It has this tag already."))
    if len(standing) >= TAGS_OF_A_CASE_MAX:
        raise Refused("tags_too_many", _("It has as many tags as a case may have. Take one off first."))
    return Tagging.objects.create(id=uuid7(), case=case, tag=tag, at=clock.now(), by_id=by.person)


@action("cases.tagging.remove", _("Take a tag off a case"), duties=["4.3.1b"])
def untag(case: Case, *, by: Actor, tag: Tag) -> None:
    """The mark was wrong, or is no longer right."""
    gone, _of_each = Tagging.objects.filter(case=case, tag=tag).delete()
    if not gone:
        raise Refused("not_tagged", _("It does not have this tag."))
