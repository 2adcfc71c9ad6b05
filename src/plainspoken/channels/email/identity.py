"""When two deliveries are the same mail: all that its sender wrote, nothing that the way here added."""

import hashlib
import re

from plainspoken.channels.email import headers

TRACES = re.compile(
    r"received|return-path|delivered-to|authentication-results|x-.*|received-spf|arc-.*|envelope-to|delivery-date|"
    r"status|content-length|lines"
)


def digest(raw: bytes) -> bytes:
    """SHA-256 over fields and body: line endings, folding and blank lines at the end do not count."""
    raw = raw.lstrip(b"\r\n")
    fields, body_at = headers.split(raw)
    hashed = hashlib.sha256()
    for name, value in fields.fields:
        if not TRACES.fullmatch(name):
            hashed.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    hashed.update(b"\n" + raw[body_at:].replace(b"\r\n", b"\n").rstrip(b"\r\n"))
    return hashed.digest()
