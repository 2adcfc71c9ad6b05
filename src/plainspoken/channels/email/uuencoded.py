"""Files that old programs write into the text itself, between `begin 644 name` and `end`."""

import re
from typing import NamedTuple

from plainspoken.channels.email import limits, transfer

BLOCK = re.compile(
    rb"^begin (?:0?[0-7]{3}) ([^\r\n]{1,400}?)[ \t]{0,80}\r?\n"
    rb"((?:[ -`][^\r\n]{0,90}\r?\n)*?)"
    rb"(?:`?[ \t]*\r?\n)?end[ \t]*(?:\r?\n|\Z)",
    re.MULTILINE,
)


class Split(NamedTuple):
    """The text without the files, and each file with its name in the bytes of the text."""

    text: bytes
    files: list[tuple[bytes, bytes]]


def split(text: bytes) -> Split:
    """Files that claim to be larger together than any mail may be are left in the text."""
    files: list[tuple[bytes, bytes]] = []
    claimed = 0
    for match in BLOCK.finditer(text):
        content = transfer.decode(match[2], "x-uuencode")
        claimed += len(content)
        if claimed > limits.MESSAGE_BYTES_MAX:
            return Split(text, [])
        files.append((match[1], content))
    return Split(BLOCK.sub(b"", text) if files else text, files)
