"""Say whether everything that serving needs is there; at a terminal, ask for a firm where there is none."""

import argparse

from plainspoken.config import installation, processes

STOPPED = 130


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    with processes.until_told_to_stop(), installation.opened():
        from plainspoken.config import founding

        founding.settle()
        print("Ready to serve.")
        return 0
    return STOPPED
