"""`python -m chaos --seeds 10`: storms one after the other, a row of a table each; exit code 1 when something broke."""

import argparse
import os
import signal
import subprocess
import sys

from chaos import homes, storm
from chaos.storm import Plan
from plainspoken.config import children, processes

SHORT, LONG = {"rounds": 1, "malformed": 30}, {"rounds": 2, "malformed": 300}


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="so many storms")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--nodes", type=int, choices=(1, 2), help="of one or of two nodes; else by turns")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--port", type=int, default=0, help="the first of four in a row; else free ones")
    parser.add_argument("--inner", action="store_true", help="this process is for one storm alone")
    options = parser.parse_args()
    homes.own_mounts("chaos")
    if options.inner:
        children.end_with_parent(signal.SIGTERM, os.getppid())
        with processes.until_told_to_stop():
            return _one(options)
        return 1
    print(storm.HEAD, flush=True)
    return max(_in_own_process(options, seed) for seed in range(options.first, options.first + options.seeds))


def _one(options: argparse.Namespace) -> int:
    size = SHORT if options.short else LONG
    report = storm.raged(Plan(options.first, options.nodes, first_port=options.port, **size))
    print(report.row(), flush=True)
    return bool(report.broken)


def _in_own_process(options: argparse.Namespace, seed: int) -> int:
    count = options.nodes or 1 + seed % 2
    words = ["--inner", "--first", str(seed), "--nodes", str(count), "--port", str(options.port)]
    words += ["--short"] if options.short else []
    return subprocess.run([sys.executable, "-m", "chaos", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
