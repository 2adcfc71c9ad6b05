"""The command bar: all that the reader may do on the page they are at, and everywhere, under names to look for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.customers.models import Customer
from plainspoken.desk import composer, places
from plainspoken.desk.composer import Mode
from plainspoken.desk.queries import possible, views
from plainspoken.desk.queries.possible import Verb, Verbs
from plainspoken.kernel import access, action
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.ui import menu, theme
from plainspoken.ui.menu import Place
from plainspoken.ui.request import Request

How = Literal["go", "ask", "do", "set"]


@dataclass(frozen=True, slots=True)
class Command:
    """`how`: a page to go to, a dialog that asks, something done at once, or a switch set to `value`.

    `press` is the key of what stands on the page already and does the same without leaving it.
    """

    code: str
    label: Text
    href: str
    icon: str
    how: How = "go"
    press: str = ""
    key: str = ""
    name: str = ""
    value: str = ""

    @property
    def words(self) -> str:
        """The label in both languages and the code: any of them may be typed."""
        spoken = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                spoken.append(str(self.label))
        return "\n".join([*dict.fromkeys(spoken), self.code])


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    label: Text
    commands: list[Command]


@dataclass(frozen=True, slots=True)
class Everywhere:
    """An action that needs nothing open; its address bears its name."""

    code: str
    icon: str
    how: How = "go"


EVERYWHERE = (
    Everywhere("cases.queue.take_next", "player-play", "do"),
    Everywhere("conversations.start", "pencil"),
    Everywhere("organization.absence.report", "calendar-event"),
    Everywhere("organization.person.change_password", "lock"),
    Everywhere("work.notice.see", "checks", "do"),
    Everywhere("ledger.verify", "shield-check", "do"),
    Everywhere("organization.session.sign_out", "logout", "set"),
)
ADDRESSES = {"conversations.start": "desk.start"}
THEMES: dict[str, tuple[Text, str]] = {
    theme.Theme.LIGHT: (_("Light appearance"), "sun"),
    theme.Theme.DARK: (_("Dark appearance"), "moon"),
    theme.Theme.AUTO: (_("Appearance as the system says"), "device-desktop"),
}


def groups(request: Request, by: Actor) -> list[Group]:
    """Only what is possible now, the nearest first; empty parts are left out."""
    found = [
        Group("here", _("What is open"), list(_here(request, by))),
        Group("everywhere", _("Everywhere"), list(_everywhere(by))),
        Group("go", _("Go to"), list(_destinations(request))),
        Group("views", _("Saved views"), list(_views(by))),
        Group("screen", _("Screen"), list(_screen())),
    ]
    return [group for group in found if group.commands]


def found(words: str, by: Actor) -> list[Command]:
    """Cases of that number, whole or its last digits, and customers of that name."""
    from plainspoken.desk.queries import hits

    cases = [
        Command(
            f"case:{case.pk}", f"{case.number} {case.subject}", reverse("desk.case", args=[case.pk]), "mail"
        )
        for case in hits.numbered(words, by)
    ]
    return [*cases, *(_customer(row) for row in hits.named(words, by))]


def _customer(row: Customer) -> Command:
    label = f"{row.name} {row.number}".strip()
    return Command(f"customer:{row.pk}", label, reverse("desk.customer", args=[row.pk]), "user")


def _here(request: Request, by: Actor) -> Iterator[Command]:
    """The verbs of the case that is open and the ways to write, as its own page offers them. No reading is noted."""
    at = _resolved(request.GET.get("at", ""))
    if at is None:
        return
    if at.url_name == "desk.case":
        case = access.visible(Case.objects.all(), by).filter(pk=at.kwargs["pk"]).first()
        if case:
            yield from _of_case(request, case, by)
    elif at.url_name == "desk.conversation":
        rows = access.visible(Conversation.objects.all(), by)
        for conversation in rows.filter(pk=at.kwargs["pk"]):
            address = places.to(request, "desk.conversation", conversation.pk)
            yield from (_mode(mode, address) for mode in composer.modes(None, frozenset(), by))


def _of_case(request: Request, case: Case, by: Actor) -> Iterator[Command]:
    verbs: Verbs = possible.possible(case, by)
    address = places.to(request, "desk.case", case.pk)
    yield from (_mode(mode, address) for mode in composer.modes(case, verbs.codes, by))
    for verb in (*verbs.front, *verbs.menu):
        yield _verb(verb, places.to(request, verb.code, case.pk))


def _mode(mode: Mode, address: str) -> Command:
    there = f"{address}{'&' if '?' in address else '?'}mode={mode.code}"
    return Command(mode.code, mode.label, there, mode.icon, press=mode.key, key=mode.key)


def _verb(verb: Verb, address: str) -> Command:
    return Command(
        verb.code + verb.then,
        verb.label,
        address,
        verb.icon,
        "ask" if verb.asks else "do",
        key=verb.key,
        name="then" if verb.then else "",
        value=verb.then,
    )


def _everywhere(by: Actor) -> Iterator[Command]:
    for one in EVERYWHERE:
        if by.may(one.code):
            address = reverse(ADDRESSES.get(one.code, one.code))
            yield Command(one.code, action.specs[one.code].label, address, one.icon, one.how)


def _destinations(request: Request) -> Iterator[Command]:
    for place in (Place.RAIL, Place.RAIL_FOOT, Place.PERSON, Place.BELL):
        for entry in menu.entries(request, place, counted=False):
            yield Command(entry.code, entry.label, entry.href, entry.icon, key=entry.key)


def _views(by: Actor) -> Iterator[Command]:
    for view in views.of(by):
        yield Command(f"view:{view.pk}", view.name, f"{reverse('desk.inbox')}?{view.asked}", "bookmark")


def _screen() -> Iterator[Command]:
    account = reverse("organization.account")
    yield Command("ui.keys", _("Keyboard shortcuts"), account, "keyboard", press="?", key="?")
    here = translation.get_language()
    for code, name in settings.LANGUAGES:
        if code != here:
            address = reverse("ui.language")
            yield Command(
                f"ui.language.{code}", name, address, "language", "set", name="language", value=code
            )
    for code, (label, icon) in THEMES.items():
        yield Command(
            f"ui.theme.{code}", label, reverse("ui.theme"), icon, "set", name="theme", value=str(code)
        )


def _resolved(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None
