"""Do what flows: drains, timed jobs, and mail: received on SMTP_IN_PORT and LMTP_IN_PORT, fetched by IMAP."""

import argparse
from typing import TYPE_CHECKING

from plainspoken.config import environment, installation, processes
from plainspoken.config.errors import CannotStart

if TYPE_CHECKING:
    from plainspoken.channels.email.listener import Listener


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    with processes.until_told_to_stop(), installation.opened():
        from plainspoken.channels.email import imap, listener
        from plainspoken.config import readiness
        from plainspoken.kernel import chores, drain
        from plainspoken.organization import queries

        readiness.check()
        drain.register_batch("chores", lambda: chores.do_due(lambda: queries.today(queries.root())))
        workers = drain.Workers()
        readers, listeners = imap.Readers(), _listeners()
        workers.start()
        readers.start()
        try:
            for one in listeners:
                one.start()
            processes.sleep_until_stopped()
        except listener.PortTaken as error:
            raise CannotStart(
                f"{error}. End that program or choose another port: SMTP_IN_PORT, LMTP_IN_PORT."
            ) from error
        finally:
            for one in listeners:
                one.stop(no_assert=True)
            readers.stop()
            workers.stop()
    return 0


def _listeners() -> list["Listener"]:
    from plainspoken.channels.email import listener

    host, lmtp = environment.host(), environment.lmtp_in_port()
    by_smtp = listener.controller(host, environment.smtp_in_port())
    return [by_smtp, *([listener.controller(host, lmtp, listener.LmtpListener)] if lmtp else [])]
