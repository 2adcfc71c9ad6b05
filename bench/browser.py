"""A signed-in reader of pages over a real socket, one connection kept."""

import http.client
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from plainspoken.config import environment

PASSWORD = "haian-demo-2026"  # noqa: S105
READERS = 8
READINGS, READINGS_OF_A_SMALL_FIRM, SMALL = 200, 2, 5_000
SECONDS_MAX = 20.0
Work = Callable[["Browser"], object]


class Unexpected(Exception):
    """An answer that is not the page asked for: nothing can be measured by it."""


class Browser:
    """`get` and `post` read the whole answer and raise Unexpected for another status than named."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", environment.port(), timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> bytes:
        return self._ask("GET", address, None, 200)

    def fragment(self, address: str) -> bytes:
        """As a script of the page fetches it."""
        return self._ask("GET", address, None, 200, headers={"HX-Request": "true"})

    def post(self, address: str, form: dict[str, str]) -> bytes:
        """A form that is accepted leads to another page."""
        return self._ask("POST", address, urlencode(form), 302, 303)

    def sign_in(self, username: str) -> "Browser":
        self.get("/sign-in")
        self.post("/sign-in", {"login": username, "password": PASSWORD})
        return self

    def _ask(
        self,
        method: str,
        address: str,
        body: str | None,
        *expected: int,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        answer = self._answer(method, address, body, self.headers(body) | (headers or {}))
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        if answer.status not in expected:
            raise Unexpected(
                f"{method} {address}: {answer.status}\n{content[:2000].decode(errors='replace')}"
            )
        return content

    def _answer(
        self, method: str, address: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """A line that the server has closed, since nobody spoke for long, is opened again, as browsers do."""
        try:
            self.connection.request(method, address, body, headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            self.connection.close()
            self.connection.request(method, address, body, headers)
            return self.connection.getresponse()

    def headers(self, body: str | None = None) -> dict[str, str]:
        named = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            named["Content-Type"] = "application/x-www-form-urlencoded"
            named["X-CSRFToken"] = self.cookies.get(environment.cookie_name("csrf", of_this_port=True), "")
        return named


def is_large(size: int) -> bool:
    """Whether a firm is large enough to tell anything; of another only that it can be measured is of interest."""
    return size >= SMALL


def readings(size: int) -> int:
    """How many a figure is made of."""
    return READINGS if is_large(size) else READINGS_OF_A_SMALL_FIRM


def timed(work: Callable[[], object], times: int, seconds_max: float = SECONDS_MAX) -> list[float]:
    """Seconds of each, after one that warms up; fewer of what is slow."""
    work()
    seconds: list[float] = []
    while len(seconds) < times and sum(seconds) < seconds_max:
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def per_second(browsers: Sequence[Browser], work: Work, times: int) -> float:
    """How often all of them together do it, at once."""

    def all_of(browser: Browser) -> None:
        for _ in range(times):
            work(browser)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(browsers)) as threads:
        list(threads.map(all_of, browsers))
    return times * len(browsers) / (time.perf_counter() - began)
