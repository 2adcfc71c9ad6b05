"""Print the code that the demo asks of its security officer now. A real firm's codes are nowhere but in its apps."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: the demo has one account with a second factor."""


def run(options: argparse.Namespace) -> int:
    from plainspoken.demo import factor

    print(factor.code())
    return 0
