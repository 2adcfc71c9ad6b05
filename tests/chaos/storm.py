"""One storm: the firm at work, what befalls it, calm again, and whether everything holds."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from random import Random
from typing import TypeVar

import imap_peer
import smtp_peer
from chaos import homes, nodes
from chaos.nodes import House
from chaos.server import Server

CALM_SECONDS_MAX = 300.0
CALM_LOOK_SECONDS = 0.25
ANSWERS_MIN = 3
WAIT_FOR_LETTERS = timedelta(minutes=2)
START = "2026-03-28T22:00:00+00:00"
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Plan:
    """`rounds` of every kind of event, `malformed` mails among the others, `nodes` of the firm."""

    seed: int
    nodes: int
    rounds: int
    malformed: int
    first_port: int


@dataclass
class Report:
    plan: Plan
    broken: list[str]
    seconds: float
    mails: int
    answers: int
    uncertain: int
    again: int
    happened: Counter[str]

    def row(self) -> str:
        kills = sum(times for what, times in self.happened.items() if what.startswith("kill"))
        full, leaps = self.happened["disk full"], self.happened["leap"]
        peers = self.happened["smtp away"] + self.happened["smtp slow"] + self.happened["imap"]
        cells = [
            self.plan.seed,
            self.plan.nodes,
            self.mails,
            self.answers,
            self.uncertain,
            self.again,
            kills,
            full,
            peers,
            leaps,
        ]
        cells += [f"{self.seconds:.0f} s", "; ".join(self.broken) or "all holds"]
        return "| " + " | ".join(map(str, cells)) + " |"


COLUMNS = [
    "seed",
    "nodes",
    "mails",
    "answers",
    "uncertain",
    "brought again",
    "kills",
    "disk full",
    "peers away",
]
COLUMNS += ["leaps", "took", "outcome"]
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def raged(plan: Plan) -> Report:
    """Do it in this process, which Django is set up for only once the home is there: one storm a process."""
    began = time.monotonic()
    folder = homes.BUILD / f"storm-{plan.seed}-{plan.nodes}-{os.getpid()}"
    with ExitStack() as stack:
        stack.callback(homes.no_disk, folder)
        disk = homes.disk(folder)
        home = folder / "home"
        homes.filled(home)
        _set_clock(home)
        peer = stack.enter_context(smtp_peer.serving(Server()))
        fetched = stack.enter_context(
            imap_peer.serving(imap_peer.Peer(capabilities="IMAP4rev1 ID UIDPLUS MOVE IDLE"))
        )
        open_house = nodes.one if plan.nodes == 1 else nodes.two
        output = homes.BUILD / f"{folder.name}.log"
        house = stack.enter_context(open_house(home, plan.first_port, output))
        report = _Storm(plan, house, peer, fetched, disk=disk).run(began)
    if not report.broken:
        output.unlink()
    return report


def _set_clock(home: Path) -> None:
    from plainspoken.kernel import clock

    clock.set_shared(home / "test-clock", datetime.fromisoformat(START))


class _Storm:
    def __init__(
        self, plan: Plan, house: House, peer: Server, fetched: imap_peer.Peer, *, disk: bool
    ) -> None:
        _set_up_django(house)
        from chaos.clerks import Clerks
        from chaos.customers import Customers
        from chaos.skies import Sky

        self.plan, self.house, self.peer, self.fetched = plan, house, peer, fetched
        self.customers = Customers(plan.seed, house.mail_ports, peer, malformed=plan.malformed)
        self.sky = Sky(plan.seed, house, peer, fetched, self.customers.told, disk=disk)
        _mailboxes(peer, fetched)
        self.clerks = Clerks(plan.seed, house.ports, _judged())

    def run(self, began: float) -> Report:
        failed: list[str] = []
        threading.excepthook = lambda raised: failed.append(f"{raised.thread}: {raised.exc_value!r}")
        self.customers.start()
        self.clerks.start()
        for number, event in enumerate(self.sky.events(self.plan.rounds)):
            self._letter_to_fetch(number)
            event()
        self.sky.clear()
        self.customers.end()
        nodes.until(lambda: len(self.clerks.done.answers) >= ANSWERS_MIN, "clerks answer again")
        self.sky.die_while_an_answer_leaves()
        self.clerks.end()
        flowing = self._calm()
        from django.utils import translation

        from plainspoken.conversations.models import Outgoing

        with translation.override("en"):
            found = failed + (flowing or _asked(self._broken))
        told = self.customers.told
        return Report(
            plan=self.plan,
            broken=found,
            seconds=time.monotonic() - began,
            mails=told.accepted.total() + len(told.fetched),
            answers=len(self.clerks.done.answers),
            uncertain=_asked(Outgoing.objects.filter(state="uncertain").count),
            again=told.again,
            happened=self.sky.happened,
        )

    def _letter_to_fetch(self, number: int) -> None:
        from chaos.customers import FETCHED

        token = f"tok-imap-{self.plan.seed}-{number}"
        self.fetched.puts(self.customers.letter(Random(token), token, FETCHED))
        self.customers.told.fetched.append(token)

    def _calm(self) -> list[str]:
        """Until nothing flows and no letter waits for its next try: time is helped along."""
        import invariants
        from plainspoken.conversations.models import Outgoing
        from plainspoken.kernel import clock

        until, flowing = time.monotonic() + CALM_SECONDS_MAX, ["nobody has looked"]
        while flowing and time.monotonic() < until:
            time.sleep(CALM_LOOK_SECONDS)
            flowing = _asked(invariants.at_rest) or _asked(self._unfetched)
            if not flowing and _asked(Outgoing.objects.filter(state="waiting").exists):
                self.sky.move_clock(clock.now() + WAIT_FOR_LETTERS)
                flowing = ["letters wait"]
            elif flowing and all(what.startswith("letters") for what in flowing):
                self.sky.move_clock(clock.now() + timedelta(seconds=5))
        return flowing

    def _unfetched(self) -> list[str]:
        from plainspoken.channels.models import Raw

        missing = (
            len(self.customers.told.fetched)
            - Raw.objects.filter(mailbox__imap_port=self.fetched.port).values("digest").distinct().count()
        )
        return [f"letters are not fetched: {missing}"] if missing > 0 else []

    def _broken(self) -> list[str]:
        import invariants

        told = self.customers.told
        return invariants.broken(
            invariants.Outside(
                accepted=told.accepted,
                tokens=told.tokens,
                fetched=told.fetched,
                delivered=self._delivered(),
                answered=self.clerks.done.answers,
            )
        )

    def _delivered(self) -> Counter[str]:
        """What came to the customers' server, and what lies in the folder of the mailboxes that have none."""
        files = (self.house.home / "outbox").glob("*.eml")
        contents = [*(one.content for one in self.peer.received), *(file.read_bytes() for file in files)]
        mails = [message_from_bytes(content, policy=policy.default) for content in contents]
        return Counter(str(mail["Message-ID"]).strip("<>") for mail in mails)


