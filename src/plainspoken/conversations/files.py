"""Which files we send to customers: known kinds, told by name and content alike."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import Refused

Test = Callable[[bytes], bool]
# What zipfile says of a damaged directory, of names in no encoding, and of a later version of the format than it knows.
NO_PACKAGE = (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Kind:
    """`content_type` is ours: what a browser says of a file is not believed."""

    content_type: str
    fits: Test


def _begins(*signatures: bytes) -> Test:
    return lambda content: content.startswith(signatures)


def _package(part: str) -> Test:
    """A zip that holds the part, looked up in its directory: nothing is unpacked."""

    def fits(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                return any(name.startswith(part) for name in package.namelist())
        except NO_PACKAGE:
            return False

    return fits


def _text(content: bytes) -> bool:
    return b"\0" not in content


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OLD_OFFICE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
KINDS: dict[str, Kind] = {
    ".csv": Kind("text/csv", _text),
    ".doc": Kind("application/msword", _OLD_OFFICE),
    ".docx": Kind(f"{_OFFICE}wordprocessingml.document", _package("word/")),
    ".et": Kind("application/octet-stream", _OLD_OFFICE),
    ".gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    ".jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".ofd": Kind("application/ofd", _package("OFD.xml")),
    ".pdf": Kind("application/pdf", _begins(b"%PDF")),
    ".png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".ppt": Kind("application/vnd.ms-powerpoint", _OLD_OFFICE),
    ".pptx": Kind(f"{_OFFICE}presentationml.presentation", _package("ppt/")),
    ".txt": Kind("text/plain", _text),
    ".webp": Kind("image/webp", _webp),
    ".wps": Kind("application/octet-stream", _OLD_OFFICE),
    ".xls": Kind("application/vnd.ms-excel", _OLD_OFFICE),
    ".xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _package("xl/")),
    ".zip": Kind("application/zip", _package("")),
}


def kind_of(name: str, content: bytes) -> Kind:
    """By the end of the name, which the content must bear out. Raises Refused for any other."""
    suffix = PurePath(name).suffix.lower()
    kind = KINDS.get(suffix)
    if kind is None:
        raise Refused(
            "attachment_kind",
            _("%(name)s is of no kind we send. Send PDF, OFD, Office, text, pictures or zip.")
            % {"name": name},
        )
    if content and not kind.fits(content):
        raise Refused(
            "attachment_content",
            _("%(name)s holds something else than its name says. Save it anew and attach that.")
            % {"name": name},
        )
    return kind


def shortened(name: str, characters_max: int) -> str:
    """With its end, by which people and programs know what it is."""
    suffix = PurePath(name).suffix
    return name if len(name) <= characters_max else name[: characters_max - len(suffix)] + suffix
