"""Ciphers, codes of authentication and signatures, each with the name of its algorithm and of its key.

Chinese banks are assessed for SM2, SM3 and SM4: what is stored says how it was made, so that another
algorithm stands beside these by a line in `CIPHERS`, `CODES` or `SIGNATURES` and a key of that algorithm in
secrets.toml. What is made here begins with `<algorithm>.<key>:`.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from plainspoken.kernel import secrets
from plainspoken.kernel.secrets import Key

SIGNED_WITH = "ed25519"
NONCE_BYTES = 12
HEADER_BYTES_MAX = 64


class CannotOpen(Exception):
    """The bytes were not sealed by this installation, or for another place, or have been changed."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """`seal(key, plain, context)` adds what it needs to open; `open` raises CannotOpen."""

    seal: Callable[[bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Signature:
    """`sign(key, message)`, `verify(public key, message, signature)`, and the public key of a key."""

    sign: Callable[[bytes, bytes], bytes]
    verify: Callable[[bytes, bytes, bytes], bool]
    public: Callable[[bytes], bytes]


def seal(plain: bytes, context: bytes) -> bytes:
    """Encrypt and authenticate. `context` names the place, and must be the same to open.

    AES-256-GCM (NIST SP 800-38D) with random nonces: good for 2^32 sealings a key.
    """
    key = secrets.key("encryption")
    header = _header(key)
    return header + CIPHERS[key.algorithm].seal(key.raw, plain, header + context)


def unseal(sealed: bytes, context: bytes) -> bytes:
    """What was sealed for that context. Raises CannotOpen."""
    header, key = _headed(sealed, "encryption")
    return CIPHERS[key.algorithm].open(key.raw, sealed[len(header) :], header + context)


def blind(value: str, purpose: str) -> bytes:
    """An index by which a value can be found without being read (HMAC-SHA-256, RFC 2104)."""
    assert "\0" not in purpose
    key = secrets.key("blind_index")
    return _header(key) + CODES[key.algorithm](key.raw, f"{purpose}\0{value}".encode())


def mac(message: bytes) -> bytes:
    """A code that only this installation can make (HMAC-SHA-256, RFC 2104)."""
    return mac_maker()(message)


def mac_is(message: bytes, code: bytes) -> bool:
    """Whether the code is ours for the message, made with the key it names."""
    return mac_checker()(message, code)


def mac_maker() -> Callable[[bytes], bytes]:
    """`mac` for many messages: the key is looked up once."""
    key = secrets.key("ledger_mac")
    header, code, raw = _header(key), CODES[key.algorithm], key.raw
    return lambda message: header + code(raw, message)


def mac_checker() -> Callable[[bytes, bytes], bool]:
    """`mac_is` for many messages: the keys are looked up once."""
    keys = {_header(key): (CODES[key.algorithm], key.raw) for key in secrets.keys("ledger_mac")}

    def is_ours(message: bytes, code: bytes) -> bool:
        header = code[: code.find(b":", 0, HEADER_BYTES_MAX) + 1]
        if header not in keys:
            return False
        make, raw = keys[header]
        return hmac.compare_digest(header + make(raw, message), code)

    return is_ours


def sign(message: bytes) -> bytes:
    """A signature (Ed25519, RFC 8032) by the key that `signing_key_id` names."""
    key = secrets.key("signing")
    return SIGNATURES[key.algorithm].sign(key.raw, message)


def signed(message: bytes, signature: bytes, key_id: str = "") -> bool:
    """Whether the signature over the message is ours, by the named key or the one used now."""
    for key in secrets.keys("signing")[::-1]:
        if key_id in {"", _fingerprint(key)}:
            return SIGNATURES[key.algorithm].verify(_public(key), message, signature)
    return False


def verify(message: bytes, signature: bytes, public_key: bytes, algorithm: str = SIGNED_WITH) -> bool:
    """Whether the signature is by the owner of the public key; needs no secret."""
    return SIGNATURES[algorithm].verify(public_key, message, signature)


def public_key(key_id: str = "") -> bytes:
    """The 32 bytes with which anybody can check what the named key, or the one used now, has signed."""
    for key in secrets.keys("signing")[::-1]:
        if key_id in {"", _fingerprint(key)}:
            return _public(key)
    raise CannotOpen(f"secrets.toml holds no signing key {key_id}")


def signing_key_id() -> str:
    """A short name of the signing key: the first 16 hexadecimal digits of its public key's SHA-256."""
    return _fingerprint(secrets.key("signing"))


def _header(key: Key) -> bytes:
    return f"{key.algorithm}.{key.id}:".encode()


def _headed(made: bytes, name: str) -> tuple[bytes, Key]:
    """The header of what was made here, and the key it names. Raises CannotOpen."""
    header = made[: made.find(b":", 0, HEADER_BYTES_MAX) + 1]
    for key in secrets.keys(name)[::-1]:
        if header == _header(key):
            return header, key
    raise CannotOpen(f"made with a key that secrets.toml does not hold: {header!r}")


def _fingerprint(key: Key) -> str:
    return hashlib.sha256(_public(key)).hexdigest()[:16]


@cache
def _public(key: Key) -> bytes:
    return SIGNATURES[key.algorithm].public(key.raw)


def _aes_seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _aes_open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed, or sealed for another place") from error


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _ed25519_sign(key: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key).sign(message)


def _ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _ed25519_public(key: bytes) -> bytes:
    whole = Ed25519PrivateKey.from_private_bytes(key)
    return whole.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


CIPHERS = {"aes-256-gcm": Cipher(_aes_seal, _aes_open)}
CODES = {"hmac-sha256": _hmac_sha256}
SIGNATURES = {"ed25519": Signature(_ed25519_sign, _ed25519_verify, _ed25519_public)}
