"""A year of a small firm, told by chance: mail comes, people do what they may, customers use links, time passes."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

import invariants
import mailroom
import story
import world
from channels.email import mutations
from plainspoken.cases import intake
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.email import storing
from plainspoken.channels.models import Raw
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers.models import Link
from plainspoken.kernel import access, clock, drain
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refusal, Refused, WrongState
from plainspoken.portal import actions as portal
from plainspoken.portal import visitors
from simulation import choices

BEGINS = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
CUSTOMERS = 6
LOOKED_AT_EVERY = 10
MOMENT = timedelta(seconds=1)
HOURS_OF_A_LETTER = 2
FLOWS_AFTER = 0.6
SEEN_MAX = 8
CHANCES = st.integers(0, 2**32).map(Random)
# The first is the simplest for hypothesis, which begins with a year in which nothing else happens.
EVENTS = [
    *["a_link_is_used"] * 2,
    *["a_customer_writes"] * 4,
    *["an_owner_acts"] * 7,
    *["somebody_acts"] * 2,
    "a_letter_is_judged",
    "a_held_message_is_judged",
    "damage_arrives",
    "a_letter_comes_again",
    "the_mail_server_goes_or_comes",
]
JUDGED: dict[str, list[Any]] = {
    "waiting": [send.undo],
    "failed": [on_the_way.send_again],
    "uncertain": [on_the_way.send_again, on_the_way.confirm],
}


class Year(RuleBasedStateMachine):
    """One after the other under a clock of its own; what it did is taken back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINS
        self.days = 0
        self.away = False
        self.told: Counter[str] = Counter()
        self.letters: list[bytes] = []
        self.taken_back = transaction.atomic()
        self.taken_back.__enter__()

    @initialize()
    def the_firm_opens(self) -> None:
        outbox._away_until.clear()
        with clock.moved(self.now):
            story.set_up()

    @rule(
        days=st.sampled_from([1, 3, 7, 16, 40]),
        events=st.lists(st.sampled_from(EVENTS), min_size=4, max_size=12),
        chance=CHANCES,
    )
    def days_go_by(self, days: int, events: list[str], chance: Random) -> None:
        """One rule, because hypothesis leaves out some of several, and a year needs all that happens."""
        for event in events:
            getattr(self, event)(chance)
            if chance.random() < FLOWS_AFTER:
                self._flow()
        for _ in range(2):
            self.now = max(self.now, min(self.now + timedelta(days=days / 2), BEGINS + YEAR))
            self._flow()
        self.days += 1
        if self.days % LOOKED_AT_EVERY == 0 and not self.away:
            self._look()

    def a_customer_writes(self, chance: Random) -> None:
        """Something new, or an answer to any of our letters."""
        answered = list(Message.objects.filter(outgoing__state="left").order_by("at", "id"))
        sender, headers = f"c{chance.randrange(CUSTOMERS)}@example.com", {}
        if answered and chance.random() < 0.6:
            ours = chance.choice(answered)
            sender, headers = ours.outgoing.to.value, {"In_Reply_To": f"<{ours.header_id}>"}
        words = chance.choice(["请问年费？", "谢谢！", "Still not solved.", "Thank you very much!"])
        self._arrives(mailroom.mail(words, subject=f"年费{chance.randrange(9)}", sender=sender, **headers))

    def damage_arrives(self, chance: Random) -> None:
        for content in mutations.mails(1, chance.randrange(10**6)):
            self._arrives(content)

    def a_letter_comes_again(self, chance: Random) -> None:
        if self.letters:
            self._arrives(chance.choice(self.letters))

    def somebody_acts(self, chance: Random) -> None:
        """Whoever it is, with a case they see."""
        with clock.moved(self.now):
            by = world.actor(chance.choice(choices.STAFF))
            cases = list(access.visible(Case.objects.order_by("-last_at", "-id"), by)[:SEEN_MAX])
            self._act(chance, by, cases)

    def an_owner_acts(self, chance: Random) -> None:
        """Whose case it is, or an agent when it is nobody's yet."""
        with clock.moved(self.now):
            cases = list(Case.objects.select_related("owner").order_by("-last_at", "-id")[:SEEN_MAX])
            if cases:
                case = chance.choice(cases)
                username = case.owner.username if case.owner else chance.choice(choices.AGENTS)
                self._act(chance, world.actor(username), [case])

    def a_link_is_used(self, chance: Random) -> None:
        """Whatever has become of the case: the page then says so."""
        with clock.moved(self.now):
            links = list(Link.objects.order_by("-made_at", "id")[:8])
            if not links:
                return
            link = chance.choice(links)
            by = visitors.actor(link)
            if link.purpose == Link.Purpose.RATE:
                self._try(portal.give_rating, link, by=by, score=chance.randint(1, 5), comment="")
            elif chance.random() < 0.5:
                self._try(portal.confirm, link, WrongState, by=by)
            else:
                self._try(portal.deny, link, WrongState, by=by, comment="没有")

    def a_letter_is_judged(self, chance: Random) -> None:
        """Taken back in time, sent again, or found to have left."""
        with clock.moved(self.now):
            rows = Outgoing.objects.filter(state__in=JUDGED, message__kind="out")
            if one := rows.select_related("message__author").order_by("-leaves_at", "id").first():
                assert one.message.author
                self._try(chance.choice(JUDGED[one.state]), one, by=world.actor(one.message.author.username))

    def a_held_message_is_judged(self, chance: Random) -> None:
        with clock.moved(self.now):
            raw = Raw.objects.filter(state="held").order_by("arrived_at", "id").first()
            if raw and chance.random() < 0.5:
                self._try(intake.release, raw, by=world.actor("li"))
            elif raw:
                reason = chance.choice(list(intake.Needless))
                self._try(intake.ignore, raw, by=world.actor("li"), reason=reason)

    def the_mail_server_goes_or_comes(self, chance: Random) -> None:
        """It is away, or letters lie in a folder."""
        self._server(away=not self.away)

    def teardown(self) -> None:
        try:
            self._server(away=False)
            while self.now < BEGINS + YEAR:
                self.now += timedelta(days=30)
                self._flow()
            self._look()
        finally:
            transaction.set_rollback(True)
            self.taken_back.__exit__(None, None, None)

    def _server(self, *, away: bool) -> None:
        self.away = away
        columns = {"smtp_host": "127.0.0.1" if away else "", "smtp_port": 1, "smtp_security": "none"}
        with clock.moved(self.now):
            unit = world.unit("cs-team-1")
            channels.put_mailbox(unit, by=story.everything(), address=mailroom.ADDRESS, **columns)

    def _act(self, chance: Random, by: Actor, cases: list[Case]) -> None:
        possible = [(case, code) for case in cases for code in choices.open_to(case, by)]
        if possible:
            case, code = chance.choice(possible)
            verb = choices.VERBS[code]
            self._try(verb.act, case, by=by, **verb.given(case, chance))

    def _arrives(self, content: bytes) -> None:
        with clock.moved(self.now):
            storing.store([mailroom.ADDRESS], "sender@example.com", content)
        self.letters.append(content)

    def _try(self, verb: Any, subject: Any, *more: type[Refusal], **given: Any) -> None:
        """A rule may say no; that somebody may not, or not now, was known before, but for `more`."""
        try:
            verb(subject, **given)
        except (Refused, *more) as refused:
            self.told[f"{verb.__name__}: {refused.code}"] += 1
        else:
            self.told[verb.__name__] += 1

    def _flow(self) -> None:
        """A moment later everything that flows has flowed."""
        self.now += MOMENT
        with clock.moved(self.now):
            drain.run_until_empty()

    def _look(self) -> None:
        """When letters that wait for their next try have had it."""
        for _ in range(HOURS_OF_A_LETTER):
            self.now += timedelta(hours=1)
            self._flow()
        with clock.moved(self.now):
            assert not (found := invariants.broken()), found
