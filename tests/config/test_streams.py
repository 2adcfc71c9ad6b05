"""Three hundred screens are open on the real server: pages are served, all hear what commits, all end at SIGTERM."""

import http.client
import logging
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from config.conftest import Home
from config.copies import Copy, Start, free_port, wait_until
from plainspoken.config import embedded
from plainspoken.kernel import live
from plainspoken.kernel.live import Audience, Notice

pytestmark = pytest.mark.processes
STREAMS = 300
NOTICES = 40
P95_MS_MAX = 1_000
log = logging.getLogger(__name__)
SIGN_IN = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from plainspoken.organization.models import Appointment
person = Appointment.objects.order_by("from_day").first().person
browser = Client(); browser.force_login(person)
print(f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}")
"""


class Screen:
    """One open stream, and when it heard what."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.heard: dict[str, float] = {}
        self.hello, self.ended = threading.Event(), threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """As a browser does: a process that is full is asked again, and the other one may answer."""
        while not self.hello.is_set():
            self._open()
        self.ended.set()

    def _open(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("GET", f"/live/?tab={uuid4()}", headers={"Cookie": self.cookie})
        answer = line.getresponse()
        if answer.status != http.client.OK:
            time.sleep(0.2)
            return
        try:
            while told := answer.readline():
                self._hear(told.decode())
        except (OSError, http.client.HTTPException):
            return

    def _hear(self, told: str) -> None:
        if told.startswith("event: hello"):
            self.hello.set()
        elif told.startswith("data: ") and (found := re.search(r'"id": "([0-9a-f-]{36})"', told)):
            self.heard[found[1]] = time.monotonic()


def signed_in(copy: Copy) -> str:
    environment = {**copy.environment, "DJANGO_SETTINGS_MODULE": "plainspoken.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SIGN_IN], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def told_at(home: Path) -> dict[str, float]:
    """Commit notices to everybody one by one, from another process's connection: when each was committed."""
    moments = {}
    with psycopg.connect(embedded.url(home), autocommit=True) as line:
        for _ in range(NOTICES):
            key = uuid4()
            notice = Notice("conversations.conversation", key, Audience(everybody=True))
            line.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, notice.packed()])
            moments[str(key)] = time.monotonic()
            time.sleep(0.1)
    return moments


def page(port: int, cookie: str) -> tuple[int, float]:
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/cases/", headers={"Cookie": cookie})
    return line.getresponse().status, time.monotonic() - began


def test_three_hundred_screens_and_a_page(start: Start, firm_home: Home) -> None:
    port = free_port()
    copy = start("run", home=firm_home("home"), PORT=str(port), SMTP_IN_PORT=str(free_port()))
    copy.wait_for("is ready")
    cookie = signed_in(copy)
    screens = [Screen(port, cookie) for _ in range(STREAMS)]
    wait_until(lambda: all(one.hello.is_set() for one in screens), "every screen is open")

    assert page(port, cookie)[0] == http.client.OK
    moments = told_at(copy.home)
    wait_until(lambda: all(set(moments) <= set(one.heard) for one in screens), "every screen has heard all")
    took = sorted(1000 * (one.heard[key] - at) for one in screens for key, at in moments.items())
    p95 = took[int(len(took) * 0.95)]
    status, seconds = page(port, cookie)
    log.info("median %.0f ms, p95 %.0f ms, a page %.2f s", took[len(took) // 2], p95, seconds)
    assert status == http.client.OK
    assert p95 < P95_MS_MAX

    began = time.monotonic()
    copy.process.send_signal(signal.SIGTERM)
    assert all(one.ended.wait(10) for one in screens)
    ended = time.monotonic() - began
    assert copy.process.wait(30) == 0
    log.info("ended after %.2f s", ended)
    assert ended < 4, "granian kills after 5 s what does not end by itself"
