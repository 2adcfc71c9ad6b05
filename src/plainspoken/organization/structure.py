"""What the screens of units, posts and roles list."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from plainspoken.kernel import clock
from plainspoken.organization import queries, roles, tree
from plainspoken.organization.models import Appointment, Calendar, Post, Role, Unit

POST_KEYS = ("unit__code", "code", "id")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`calendar` is its own, empty where that of the unit above holds."""

    unit: Unit
    depth: int
    posts: int
    people: int
    calendar: str


def units() -> list[UnitRow]:
    """Every unit below the one above it, with its posts and who holds them today."""
    today = clock.now().date()
    posts = Counter(Post.objects.values_list("unit", flat=True))
    held = queries.held(today).values_list("post__unit", "person").distinct()
    people = Counter(unit for unit, _person in held)
    named: dict[UUID | None, str] = {row.pk: row.name for row in Calendar.objects.all()}
    return [
        UnitRow(unit, depth, posts[unit.pk], people[unit.pk], named.get(unit.calendar_id, ""))
        for depth, unit in tree.depth_first()
    ]


@dataclass(frozen=True, slots=True)
class PostRow:
    """`now` hold it today; `next` take it up later, or hold it with a last day."""

    post: Post
    now: list[Appointment]
    next: list[Appointment]


def find_posts(words: str) -> QuerySet[Post]:
    rows = Post.objects.select_related("unit").prefetch_related("roles")
    for word in words.split():
        rows = rows.filter(
            Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(code__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
        )
    return rows


def posts(rows: Sequence[Post]) -> list[PostRow]:
    """With who holds each now and next, in one query."""
    today = clock.now().date()
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    standing = Appointment.objects.filter(Q(to_day__isnull=True) | Q(to_day__gte=today), post__in=rows)
    for one in standing.select_related("person").order_by("from_day", "person__username", "pk"):
        held[one.post_id].append(one)
    return [PostRow(row, *_now_and_next(held[row.pk], today)) for row in rows]


def _now_and_next(rows: list[Appointment], today: date) -> tuple[list[Appointment], list[Appointment]]:
    return [one for one in rows if one.from_day <= today], [one for one in rows if one.from_day > today]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """`origin`: shipped as this release has it, changed by the firm, or the firm's own."""

    role: Role
    origin: str
    posts: int
    holders: int


def role_rows() -> list[RoleRow]:
    today = clock.now().date()
    known = {one.code for one in roles.shipped()}
    posts = dict(Role.objects.values_list("pk").annotate(Count("post")))
    held = queries.held(today).values_list("post__roles", "person").distinct()
    holders = Counter(role for role, _person in held)
    return [
        RoleRow(role, origin(role, known), posts[role.pk], holders[role.pk])
        for role in Role.objects.order_by("code")
    ]


def origin(role: Role, known: set[str] | None = None) -> str:
    if role.shipped:
        return "shipped"
    known = known if known is not None else {one.code for one in roles.shipped()}
    return "changed" if role.code in known else "own"


def holders(role: Role) -> list[Appointment]:
    """Who has the role today, with post and unit."""
    held = queries.held(clock.now().date()).filter(post__roles=role).select_related("person", "post__unit")
    return list(held.order_by("post__unit__code", "person__username", "pk")[:200])
