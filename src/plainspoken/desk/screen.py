"""One conversation with the list beside it, each part computed only where a template asks for it."""

from functools import cached_property
from uuid import UUID

from plainspoken.cases import mergers
from plainspoken.cases.models import Case
from plainspoken.conversations import addressee
from plainspoken.conversations.models import Conversation
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.desk import composer, events, scripts
from plainspoken.desk.composer import Composer
from plainspoken.desk.events import History
from plainspoken.desk.queries import inbox, merged, possible
from plainspoken.desk.queries.context import Context
from plainspoken.desk.queries.inbox import Inbox
from plainspoken.desk.queries.lines import Line
from plainspoken.desk.queries.possible import Verbs
from plainspoken.desk.queries.thread import Thread, before, thread
from plainspoken.desk.scripts import Filled
from plainspoken.law import clauses
from plainspoken.law.clauses import Duty
from plainspoken.organization.request import actor
from plainspoken.ui.request import Request

NO_VERBS = Verbs([], [], frozenset())
SCRIPTS_BESIDE = 6


class Screen:
    """`case` is None for a conversation we began. `mode` is the composer's, when one is wanted."""

    def __init__(
        self, request: Request, conversation: Conversation, case: Case | None = None, mode: str = ""
    ) -> None:
        self._request = request
        self._by = actor(request)
        self._mode = mode or request.GET.get("mode", "")
        self.conversation = conversation
        self.case = case
        self.beside = Context(conversation, case, self._by)

    @cached_property
    def inbox(self) -> Inbox:
        return inbox.read(self._request, self._by)

    @cached_property
    def around(self) -> tuple[Line | None, Line | None]:
        """The cases before and after this one in the list beside it."""
        if self.case is None:
            return None, None
        return inbox.beside(self._request, self.inbox, self.case, self._by)

    @cached_property
    def verbs(self) -> Verbs:
        return possible.possible(self.case, self._by) if self.case else NO_VERBS

    @cached_property
    def history(self) -> History:
        if self.case is None:
            return History([], [])
        return events.history(self.case, [one.case for one in self.beside.absorbed])

    @cached_property
    def thread(self) -> Thread:
        whole = "whole" in self._request.GET
        return thread(self.conversation, self.history.events, self._by, whole=whole, origins=self.origins)

    @cached_property
    def origins(self) -> dict[UUID, str]:
        return merged.origins(self.case, self.beside.absorbed, self._by) if self.case else {}

    @cached_property
    def survivor(self) -> Case | None:
        """The case in which the matter of a merged one goes on, or to which a conversation without a case belongs."""
        if self.case is None:
            joining = mergers.joining(self.conversation)
            return mergers.survivor(joining.into) if joining else None
        return mergers.survivor(self.case) if self.case.state == "merged" else None

    def earlier(self, message: UUID) -> Thread:
        return before(self.conversation, self.history.events, self._by, message, origins=self.origins)

    @cached_property
    def duties(self) -> list[Duty]:
        return [clauses.duty(number) for number in self.history.duties]

    @cached_property
    def scripts(self) -> list[Filled]:
        return self._usable[:SCRIPTS_BESIDE]

    @cached_property
    def _usable(self) -> list[Filled]:
        return scripts.usable(self.conversation, self.case, self._by)

    @cached_property
    def modes(self) -> list[composer.Mode]:
        return composer.modes(self.case, self.verbs.codes, self._by)

    @cached_property
    def composer(self) -> Composer:
        """A view may set another: one whose form was sent and came back."""
        return composer.compose(
            self.conversation, self.case, self.modes, self._mode, self._by, self._inserted
        )

    @cached_property
    def other_address(self) -> str:
        """Where the customer's last message asks for the answer, masked, when that is not where it came from."""
        address = addressee.asked_for(self.conversation)
        return contact.masked(ContactPoint.Kind.EMAIL, address) if address else ""

    @cached_property
    def _inserted(self) -> str:
        """The words of a script that is asked for by a link, where no script of the browser inserts them."""
        wanted = self._request.GET.get("script", "")
        found = self._usable if wanted else []
        return next((one.text for one in found if one.script.code == wanted), "")
