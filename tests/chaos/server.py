"""The customers' mail server, which may think long over what a person has written."""

import asyncio
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

import smtp_peer

LOOK_SECONDS = 0.02


@dataclass
class Server(smtp_peer.Peer):
    """While it `ponders`, it has what a person has written and does not say so; `pondered` counts that."""

    ponders: bool = False
    pondered: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        answer = await super().handle_DATA(server, session, envelope)
        if self.ponders and b"\nAuto-Submitted:" not in envelope.content:
            self.pondered += 1
            while self.ponders:
                await asyncio.sleep(LOOK_SECONDS)
        return answer
