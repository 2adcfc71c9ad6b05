"""docs/operations.md names every variable of the environment that the program reads, and no other."""

import re
from pathlib import Path

from plainspoken.config.console import LOCALE_VARIABLES

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src" / "plainspoken"
TEXT = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
USE = re.compile(r"os\.environ\b")
NAMED = re.compile(
    r'os\.environ(?:\.get|\.pop|\.setdefault)?[(\[]\s*"(\w+)"|"(\w+)" (?:not )?in os\.environ|_port\("(\w+)"'
)
COMPUTED = {
    "config/backup.py": set(),  # hands all of them on to PostgreSQL's programs
    "config/console.py": set(LOCALE_VARIABLES),
    "config/environment.py": {"PORT", "SMTP_IN_PORT", "LMTP_IN_PORT"},
    "kernel/secrets.py": {"PLAINSPOKEN_SECRET_…"},
}
# Set by the program for its own processes.
INNER = {"DJANGO_SETTINGS_MODULE", "PLAINSPOKEN_PROCESS"}
OF_OPENSSL = {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def texts() -> dict[str, str]:
    paths = sorted(SOURCE.rglob("*.py"))
    return {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8") for path in paths}


def read() -> set[str]:
    found = {name for text in texts().values() for names in NAMED.findall(text) for name in names if name}
    return (found | set().union(*COMPUTED.values())) - INNER


def documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+…?)`", TEXT, re.MULTILINE))


def test_a_variable_whose_name_is_computed_is_listed_above() -> None:
    literal = re.compile(r'environ(?:\.get|\.pop|\.setdefault)?[(\[]\s*"|" (?:not )?in os\.environ')
    computed = {path for path, text in texts().items() if len(USE.findall(text)) > len(literal.findall(text))}
    assert computed == set(COMPUTED)


def test_every_variable_is_documented() -> None:
    missing = sorted(read() - documented())
    assert not missing, f"Say in docs/operations.md what these do: {missing}"


def test_no_variable_is_documented_that_nothing_reads() -> None:
    assert documented() - OF_OPENSSL - read() == set()
