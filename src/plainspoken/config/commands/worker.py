"""Do what flows: drains, timed jobs, mail received on SMTP_IN_PORT and LMTP_IN_PORT and fetched by IMAP."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from plainspoken.config import environment, installation, processes
from plainspoken.config.errors import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    with processes.until_told_to_stop(), installation.opened():
        from plainspoken.channels.email import readers
        from plainspoken.config import readiness
        from plainspoken.kernel import chores, drain
        from plainspoken.organization import queries

        readiness.check()
        drain.register_batch("chores", lambda: chores.do_due(lambda: queries.today(queries.root())))
        workers, fetching = drain.Workers(), readers.Readers()
        workers.start()
        try:
            with _listening():
                fetching.start()
                processes.sleep_until_stopped()
        finally:
            fetching.stop()
            workers.stop()
    return 0


@contextmanager
def _listening() -> Iterator[None]:
    """Mail is received on its ports inside the block. Raises CannotStart, naming the variable to change."""
    from plainspoken.channels.email import listener

    ports = [("SMTP_IN_PORT", environment.smtp_in_port(), listener.Listener)]
    if lmtp := environment.lmtp_in_port():
        ports.append(("LMTP_IN_PORT", lmtp, listener.LocalListener))
    with ExitStack() as stack:
        for variable, port, kind in ports:
            one = listener.controller(environment.host(), port, kind)
            stack.callback(one.stop, no_assert=True)
            try:
                one.start()
            except listener.PortTaken as error:
                raise CannotStart(f"{error}. End that program or choose another port: {variable}.") from error
        yield
