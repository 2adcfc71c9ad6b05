"""Mail servers of others that are read by IMAP: pymap in a process of its own, behind a line that can be cut."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imapclient import IMAPClient

USER, PASSWORD = "service", "a lantern in the fog"
START_SECONDS_MAX = 20.0
CHUNK_BYTES = 65_536


@dataclass
class Server:
    """`port` is the line's, `behind` the server's own: mail comes in there while the line is cut."""

    behind: int
    port: int = 0
    cut: threading.Event = field(default_factory=threading.Event)
    ends: list[socket.socket] = field(default_factory=list)

    def hang_up(self) -> None:
        """Nobody gets through from now on, and who is through is thrown out."""
        self.cut.set()
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def reconnect(self) -> None:
        self.cut.clear()

    @contextmanager
    def signed_in(self) -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", self.behind, ssl=False)
        client.login(USER, PASSWORD)
        yield client
        client.logout()

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        with self.signed_in() as client:
            for mail in mails:
                client.append(folder, mail)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server(_free_port())
    words = ["--host", "127.0.0.1", "--port", str(server.behind), "--no-tls"]
    words += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([sys.executable, "-c", "from pymap.main import main; main()", *words])
    with socket.create_server(("127.0.0.1", 0)) as line:
        server.port = line.getsockname()[1]
        threading.Thread(target=_carry, args=(line, server), daemon=True).start()
        try:
            _until_it_answers(server.behind)
            yield server
        finally:
            server.hang_up()
            process.kill()
            process.wait()


def _carry(line: socket.socket, server: Server) -> None:
    while True:
        try:
            caller, _address = line.accept()
        except OSError:
            return
        if server.cut.is_set():
            caller.close()
            continue
        behind = socket.create_connection(("127.0.0.1", server.behind))
        server.ends += [caller, behind]
        for source, target in ((caller, behind), (behind, caller)):
            threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while some := source.recv(CHUNK_BYTES):
            target.sendall(some)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < until, "pymap does not answer"
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
