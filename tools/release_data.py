"""Makes the data of a release, from which the next one is tested to upgrade: a backup and its keys.

    python tools/release_data.py               into tests/config/release, in place of what is there

Run it at each release, from the release's own checkout, before its first migration after it. The firm is invented,
and the keys open nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
FIRM = CHECKOUT / "docs" / "firm.example.toml"
OUT = CHECKOUT / "tests" / "config" / "release"
PASSWORD = "a quiet harbour at dawn"  # noqa: S105
ADDRESS = "service@bank.example"
BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS = (
    "信用卡年费怎么收？",
    "What does the gold card cost a year?",
    "我要投诉：柜台态度差。",
    "How do I close my account?",
)
LARGE = "一行很长的话。\n" * 3_200


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        home, mails, made = Path(folder) / "home", Path(folder) / "mails", Path(folder) / "made"
        mails.mkdir()
        for number in range(12):
            (mails / f"{number:02}.eml").write_bytes(mail(number))
        told(home, "migrate")
        told(home, "firm", "apply", str(FIRM))
        told(home, "firm", "password", "wei", reads=PASSWORD + "\n")
        told(home, "ingest", str(mails))
        told(home, "backup", str(made))
        told(home, "backup", "--secrets", str(made / "keys.toml"))
        shutil.rmtree(OUT, ignore_errors=True)
        shutil.copytree(made, OUT)
    print(f"{OUT}: {sum(file.stat().st_size for file in OUT.rglob('*') if file.is_file()):,} bytes")


def mail(number: int) -> bytes:
    """Every third answers the one before it; one is too large for a row."""
    message = EmailMessage()
    sender = number - 1 if number % 3 == 2 else number
    message["From"] = f"客户{sender} <customer{sender}@mail.example>"
    message["To"] = ADDRESS
    message["Subject"] = f"来信 {sender}"
    message["Date"] = format_datetime(BEGAN + timedelta(hours=number))
    message["Message-ID"] = f"<{number}@mail.example>"
    if sender != number:
        message["In-Reply-To"] = f"<{sender}@mail.example>"
    message.set_content(LARGE if number == 7 else WORDS[number % len(WORDS)])
    return bytes(message)


def told(home: Path, *words: str, reads: str = "") -> None:
    environment = {**os.environ, "PLAINSPOKEN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "plainspoken.cli", *words]
    subprocess.run(command, env=environment, input=reads, text=True, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
