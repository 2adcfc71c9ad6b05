"""Clerks at their browsers: they take what waits, answer it, and look at pages in between."""

import http.client
import re
import threading
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

from bench.browser import PASSWORD

AGENTS = ["lin", "he", "shen", "tang"]
SEEN = re.compile(rb'name="seen" value="([0-9a-f-]{36})"')
CASE = re.compile(r"/cases/[0-9a-f-]{36}/")
PAGES = ["/", "/cases/", "/due/", "/measures/", "/search/?q=%E5%B9%B4%E8%B4%B9"]
PAUSE_SECONDS = 0.2


@dataclass
class Done:
    """`answers` are words of answers a page took; `unknown` those whose line broke; `refused` by status."""

    answers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    troubles: int = 0


class Line:
    """One browser on one node, signed in."""

    def __init__(self, port: int, username: str) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/sign-in")
        status, _, _ = self.ask("POST", "/sign-in", {"login": username, "password": PASSWORD})
        if status not in (302, 303):
            raise OSError(f"not signed in: {status}")

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """Status, where it leads, content."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"X-CSRFToken": self.cookies.get(f"csrf_{self.port}", "")}
        self.connection.request(method, address, None if form is None else urlencode(form), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer.status, answer.headers.get("Location", ""), content


class Clerks:
    """One thread a clerk; `judged` are the form's values for type and line."""

    def __init__(self, seed: int, ports: list[int], judged: dict[str, str]) -> None:
        self.done = Done()
        self.ports = ports
        self.judged = judged
        self.ending = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, args=(name, Random(f"{seed} {name}")), name=name, daemon=True)
            for name in AGENTS
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _work(self, name: str, chance: Random) -> None:
        line, turn = None, 0
        while not self.ending.is_set():
            turn += 1
            try:
                line = line or Line(chance.choice(self.ports), name)
                self._answer_next(line, f"ans-{name}-{turn}-{chance.randrange(10**9)}")
                line.ask("GET", chance.choice(PAGES))
            except (OSError, http.client.HTTPException):
                self.done.troubles += 1
                line = None
            self.ending.wait(PAUSE_SECONDS)

    def _answer_next(self, line: Line, token: str) -> None:
        status, to, _ = line.ask("POST", "/queue/next/", {})
        _still_signed_in(to)
        case = CASE.search(to)
        if status not in (302, 303) or case is None:
            return
        _, _, page = line.ask("GET", case[0])
        if not (seen := SEEN.search(page)):
            return
        form = {**self.judged, "text": f"您好，年费二百元。\n\n{token}", "seen": seen[1].decode()}
        try:
            status, to, _ = line.ask("POST", f"{case[0]}answer-at-once/", form)
        except (OSError, http.client.HTTPException):
            self.done.unknown.append(token)
            raise
        _still_signed_in(to)
        if status in (302, 303):
            self.done.answers.append(token)


def _still_signed_in(to: str) -> None:
    """A clock that leaps ends sessions: the page leads to the sign-in, and nothing was taken."""
    if to.startswith("/sign-in"):
        raise OSError("signed out")
