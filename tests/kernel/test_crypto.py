"""What is sealed opens only unchanged and in its place; codes and signatures are ours; keys may change."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainspoken.kernel import crypto, secrets
from plainspoken.kernel.crypto import CannotOpen


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path))
    return tmp_path


def add_keys(home: Path) -> None:
    """As an administrator does: one more key at the end of each list."""
    lines = (home / "secrets.toml").read_text().splitlines()
    added = [
        f'  {{ id = "new", algorithm = "{kind}", secret = "{"5a" * 32}" }},' for kind in secrets.KEYS.values()
    ]
    made = [added.pop(0) + "\n" + line if line == "]" else line for line in lines]
    (home / "secrets.toml").write_text("\n".join(made))


@given(st.binary(max_size=2000), st.binary(max_size=50))
def test_what_is_sealed_opens_again(plain: bytes, context: bytes) -> None:
    sealed = crypto.seal(plain, context)
    assert crypto.unseal(sealed, context) == plain
    assert sealed != crypto.seal(plain, context)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_changed_byte_anywhere_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = crypto.seal(plain, b"table.column")
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytes([sealed[at] ^ data.draw(st.integers(1, 255))])
    with pytest.raises(CannotOpen):
        crypto.unseal(sealed[:at] + changed + sealed[at + 1 :], b"table.column")


@given(st.binary(max_size=100), st.data())
def test_what_is_cut_short_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = crypto.seal(plain, b"")
    with pytest.raises(CannotOpen):
        crypto.unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], b"")


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_it_opens_in_its_own_place_only(context: bytes, other: bytes) -> None:
    sealed = crypto.seal(b"6222 0212", context)
    if other != context:
        with pytest.raises(CannotOpen):
            crypto.unseal(sealed, other)


def test_what_is_sealed_names_algorithm_and_key(home: Path) -> None:
    key = secrets.key("encryption")
    assert crypto.seal(b"", b"").startswith(f"aes-256-gcm.{key.id}:".encode())
    assert crypto.mac(b"").startswith(f"hmac-sha256.{secrets.key('ledger_mac').id}:".encode())
    assert crypto.blind("", "").startswith(f"hmac-sha256.{secrets.key('blind_index').id}:".encode())


def test_another_installation_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path / "first"))
    sealed, code, signature = crypto.seal(b"plain", b""), crypto.mac(b"entry"), crypto.sign(b"tree")
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path / "second"))
    with pytest.raises(CannotOpen, match="does not hold"):
        crypto.unseal(sealed, b"")
    assert not crypto.mac_is(b"entry", code)
    assert not crypto.signed(b"tree", signature)


def test_an_index_finds_the_same_value_of_the_same_purpose_only(home: Path) -> None:
    index = crypto.blind("13800138000", "customers.phone")
    assert index == crypto.blind("13800138000", "customers.phone")
    assert index != crypto.blind("13800138000", "customers.account")
    assert index != crypto.blind("13800138001", "customers.phone")
    assert b"13800138000" not in index


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_code_is_for_one_message(message: bytes, other: bytes) -> None:
    code = crypto.mac(message)
    assert crypto.mac_is(message, code)
    assert crypto.mac_is(other, code) == (other == message)
    assert not crypto.mac_is(message, code[:-1])
    assert not crypto.mac_is(message, b"")


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_is_for_one_message(message: bytes, other: bytes) -> None:
    signature = crypto.sign(message)
    assert crypto.signed(message, signature)
    assert crypto.signed(other, signature) == (other == message)
    assert not crypto.signed(message, signature[:-1])
    assert not crypto.signed(message, bytes(64))


def test_a_signature_is_checked_without_any_secret(home: Path) -> None:
    signature, public = crypto.sign(b"tree"), crypto.public_key()
    assert crypto.verify(b"tree", signature, public, crypto.SIGNED_WITH)
    assert not crypto.verify(b"another", signature, public)


def test_the_signature_is_that_of_rfc_8032(home: Path) -> None:
    """Section 7.1, test 2."""
    secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
    (home / "secrets.toml").touch(mode=0o600)
    (home / "secrets.toml").write_text(f'signing = "{secret}"\n')
    assert crypto.public_key().hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert crypto.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_after_a_change_of_keys_the_old_things_still_open(home: Path) -> None:
    sealed, code = crypto.seal(b"old", b"place"), crypto.mac(b"old")
    signature, named = crypto.sign(b"old"), crypto.signing_key_id()
    add_keys(home)
    assert secrets.key("encryption").id == "new"
    assert crypto.unseal(sealed, b"place") == b"old"
    assert crypto.mac_is(b"old", code)
    assert code != crypto.mac(b"old")
    assert crypto.signing_key_id() != named
    assert crypto.signed(b"old", signature, named)
    assert not crypto.signed(b"old", signature)
    assert not crypto.signed(b"old", signature, "0123456789abcdef")
    assert crypto.verify(b"old", signature, crypto.public_key(named))
    with pytest.raises(CannotOpen, match="no signing key 0123456789abcdef"):
        crypto.public_key("0123456789abcdef")
