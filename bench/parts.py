"""What is not a page and not a mail: starting, memory, and the work of single drains."""

import time
from datetime import timedelta
from functools import partial

from bench import browser, house
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from plainspoken.config import environment, processes
from plainspoken.kernel import clock, drain, ledger, measures
from plainspoken.kernel import verify as proof
from plainspoken.kernel.actor import system
from plainspoken.organization.models import Firm

TIMES = 5
DAYS_COUNTED = 30
ENTRIES_SEALED = 5_000
PAGES_READ = 10
WRITER = system("bench.writer")


def start(size: int) -> list[Figure]:
    """From the command `serve` to the first page; the database is up already."""
    seconds = [_until_answered() for _ in range(3)]
    return [Figure("start", size, p50(seconds), p95(seconds))]


def memory(size: int) -> list[Figure]:
    """Pages and one worker, when they have just come up and after pages were read by several at once."""
    with house.pages() as web, house.workers() as working:
        idle = house.memory_mb(web, *working)
        readers = [Browser().sign_in("zhou") for _ in range(browser.READERS)]
        for address in ("/cases/", "/", "/measures/", "/search/?q=account"):
            browser.per_second(readers, partial(Browser.get, address=address), PAGES_READ)
        load = house.memory_mb(web, *working)
    return [Figure("memory_idle", size, mb=idle), Figure("memory_load", size, mb=load)]


def recount(size: int) -> list[Figure]:
    """All measures of a day counted from the records: each day of the last month, the dearest counts."""
    today = clock.now().date()
    days = [today - timedelta(days=back) for back in range(DAYS_COUNTED)]
    seconds = []
    for day in days:
        began = time.perf_counter()
        for code in measures.measures:
            measures.recount(code, day, day)
        seconds.append(time.perf_counter() - began)
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
    firm = Firm.objects.get()
    drain.run_until_empty("sealing")
    ledger.write([ledger.Draft("bench.note", firm, WRITER) for _ in range(ENTRIES_SEALED)])
    began = time.perf_counter()
    drain.run_until_empty("sealing")
    return [Figure("seal", size, per_second=ENTRIES_SEALED / (time.perf_counter() - began))]


def _until_answered() -> float:
    began = time.perf_counter()
    serving = processes.Child("serve", processes.this_program("serve"))
    with house.running(serving):
        house.until(lambda: house.answers(environment.port()), "pages are answered")
        Browser().get("/sign-in")
        return time.perf_counter() - began
