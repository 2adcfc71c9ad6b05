"""What is not a page and not a mail: starting, memory, and the work of single drains."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from bench import browser, house, mail
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from plainspoken.config import environment, processes
from plainspoken.kernel import drain, ledger, measures
from plainspoken.kernel import verify as proof
from plainspoken.kernel.actor import system
from plainspoken.organization.models import Firm

STARTS, RECOUNTS = 3, 2
ENTRIES_SEALED, ENTRIES_OF_A_SMALL_FIRM = 40_000, 500
PAGES_READ = 25
READERS = ("lin", "he", "shen", "tang", "feng", "zhou", "bai", "lin")
SETTLE_SECONDS, LOOK_SECONDS = 3.0, 0.2
WRITER = system("bench.writer")


def start(size: int) -> list[Figure]:
    """From the command `serve` to the first page; the database is up already."""
    seconds = [_until_answered() for _ in range(STARTS if browser.is_large(size) else 1)]
    return [Figure("start", size, p50(seconds), p95(seconds))]


def memory(size: int) -> list[Figure]:
    """Pages and a worker that have just come up; at most, with a second one, while pages are read and mail comes in."""
    serving = processes.Child("serve", processes.this_program("serve"))
    with house.running(serving), house.workers(mail.WORKERS) as working:
        house.until(lambda: house.answers(environment.port()), "pages are answered")
        readers = [Browser().sign_in(username) for username in READERS]
        time.sleep(SETTLE_SECONDS)
        idle = house.memory_mb(serving, working[0])
        with ThreadPoolExecutor(2) as threads:
            works: list[Future[Any]] = [
                threads.submit(mail.burst, size),
                threads.submit(_read, readers, size),
            ]
            load = [house.memory_mb(serving, *working)]
            while not all(one.done() for one in works):
                time.sleep(LOOK_SECONDS)
                load.append(house.memory_mb(serving, *working))
            for one in works:
                one.result()
    return [Figure("memory_idle", size, mb=idle), Figure("memory_load", size, mb=max(load))]


def _read(readers: Sequence[Browser], size: int) -> None:
    pages = PAGES_READ if browser.is_large(size) else 1
    for address in ("/cases/", "/", "/measures/", "/search/?q=account"):
        browser.per_second(readers, partial(Browser.get, address=address), pages)


def recount(size: int) -> list[Figure]:
    """All measures of all days counted from the records, and found to be what the roll-up says."""
    drain.run_until_empty("measures")
    seconds = []
    for _ in range(RECOUNTS if browser.is_large(size) else 1):
        began = time.perf_counter()
        different = measures.recheck()
        seconds.append(time.perf_counter() - began)
        assert different == 0, "the roll-up differs from a recount"
    return [Figure("recount", size, p50(seconds), p95(seconds))]


def verify(size: int) -> list[Figure]:
    """The whole ledger, every hash and signature: entries a second."""
    began = time.perf_counter()
    report = proof.verify()
    seconds = time.perf_counter() - began
    assert report.trouble is None, report.trouble
    return [Figure("verify", size, per_second=report.sealed / seconds)]


def seal(size: int) -> list[Figure]:
    """Entries a second, by the drain that numbers them and lets the tree grow."""
    firm, count = Firm.objects.get(), ENTRIES_SEALED if browser.is_large(size) else ENTRIES_OF_A_SMALL_FIRM
    drain.run_until_empty("sealing")
    ledger.write([ledger.Draft("bench.note", firm, WRITER) for _ in range(count)])
    began = time.perf_counter()
    drain.run_until_empty("sealing")
    return [Figure("seal", size, per_second=count / (time.perf_counter() - began))]


def _until_answered() -> float:
    began = time.perf_counter()
    serving = processes.Child("serve", processes.this_program("serve"))
    with house.running(serving):
        house.until(lambda: house.answers(environment.port()), "pages are answered")
        Browser().get("/sign-in")
        return time.perf_counter() - began
