"""Do what flows: drains, timed jobs, and mail received on SMTP_IN_PORT."""

import argparse

from plainspoken.config import environment, installation, processes
from plainspoken.config.errors import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    with processes.until_told_to_stop(), installation.opened():
        from plainspoken.channels.email import listener
        from plainspoken.config import readiness
        from plainspoken.kernel import chores, drain
        from plainspoken.organization import queries

        readiness.check()
        drain.register_batch("chores", lambda: chores.do_due(lambda: queries.today(queries.root())))
        workers = drain.Workers()
        mail = listener.controller(environment.host(), environment.smtp_in_port())
        workers.start()
        try:
            mail.start()
            processes.sleep_until_stopped()
        except listener.PortTaken as error:
            raise CannotStart(f"{error}. End that program or choose another port: SMTP_IN_PORT.") from error
        finally:
            mail.stop(no_assert=True)
            workers.stop()
    return 0
