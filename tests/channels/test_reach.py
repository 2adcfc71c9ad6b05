"""Nobody outside says what we connect to: mail servers alone, named by an administrator, and not everywhere."""

import ast
from pathlib import Path

import pytest

from plainspoken.channels.email import imap, probe, reach, send
from plainspoken.channels.email.probe import Outcome, Step
from plainspoken.channels.models import Mailbox

SOURCE = Path(__file__).resolve().parents[2] / "src" / "plainspoken"
METADATA = "169.254.169.254"
# Modules of Python and of others by which a program reaches out.
WAYS_OUT = {
    "urllib.request",
    "http.client",
    "ftplib",
    "smtplib",
    "imaplib",
    "imapclient",
    "socket",
    "ssl",
    "poplib",
}
WAYS_OUT |= {"asyncio", "requests", "httpx", "aiohttp", "urllib3", "webbrowser", "xmlrpc.client", "telnetlib"}
WHO_REACHES = {
    "channels/email/imap.py": "the mailbox's server, set up by an administrator",
    "channels/email/listener.py": "listens",
    "channels/email/probe.py": "the mailbox's server, tried by an administrator",
    "channels/email/reach.py": "asks for the addresses of a name",
    "channels/email/send.py": "the mailbox's server",
    "channels/email/storing.py": "nowhere: gathers what has come before it is stored",
    "config/processes.py": "this machine's own pages, to see whether they answer",
}


def ways(path: Path) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found & WAYS_OUT


def test_nothing_fetches_what_a_link_or_a_picture_names() -> None:
    reaching = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if ways(path)}
    assert reaching <= set(WHO_REACHES), (
        "A new way out: say here to whom it leads, and that nobody outside names it."
    )
    by_web = {name for name in reaching if ways(SOURCE / name) & {"urllib.request", "http.client"}}
    assert by_web == {"config/processes.py"}


@pytest.mark.parametrize(
    "host",
    [METADATA, "169.254.0.1", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "100.100.100.200"],
)
def test_no_mail_server_is_there(host: str) -> None:
    with pytest.raises(reach.NoServer):
        reach.check(host, 25)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.0.0.5", "192.168.1.2", "203.0.113.9"])
def test_a_relay_may_stand_there(host: str) -> None:
    reach.check(host, 25)


@pytest.mark.parametrize("security", Mailbox.Security.values)
def test_nothing_is_said_to_it_by_any_of_the_three(security: str) -> None:
    """`no_network` would fail the test if a connection were begun."""
    to = Mailbox(smtp_host=METADATA, smtp_port=80, smtp_security=security)
    verdict = probe.probe(to)
    assert (verdict.step, verdict.outcome) == (Step.NAME, Outcome.UNREACHABLE)
    with pytest.raises(send.TryLater):
        send.send(to, "wang@example.com", b"", to.pk)
    fetched = Mailbox(imap_host=METADATA, imap_port=80, imap_security=security, smtp_host="")
    with pytest.raises(imap.Trouble), imap.line(fetched, lambda line: None):
        pass