def _set_up_django(house: House) -> None:
    os.environ.update(house.variables(0))
    os.environ["DATABASE_URL"] = house.url
    import django

    django.setup()


def _mailboxes(peer: Server, fetched: imap_peer.Peer) -> None:
    """One sends by the peer, one lays its letters into a folder, one is fetched from the other peer."""
    from chaos.customers import FETCHED, SERVICE
    from plainspoken.channels import actions
    from plainspoken.channels.models import Mailbox
    from plainspoken.kernel.actor import system

    opener = system("tests.chaos", "channels.mailbox.put")
    out = {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
    coming = {
        "imap_host": "127.0.0.1",
        "imap_port": fetched.port,
        "imap_security": "none",
        "imap_user": imap_peer.USER,
        "imap_secret": homes.IMAP_SECRET,
        "imap_since": date(2026, 1, 1),
    }
    for address, columns in ((SERVICE, out), (FETCHED, {**out, **coming})):
        unit = Mailbox.objects.get(address=address).unit
        actions.put_mailbox(unit, by=opener, address=address, **columns)


def _judged() -> dict[str, str]:
    from plainspoken.cases.models import Line, Type

    return {"type": str(Type.objects.earliest("code").pk), "line": str(Line.objects.earliest("code").pk)}


def _asked(question: Callable[[], R]) -> R:
    """Ask the database, again on a new line when the old one was cut."""
    from django.db import InterfaceError, OperationalError, connection

    until = time.monotonic() + CALM_SECONDS_MAX
    while True:
        try:
            return question()
        except (OperationalError, InterfaceError):
            connection.close()
            assert time.monotonic() < until, "the database did not come back"
            time.sleep(CALM_LOOK_SECONDS)
