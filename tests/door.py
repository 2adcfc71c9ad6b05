"""The firm's door for mail: listeners on free ports, lines to them, and mail as it goes over the wire."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

import mailroom
import world
from plainspoken.channels import actions
from plainspoken.channels.email.listener import Listener
from plainspoken.channels.models import Mailbox

SECOND = "complaints@haian.example"
SENDER = "wang@example.com"
WAIT_SECONDS_MAX = 20.0


@contextmanager
def started(one: Listener) -> Iterator[Listener]:
    one.start()
    try:
        yield one
    finally:
        one.stop()


def line(to: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", to.port, timeout=WAIT_SECONDS_MAX)


def mail(text: str = "请问信用卡年费怎么收？", **headers: str) -> bytes:
    """As it goes over the wire."""
    return mailroom.mail(text, **headers).replace(b"\n", b"\r\n")


def second_mailbox() -> Mailbox:
    """Another mailbox of the same unit."""
    return actions.put_mailbox(
        world.unit("customer-service"),
        by=mailroom.OPENER,
        address=SECOND,
        name_zh="投诉",
        name_en="Complaints",
    )
