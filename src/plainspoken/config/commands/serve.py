"""Answer pages on PORT."""

import argparse

from plainspoken.config import environment, installation, processes


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    processes.check_port("PORT", environment.port())
    with processes.until_told_to_stop(), installation.database():
        processes.done_first("check")
        processes.keep([processes.web()])
    return 0
