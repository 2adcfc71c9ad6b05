"""One-time codes of an authenticator app (TOTP, RFC 6238): secrets, codes, and the picture an app reads."""

import base64
import hmac
import secrets
from datetime import datetime

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from plainspoken.kernel import crypto

SECRET_BYTES = 20
DIGITS = 6
STEP_SECONDS = 30
# Clocks of phones are off: the code before and the code after are taken too.
STEPS_OFF_MAX = 1
RECOVERY_CODES = 10
RECOVERY_BYTES = 15
_PURPOSE = "organization.recovery_code"


def new_secret() -> str:
    """A secret as apps take it by hand: base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code(secret: str, step: int) -> str:
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def step_of(secret: str, given: str, moment: datetime, *, after: int = 0) -> int | None:
    """The step whose code this is, none up to `after`; None when it is no code of about this moment."""
    now = step_at(moment)
    for step in range(now - STEPS_OFF_MAX, now + STEPS_OFF_MAX + 1):
        if step > after and hmac.compare_digest(code(secret, step).encode(), given.encode()):
            return step
    return None


def address(secret: str, username: str, issuer: str) -> str:
    """What the picture says: `otpauth://totp/…`."""
    return _totp(secret).get_provisioning_uri(username, issuer)


def picture(text: str) -> str:
    """A QR code as SVG without style or script, dark on white whatever the page is."""
    made = segno.make(text, error="m", micro=False)
    drawn: str = made.svg_inline(
        scale=4, light="#fff", dark="#000", omitsize=True, svgclass=None, lineclass=None
    )
    return drawn


def new_recovery_code() -> str:
    """120 random bits, in groups of six that a person can copy."""
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def plain(given: str) -> str:
    """What was typed without the spaces and dashes in which people write codes."""
    return "".join(sign for sign in given if sign.isalnum()).lower()


def digest(recovery_code: str) -> bytes:
    return crypto.blind(plain(recovery_code), _PURPOSE)


def _totp(secret: str) -> TOTP:
    # SHA-1 and six digits are what the apps of all makers know; as a MAC it is not broken.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
