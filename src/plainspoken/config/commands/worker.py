"""Do what flows: drains, timed jobs, and mail received on SMTP_IN_PORT."""

import argparse

from plainspoken.config import environment, installation, processes


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    with processes.until_told_to_stop(), installation.opened():
        from plainspoken.channels.email import listener
        from plainspoken.kernel import drain

        workers = drain.Workers()
        mail = listener.controller(environment.host(), environment.smtp_in_port())
        workers.start()
        try:
            mail.start()
            processes.sleep_until_stopped()
        finally:
            mail.stop(no_assert=True)
            workers.stop()
    return 0
