"""Keep the embedded database running and print its DATABASE_URL."""

import argparse

from plainspoken.config import embedded, environment, processes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--not-durable", action="store_true", help="quicker; a power cut may lose everything (for tests)"
    )


def run(options: argparse.Namespace) -> int:
    home = environment.home()
    with processes.until_told_to_stop(), embedded.running(home, durable=not options.not_durable):
        print(embedded.url(home), flush=True)
        processes.sleep_until_stopped()
    return 0
