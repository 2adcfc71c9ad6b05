"""What the environment says about this installation, read once, with errors that say what to do."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from plainspoken.config import embedded
from plainspoken.kernel import secrets

PORT_MAX = 65_535
SESSION_IDLE_MINUTES_MIN, SESSION_IDLE_MINUTES_MAX = 5, 240
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
POOL_CONNECTIONS_MAX = 20


def home() -> Path:
    """The folder that holds data and secrets: PLAINSPOKEN_HOME, else ./data."""
    return Path(os.environ.get("PLAINSPOKEN_HOME") or "data").resolve()


def demo() -> bool:
    """Whether the demo firm is served; `plainspoken run --demo` says so to its processes."""
    return os.environ.get("PLAINSPOKEN_DEMO") == "1"


def test_clock() -> Path | None:
    """The file that moves the clock of a test: PLAINSPOKEN_TEST_CLOCK=1 follows `test-clock` in the home.

    Only with --demo: a real firm is never served so, hence nobody can move its clock.
    """
    if os.environ.get("PLAINSPOKEN_TEST_CLOCK") != "1":
        return None
    file = home() / "test-clock"
    if not demo() or not file.is_file():
        raise ImproperlyConfigured(
            "PLAINSPOKEN_TEST_CLOCK moves the clock and is for tests of this program. Unset it. "
            f"(A test needs PLAINSPOKEN_DEMO=1 and {file}.)"
        )
    return file


def port() -> int:
    """The port of pages: PORT, else 8000."""
    return _port("PORT", 8000)


def smtp_in_port() -> int:
    """The port on which mail is received: SMTP_IN_PORT, else 2525."""
    return _port("SMTP_IN_PORT", 2525)


def lmtp_in_port() -> int | None:
    """The port on which mail is delivered by LMTP: LMTP_IN_PORT; without it by SMTP alone."""
    return _port("LMTP_IN_PORT", 0) if os.environ.get("LMTP_IN_PORT") else None


def host() -> str:
    """The address listened on: HOST, else this machine only. A demo never listens elsewhere."""
    address = os.environ.get("HOST") or "127.0.0.1"
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError as error:
        raise ImproperlyConfigured(f"HOST must be an IP address, not {address!r}.") from error
    if demo() and not loopback:
        raise ImproperlyConfigured(
            f"HOST is {address}, but the demo firm has one known password and serves this machine only. "
            "Unset HOST, or run without --demo."
        )
    return address


def public_url() -> str:
    """The address people use, without a slash at its end: PUBLIC_URL, else this machine and PORT."""
    url = (os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port()}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"PUBLIC_URL must be like https://service.bank.example, without a path, not {url!r}."
        )
    return url


def secure() -> bool:
    """Whether people reach the pages by https; a proxy in front then ends TLS."""
    return public_url().startswith("https://")


def allowed_hosts() -> list[str]:
    """Host names answered to: that of PUBLIC_URL, and this machine."""
    public = urlsplit(public_url()).hostname
    assert public is not None
    return list(dict.fromkeys([public, "localhost", "127.0.0.1", "[::1]"]))


def trusted_origins() -> list[str]:
    """Origins whose forms are accepted besides the one a request came to."""
    return [public_url()]


def log_level() -> str:
    """From which level on lines are logged: LOG_LEVEL, else INFO; a demo's console stays calm."""
    level = (os.environ.get("LOG_LEVEL") or ("WARNING" if demo() else "INFO")).upper()
    if level not in LOG_LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {level!r}.")
    return level


def session_idle_minutes() -> int:
    """After how long without anything done a session ends: SESSION_IDLE_MINUTES, else 60."""
    text = os.environ.get("SESSION_IDLE_MINUTES") or "60"
    least, most = SESSION_IDLE_MINUTES_MIN, SESSION_IDLE_MINUTES_MAX
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"SESSION_IDLE_MINUTES must be from {least} to {most}, not {text!r}.")
    return int(text)


def cookie_name(name: str, *, of_this_port: bool = False) -> str:
    """With https the prefix makes browsers take it from this very host alone, by https alone, for all of it.

    Browsers share cookies between the ports of a machine: the port keeps two copies apart.
    """
    if secure():
        return f"__Host-{name}"
    return f"{name}_{port()}" if of_this_port else name


def django_secret_key(home: Path) -> str:
    """The key of sessions and signed values, from secrets.toml in `home`."""
    return secrets.read(home, "django")


def database(home: Path) -> dict[str, object]:
    """Django's database settings, from DATABASE_URL, else for the embedded database of `home`.

    Serving processes share a pool, as many threads wait at once; all others hold a connection of their own.
    """
    given = conninfo_to_dict(database_url(home))
    options: dict[str, object] = {
        key: value
        for key, value in given.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    if serving():
        options["pool"] = {"min_size": 1, "max_size": POOL_CONNECTIONS_MAX, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given["dbname"],
        "USER": given.get("user", ""),
        "PASSWORD": given.get("password", ""),
        "HOST": given.get("host", ""),
        "PORT": given.get("port", ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if serving() else None,
        "CONN_HEALTH_CHECKS": True,
    }


def database_url(home: Path) -> str:
    """Where the database is: DATABASE_URL, else the embedded one of `home`."""
    return os.environ.get("DATABASE_URL") or embedded.url(home)


def serving() -> bool:
    """Whether this process answers pages (`config.wsgi` says so)."""
    return os.environ.get("PLAINSPOKEN_PROCESS") == "web"


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= PORT_MAX:
        raise ImproperlyConfigured(f"{name} must be a port number from 1 to {PORT_MAX}, not {text!r}.")
    return int(text)
