"""Messages on their way to a server of others, and the time that passes until they leave."""

from datetime import timedelta
from typing import Any

import mailroom
import world
from plainspoken.cases.actions import answering, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels import actions as channels
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel import clock, drain
from plainspoken.kernel.actor import system
from plainspoken.work.models import Task
from smtp_peer import Peer

SECOND = timedelta(seconds=1)
UNDO = timedelta(seconds=send.UNDO_SECONDS)
MACHINE = system("tests.machine", "conversations.automatic.send")


def through(peer: Peer, **columns: Any) -> None:
    """The mailbox sends by this server."""
    channels.put_mailbox(
        world.unit("customer-service"),
        by=mailroom.OPENER,
        address=mailroom.ADDRESS,
        **{
            "name_zh": "海岸银行客服",
            "name_en": "Haian Bank",
            "smtp_host": "127.0.0.1",
            "smtp_port": peer.port,
            "smtp_security": "none",
            **columns,
        },
    )


def case_in_work() -> Case:
    case = mailroom.received()
    triage.triage(
        case, by=world.actor("li"), type=Type.objects.get(code="fee"), line=Line.objects.get(code="card")
    )
    return case


def answer(peer: Peer, **columns: Any) -> Outgoing:
    """An answer of a person, ready to leave by the server."""
    case = case_in_work()
    through(peer, **columns)
    return answering.answer(case, by=world.actor("li"), text="年费 200 元。\n.\n此致").outgoing


def letter(peer: Peer, **columns: Any) -> Outgoing:
    """A letter of a machine, ready to leave by the server."""
    case = mailroom.received()
    through(peer, **columns)
    return send.send_automatic(case.conversation, by=MACHINE, text="请评分。").outgoing


def time_passes(by: timedelta = UNDO) -> None:
    with clock.moved(clock.now() + by + SECOND):
        drain.run_until_empty()


def after(outgoing: Outgoing, by: timedelta = UNDO) -> Outgoing:
    time_passes(by)
    outgoing.refresh_from_db()
    return outgoing


def tasks(kind: str) -> list[tuple[str, str]]:
    """Owner and unit of the open tasks of a kind."""
    found = Task.objects.filter(kind=kind, state="open").select_related("owner", "unit")
    return [(one.owner.username if one.owner else "", one.unit.code) for one in found]
