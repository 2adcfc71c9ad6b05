"""Customers and the mail servers they write by: they try again until 250 or a refusal for good, as servers do."""

import re
import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from channels.email import mutations
from plainspoken.channels.email import identity, limits
from plainspoken.demo import mail
from plainspoken.demo.mail import Mail, as_bytes
from plainspoken.kernel import clock
from smtp_peer import Peer, Received

SERVICE, CARD, FETCHED = "service@haian.example", "card@haian.example", "corporate@haian.example"
SENDERS = 3
LINE_END = re.compile(rb"\r\n|\r|\n")
AGAIN_SECONDS = 0.2
PAUSE_SECONDS = 0.15
DELIVERY_SECONDS_MAX = 240.0
WORDS = ["请问信用卡年费怎么收？", "How do I block my card?", "转账三天没有到账。", "What is the fee abroad?"]


@dataclass
class Told:
    """What customers wrote and what they were answered."""

    accepted: Counter[bytes] = field(default_factory=Counter)
    tokens: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    again: int = 0
    talking: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)


class Customers:
    """`SENDERS` at once, each with a seed of its own, until `end`; then `join` waits for what is on its way."""

    def __init__(self, seed: int, ports: list[int], peer: Peer, *, malformed: int) -> None:
        self.told = Told()
        self.ports = ports
        self.peer = peer
        self.ending = threading.Event()
        self.silent: list[socket.socket] = []
        shares = [(Random(f"{seed} {number}"), malformed // SENDERS) for number in range(SENDERS)]
        self.threads = [
            threading.Thread(target=self._write, args=(number, chance, share), name="customer", daemon=True)
            for number, (chance, share) in enumerate(shares)
        ]
        self.threads.append(threading.Thread(target=self._strange, args=(Random(seed),), daemon=True))

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()
        for line in self.silent:
            line.close()

    def letter(self, chance: Random, token: str, to: str, answers: Received | None = None) -> bytes:
        """A letter with the token in it; one that answers ours comes from whom ours went to."""
        name = f"客户{token}" if chance.random() < 0.5 else f"Customer {token}"
        address = answers.recipients[0] if answers else f"c{chance.randrange(40)}@mail.example"
        headers = mail.answering(str(answers.mail["Message-ID"]).strip("<>"), "") if answers else ()
        return as_bytes(
            Mail(
                id=f"{token}@mail.example",
                name=name,
                address=address,
                to=to,
                subject=token,
                text=f"{chance.choice(WORDS)}\n\n{token}\n",
                at=clock.now(),
                html=chance.random() < 0.3,
                attachment=("附件.png", chance.randbytes(90_000)) if chance.random() < 0.1 else None,
                headers=headers,
            )
        )

    def deliver(self, content: bytes, *to: str, token: str = "") -> None:
        """Bring it as a mail server does: again and again, until there is an answer."""
        content = LINE_END.sub(b"\r\n", content)
        until = time.monotonic() + DELIVERY_SECONDS_MAX
        chance = Random(content[:200])
        while (code := self._attempt(content, to, chance.choice(self.ports))) < 200 or 400 <= code < 500:
            assert time.monotonic() < until, f"no answer for {DELIVERY_SECONDS_MAX:.0f} s"
            with self.told.guard:
                self.told.again += 1
            time.sleep(AGAIN_SECONDS)
        with self.told.guard:
            if code >= 500:
                self.told.refused[code] += 1
            else:
                digest = identity.digest(b"Return-Path: <sender@mail.example>\r\n" + content.lstrip(b"\r\n"))
                self.told.accepted[digest] += len(to)
                self.told.tokens += [token] if token else []

    def _attempt(self, content: bytes, to: tuple[str, ...], port: int) -> int:
        """The code of the answer, 0 when the line broke before there was one."""
        try:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.example", timeout=60) as line:
                with self._counted():
                    line.sendmail("sender@mail.example", list(to), content)
                return 250
        except smtplib.SMTPRecipientsRefused as error:
            return min(code for code, _ in error.recipients.values())
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except (OSError, smtplib.SMTPException):
            return 0

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Inside the block somebody hands over a mail, and others know."""
        with self.told.guard:
            self.told.talking += 1
        try:
            yield
        finally:
            with self.told.guard:
                self.told.talking -= 1

    def _write(self, number: int, chance: Random, malformed: int) -> None:
        damaged = mutations.mails(malformed, chance.randrange(10**6))
        turn = 0
        while not self.ending.wait(chance.uniform(0.0, 2 * PAUSE_SECONDS)):
            self._one(chance, f"tok-{number}-{(turn := turn + 1)}-{chance.randrange(10**9)}")
            if (content := next(damaged, None)) is not None:
                self.deliver(content, SERVICE)
        for content in damaged:
            self.deliver(content, SERVICE)

    def _one(self, chance: Random, token: str) -> None:
        """A new letter, one to any of ours in any order, the same twice, or one to two mailboxes."""
        match chance.choice(["new", "new", "reply", "twice", "both"]):
            case "new":
                self.deliver(self.letter(chance, token, SERVICE), SERVICE, token=token)
            case "reply":
                ours = list(self.peer.received)
                answers = chance.choice(ours) if ours else None
                self.deliver(self.letter(chance, token, SERVICE, answers), SERVICE, token=token)
            case "twice":
                content = self.letter(chance, token, CARD)
                self.deliver(content, CARD, token=token)
                self.deliver(content, CARD)
            case "both":
                self.deliver(self.letter(chance, token, SERVICE), SERVICE, CARD)

    def _strange(self, chance: Random) -> None:
        """Lines that never speak, one that speaks slowly, one that brings too much."""
        for port in self.ports * 3:
            self.silent.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        line = b"x" * 996 + b"\r\n"
        self.deliver(b"Subject: large\r\n\r\n" + line * (limits.MESSAGE_BYTES_MAX // 990), SERVICE)
        token = f"tok-slow-{chance.randrange(10**9)}"
        content = LINE_END.sub(b"\r\n", self.letter(chance, token, SERVICE))
        self._slowly(content)
        self.deliver(content, SERVICE, token=token)

    def _slowly(self, content: bytes) -> None:
        """Byte by byte, and gone before the end: what was never whole is never in."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports[0]), timeout=10) as line:
                for words in (
                    b"EHLO slow",
                    b"MAIL FROM:<sender@mail.example>",
                    f"RCPT TO:<{SERVICE}>".encode(),
                ):
                    line.sendall(words + b"\r\n")
                    line.recv(2000)
                line.sendall(b"DATA\r\n")
                for at in range(0, len(content) // 2, 40):
                    line.sendall(content[at : at + 40])
                    if self.ending.wait(0.05):
                        return
        except OSError:
            return
