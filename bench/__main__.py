"""Measure: `make bench SIZE=100000 OUT=bench.jsonl`.

Fills a database with the measured firm unless it is there already, prints a table, writes one line of JSON a
figure. DATABASE_URL names another PostgreSQL; one that is not empty and not made by this is refused.
"""

import argparse
import sys
from pathlib import Path

from bench import house
from plainspoken.config import processes
from plainspoken.config.errors import CannotStart


def main(words: list[str]) -> int:
    options = _parser().parse_args(words)
    try:
        with processes.until_told_to_stop():
            _measure(options)
            return 0
    except (CannotStart, house.NotReady) as error:
        print(f"bench: {error}", file=sys.stderr)
    return 1


def _measure(options: argparse.Namespace) -> None:
    with house.opened(options.size, durable=False):
        from bench import measuring

        measuring.prepare(options.size, keep=options.keep)
    if not options.fill:
        with house.opened(options.size):
            measuring.run(options.size, options.out, options.only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="How quick Plainspoken is")
    parser.add_argument("--size", type=int, default=100_000, metavar="CASES")
    parser.add_argument("--out", type=Path, default=Path("bench.jsonl"), metavar="FILE")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="of the figures, only these")
    kept = "use what was filled before the schema or the generator changed, after its migrations"
    parser.add_argument("--keep", action="store_true", help=kept)
    parser.add_argument("--fill", action="store_true", help="fill the database and measure nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
