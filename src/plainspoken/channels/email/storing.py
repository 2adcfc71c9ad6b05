"""Mail is stored by the next transaction, with all that has come meanwhile; each sender hears of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import Error

from plainspoken.channels import actions
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import writing
from plainspoken.kernel.action import as_one
from plainspoken.kernel.actor import system

TOGETHER_MAX = 50
TOGETHER_BYTES_MAX = 8 * 1024 * 1024
RECEIVER = system("channels.email.listener", "channels.raw.store")
Failure = BaseException | None
InThread = Callable[[Callable[[], list[Failure]]], Awaitable[list[Failure]]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message with its envelope; `sender` is empty for the null sender."""

    recipients: tuple[str, ...]
    sender: str
    content: bytes


class Storing:
    """Up to `rounds_max` transactions at once, each with what has come since; `in_thread` runs one."""

    def __init__(self, in_thread: InThread, rounds_max: int) -> None:
        self.in_thread = in_thread
        self.rounds_max = rounds_max
        self.running = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.waiting: list[tuple[Arrived, asyncio.Future[None]]] = []

    async def stored(self, one: Arrived) -> None:
        """Returns when it is committed. Raises what kept it from being stored."""
        told = asyncio.get_running_loop().create_future()
        self.waiting.append((one, told))
        if self.running < self.rounds_max:
            self.running += 1
            self.tasks.add(task := asyncio.create_task(self._rounds()))
            task.add_done_callback(self.tasks.discard)
        await told

    async def _rounds(self) -> None:
        try:
            while self.waiting:
                await self._round(self._taken())
        finally:
            self.running -= 1

    def _taken(self) -> list[tuple[Arrived, asyncio.Future[None]]]:
        count = size = 0
        for one, _told in self.waiting[:TOGETHER_MAX]:
            size += len(one.content)
            if count and size > TOGETHER_BYTES_MAX:
                break
            count += 1
        some, self.waiting = self.waiting[:count], self.waiting[count:]
        return some

    async def _round(self, some: list[tuple[Arrived, asyncio.Future[None]]]) -> None:
        storing = self.in_thread(partial(store_each, [one for one, _told in some]))
        [outcome] = await asyncio.gather(storing, return_exceptions=True)
        failures = [outcome] * len(some) if isinstance(outcome, BaseException) else outcome
        for (_one, told), failure in zip(some, failures, strict=True):
            if told.done():
                continue
            if failure:
                told.set_exception(failure)
            else:
                told.set_result(None)


def store_each(arrived: Sequence[Arrived]) -> list[Failure]:
    """Store all by one commit; where that fails, each by itself. What kept each from being stored."""
    try:
        store_all(arrived)
    except (Error, OSError) as error:
        return [error] if len(arrived) == 1 else [store_each([one])[0] for one in arrived]
    return [None] * len(arrived)


def store_all(arrived: Sequence[Arrived]) -> None:
    """One copy of each for each mailbox it was sent to, all or none.

    Blank lines before the head of a message would end the head after the line put before it.
    """
    wanted = {address.lower() for one in arrived for address in one.recipients}
    with as_one(by=RECEIVER), writing.in_a_batch(locked=[]):
        mailboxes = {found.address: found for found in Mailbox.objects.filter(address__in=wanted)}
        assert len(mailboxes) == len(wanted), "Each recipient was a mailbox of ours when it was named."
        for one in arrived:
            traced = f"Return-Path: <{one.sender}>\r\n".encode("utf-8", "replace") + one.content.lstrip(
                b"\r\n"
            )
            for address in sorted({address.lower() for address in one.recipients}):
                actions.store(mailboxes[address], by=RECEIVER, content=traced)


def store(recipients: Sequence[str], sender: str, content: bytes) -> None:
    """Store one message."""
    store_all([Arrived(tuple(recipients), sender, content)])


def is_ours(address: str) -> bool:
    """Whether it is a mailbox of ours; bytes that are no text come as characters that no database takes."""
    return address.isprintable() and Mailbox.objects.filter(address=address.lower()).exists()
