"""Mail servers of others, for tests: real ones (aiosmtpd) on free ports that do as they are told."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, get_args

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

GATE_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.005
Stage = Literal["greeting", "hello", "mail", "rcpt", "body", "data", "quit"]


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as the peer got it."""

    sender: str
    recipients: list[str]
    content: bytes
    user: str

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class Peer:
    """What the server is to answer at a stage (250 else), where it hangs up, and at which it waits for `gate`.

    `seen` counts the stages that were reached. The greeting is before the client has said a word, `body` when it
    asks to send the message, `data` after the final dot.
    """

    answers: dict[Stage, str] = field(default_factory=dict)
    hangs_up_at: Stage | None = None
    waits_at: Stage | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    seen: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(get_args(Stage), 0))
    received: list[Received] = field(default_factory=list)
    port: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = await self._answer("hello", server)
        return responses if answer.startswith("250") else [answer]

    async def handle_HELO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        session.host_name = hostname
        return await self._answer("hello", server)

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self._answer("quit", server)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer("mail", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer("rcpt", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        user = session.auth_data.login.decode() if session.authenticated else ""
        mail = Received(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content, user)
        answer = await self._answer("data", server)
        if answer.startswith("250"):
            self.received.append(mail)
        return answer

    async def _answer(self, stage: Stage, server: SMTP) -> str:
        """What is told to be answered, waited for, or a line cut; `server` is the line."""
        self.seen[stage] += 1
        for _ in range(int(GATE_SECONDS_MAX / LOOK_SECONDS)):
            if self.waits_at != stage or self.gate.is_set():
                break
            await asyncio.sleep(LOOK_SECONDS)
        if self.hangs_up_at == stage:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return self.answers.get(stage, "250 OK")


class Line(SMTP):
    """A line on which the greeting and the leave to send the message can be kept back or refused too."""

    async def push(self, status: str | bytes) -> None:
        said = status if isinstance(status, str) else status.decode()
        stage = {"220": "greeting", "354": "body"}.get(said[:3])
        if stage and not said.endswith("start TLS"):
            answer = await self.event_handler._answer(stage, self)
            said = said if answer.startswith("250") else answer
        await super().push(said)


class Door(Controller):
    def factory(self) -> SMTP:
        return Line(self.handler, **self.SMTP_kwargs)


@contextmanager
def serving(peer: Peer, **settings: Any) -> Iterator[Peer]:
    """The peer on a free port of this machine. `ssl_context`: TLS at once; `tls_context`: by STARTTLS."""
    peer.port = _free_port()
    controller = Door(peer, hostname="127.0.0.1", port=peer.port, server_hostname="peer.example", **settings)
    controller.start()
    try:
        yield peer
    finally:
        peer.gate.set()
        controller.stop()


def knowing(user: str, password: str) -> dict[str, Any]:
    """Settings of a server that takes mail only from whoever signs in so."""

    def authenticator(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        known = data == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=known, handled=False, auth_data=data)

    return {"auth_required": True, "auth_require_tls": False, "authenticator": authenticator}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Authority:
    """A firm's own authority: the file its certificate is in, and a server's context it vouches for."""

    file: Path
    context: ssl.SSLContext


def authority(folder: Path) -> Authority:
    """A new authority and a certificate of it for `localhost`, and for no number of an address."""
    key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    own = _certificate("ca.haian.example", key, "ca.haian.example", key, ca=True)
    server = _certificate("localhost", server_key, "ca.haian.example", key, ca=False)
    (folder / "authority.pem").write_bytes(own.public_bytes(Encoding.PEM))
    secret = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(secret + server.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Authority(folder / "authority.pem", context)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(_usage(signs_certificates=ca), critical=True)
    )
    return built.sign(by, hashes.SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    never = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign")
    others = dict.fromkeys([*never, "encipher_only", "decipher_only"], False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=signs_certificates, **others)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
