"""The command line: each module of `config/commands` is a command: `arguments(parser)`, `run(options)`."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from plainspoken.config import commands
from plainspoken.config.errors import CannotStart
from plainspoken.kernel.secrets import FileTooOpen, SecretMissing

CANNOT_START = 2
INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 when it could not start, 130 after Ctrl-C."""
    options = _parser().parse_args(words)
    try:
        exit_code: int = options.run(options)
    except (CannotStart, ImproperlyConfigured, FileTooOpen, SecretMissing) as error:
        print(f"plainspoken: {error}", file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        return INTERRUPTED
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plainspoken", description="Plainspoken (直言)")
    chosen = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"{commands.__name__}.{found.name}")
        summary = (module.__doc__ or "").split("\n", 1)[0]
        command = chosen.add_parser(found.name.replace("_", "-"), help=summary, description=summary)
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
