"""A mail server of others for tests of IMAP: a small one of our own that does as it is told, foul play too."""

import re
import select
import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "service@haian.example", "an authorization code"
GATE_SECONDS_MAX = 20.0


@dataclass
class Letter:
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Peer:
    """A folder and how the server behaves.

    `refuses` answers NO to a command, `hangs_at` waits for `gate`, `drops_at` ends the line in the middle of the
    answer, so many times. `seen` counts the commands; `told` keeps them.
    """

    password: str = PASSWORD
    validity: int = 7
    capabilities: str = "IMAP4rev1 ID UIDPLUS MOVE IDLE"
    letters: dict[int, Letter] = field(default_factory=dict)
    moved: list[bytes] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_at: str = ""
    drops_at: Counter[str] = field(default_factory=Counter)
    garbles_at: str = ""
    gate: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    seen: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    starttls: bool = False
    port: int = 0
    next_uid: int = 1

    def puts(self, *contents: bytes) -> None:
        """Mail arrives in the folder."""
        with self.arrived:
            for content in contents:
                self.letters[self.next_uid] = Letter(content)
                self.next_uid += 1
            self.arrived.notify_all()

    def renumbers(self, validity: int, first: int = 101) -> None:
        """As after a restore: the same mail under other numbers."""
        letters = [self.letters[uid] for uid in sorted(self.letters)]
        self.validity, self.letters = validity, dict(enumerate(letters, first))
        self.next_uid = first + len(letters)

    def marked(self) -> int:
        """How many are marked as seen."""
        return sum("\\Seen" in letter.flags for letter in self.letters.values())


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    peer: Peer

    def handle(self) -> None:
        self.say("* OK ready")
        try:
            while line := self.rfile.readline():
                tag, _, rest = line.decode().strip().partition(" ")
                self.command(tag, rest)
        except (OSError, ValueError):
            return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def command(self, tag: str, rest: str) -> None:
        peer = self.peer
        words = rest.split(" ")
        name = words.pop(0).upper()
        name = words.pop(0).upper() if name == "UID" else name
        peer.seen[name] += 1
        peer.told.append(rest)
        self.weather(name)
        if name in peer.refuses or f"{name} {words[0] if words else ''}" in peer.refuses:
            self.say(f"{tag} NO refused")
            return
        if getattr(self, f"do_{name.lower()}")(tag, words) is not False:
            self.say(f"{tag} OK done")

    def weather(self, name: str) -> None:
        if self.peer.hangs_at == name:
            self.peer.gate.wait(GATE_SECONDS_MAX)
            self.still_there()
        if self.peer.garbles_at == name:
            self.say("* 1 FETCH (UID 1 BODY[] (((")
        if self.peer.drops_at[name] > 0:
            self.peer.drops_at[name] -= 1
            self.wfile.write(b"* 1 FETCH (UID 1 BODY[] {5000}\r\nFrom: ")
            raise OSError

    def still_there(self) -> None:
        """What a client asked for that is gone is not done."""
        if select.select([self.request], [], [], 0)[0] and not self.request.recv(1, socket.MSG_PEEK):
            raise OSError

    def do_capability(self, tag: str, words: list[str]) -> None:
        self.say(f"* CAPABILITY {self.peer.capabilities}")

    def do_starttls(self, tag: str, words: list[str]) -> bool:
        self.say(f"{tag} OK go on")
        assert self.peer.context
        self.request = self.peer.context.wrap_socket(self.request, server_side=True)
        self.setup()
        return False

    def do_login(self, tag: str, words: list[str]) -> bool | None:
        if " ".join(words).replace('"', "") == f"{USER} {self.peer.password}":
            return None
        self.say(f"{tag} NO LOGIN failed")
        return False

    def do_id(self, tag: str, words: list[str]) -> None:
        self.say("* ID NIL")

    def do_select(self, tag: str, words: list[str]) -> None:
        self.say(f"* {len(self.peer.letters)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.peer.validity}] valid")

    def do_search(self, tag: str, words: list[str]) -> None:
        first, last = words[words.index("UID") + 1].split(":")
        top = max(self.peer.letters, default=0)
        low, high = sorted((int(first), top if last == "*" else int(last)))
        found = [uid for uid in sorted(self.peer.letters) if low <= uid <= high]
        if "SMALLER" in words:
            limit = int(words[words.index("SMALLER") + 1])
            found = [uid for uid in found if self.size(uid) < limit]
        self.say(f"* SEARCH {' '.join(map(str, found))}")

    def do_fetch(self, tag: str, words: list[str]) -> None:
        wanted = " ".join(words[1:])
        for uid in self.chosen(words[0]):
            if "RFC822.SIZE" in wanted:
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {self.size(uid)})")
            else:
                cut = re.search(r"<0\.(\d+)>", wanted)
                content = self.peer.letters[uid].content
                content = content.ljust(self.size(uid), b"x")[: int(cut[1])] if cut else content
                name = "BODY[]<0>" if cut else "BODY[]"
                self.wfile.write(f"* {uid} FETCH (UID {uid} {name} {{{len(content)}}}\r\n".encode())
                self.wfile.write(content + b")\r\n")

    def do_store(self, tag: str, words: list[str]) -> None:
        for uid in self.chosen(words[0]):
            self.peer.letters[uid].flags |= set(re.findall(r"\\\w+", " ".join(words[1:])))

    def do_move(self, tag: str, words: list[str]) -> None:
        self.peer.moved += [self.peer.letters.pop(uid).content for uid in self.chosen(words[0])]

    def do_copy(self, tag: str, words: list[str]) -> None:
        self.peer.moved += [self.peer.letters[uid].content for uid in self.chosen(words[0])]

    def do_expunge(self, tag: str, words: list[str]) -> None:
        for uid in self.chosen(words[0]):
            assert "\\Deleted" in self.peer.letters.pop(uid).flags

    def do_idle(self, tag: str, words: list[str]) -> None:
        known, left = self.peer.next_uid, threading.Event()
        self.say("+ idling")
        telling = threading.Thread(target=self.tell, args=(known, left), daemon=True)
        telling.start()
        self.rfile.readline()
        left.set()
        with self.peer.arrived:
            self.peer.arrived.notify_all()
        telling.join()

    def tell(self, known: int, left: threading.Event) -> None:
        with self.peer.arrived:
            self.peer.arrived.wait_for(lambda: left.is_set() or self.peer.next_uid != known, GATE_SECONDS_MAX)
            if not left.is_set():
                self.say(f"* {len(self.peer.letters)} EXISTS")

    def do_noop(self, tag: str, words: list[str]) -> None:
        pass

    def do_logout(self, tag: str, words: list[str]) -> None:
        self.say("* BYE")

    def chosen(self, numbers: str) -> list[int]:
        found: set[int] = set()
        for part in numbers.split(","):
            first, _, last = part.partition(":")
            found |= set(range(int(first), int(last or first) + 1))
        return sorted(found & set(self.peer.letters))

    def size(self, uid: int) -> int:
        return self.peer.sizes.get(uid, len(self.peer.letters[uid].content))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    peer: Peer

    def get_request(self) -> Any:
        request, address = super().get_request()
        if self.peer.context and not self.peer.starttls:
            request = self.peer.context.wrap_socket(request, server_side=True)
        return request, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the test."""


@contextmanager
def serving(peer: Peer) -> Iterator[Peer]:
    """The peer on a free port of this machine."""
    kind = type("OfPeer", (Conversation,), {"peer": peer})
    with Server(("127.0.0.1", 0), kind) as server:
        server.peer, peer.port = peer, server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield peer
        finally:
            peer.gate.set()
            server.shutdown()
