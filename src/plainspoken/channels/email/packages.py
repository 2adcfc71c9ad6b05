"""What is packed inside one part is read as parts: winmail.dat, signed blocks, files written into the text.

What cannot be opened stays a file as it came, and is named as the trouble it is.
"""

import mimetypes
from dataclasses import replace

from plainspoken.channels.email import charset, cms, headers, structure, tnef, uuencoded
from plainspoken.channels.email.headers import Headers
from plainspoken.channels.email.params import Field
from plainspoken.channels.email.structure import Part
from plainspoken.channels.email.troubles import Trouble

WORDED = ("text/plain", "text/html")
WITHIN_MAX = 5
UU_BEGIN = b"begin "


def opened(top: Part) -> tuple[Part, list[Trouble]]:
    """The tree with what could be opened in place of its package. Never raises."""
    leaves = list(top.leaves())
    if not any(map(_is_packed, leaves)):
        return top, []
    troubles: list[Trouble] = []
    return _opened(top, any(map(_is_worded, leaves)), troubles, 0), troubles


def _is_packed(leaf: Part) -> bool:
    if leaf.content_type in WORDED:
        return _has_uuencoded(leaf)
    return leaf.content_type in tnef.TYPES or _is_smime(leaf)


def _is_smime(leaf: Part) -> bool:
    """Some gateways turn the type into that of any file; the name stays."""
    named = leaf.disposition.params.get("filename") or leaf.kind.params.get("name") or ""
    certificates = leaf.kind.params.get("smime-type") == "certs-only"
    return (leaf.content_type in cms.TYPES and not certificates) or named.lower() == "smime.p7m"


def _has_uuencoded(leaf: Part) -> bool:
    return leaf.content_type == "text/plain" and UU_BEGIN in leaf.body and leaf.encoding != "base64"


def _is_worded(leaf: Part) -> bool:
    written = leaf.content_type in WORDED and leaf.disposition.value != "attachment"
    return written and bool(leaf.body.strip())


def _opened(part: Part, worded: bool, troubles: list[Trouble], within: int) -> Part:
    if part.children:
        return replace(part, children=tuple(_opened(one, worded, troubles, within) for one in part.children))
    if part.content_type in tnef.TYPES:
        return _winmail(part, worded, troubles)
    if _is_smime(part):
        return _signed(part, worded, troubles, within)
    return _without_files(part) if _has_uuencoded(part) else part


def _winmail(part: Part, worded: bool, troubles: list[Trouble]) -> Part:
    """Its text only where the mail has no other, for beside it stands the same."""
    package = tnef.read(part.content())
    children = []
    if package.html and not worded:
        children.append(_leaf("text/html", package.html, {}))
    elif package.text.strip() and not worded:
        children.append(_leaf("text/plain", package.text.encode(), {"charset": "utf-8"}))
    children += [_file(one.name, one.content, one.content_type, one.content_id) for one in package.files]
    if not package.complete:
        troubles.append(Trouble.WINMAIL)
        children.append(part)
    return _several(part, children)


def _signed(part: Part, worded: bool, troubles: list[Trouble], within: int) -> Part:
    """What was signed, and beside it the block itself with its signature, which nobody has verified."""
    raw = part.content()
    if not cms.is_signed(raw) and "signed" not in part.kind.params.get("smime-type", ""):
        troubles.append(Trouble.ENCRYPTED)
        return part
    content = cms.signed_content(raw) if within < WITHIN_MAX else None
    if content is None:
        troubles.append(Trouble.SIGNED_OPAQUE)
        return part
    inner, found = structure.read(content)
    troubles += found
    return _several(part, [_opened(inner, worded, troubles, within + 1), part])


def _without_files(part: Part) -> Part:
    found = uuencoded.split(part.content())
    if not found.files:
        return part
    declared = part.kind.params.get("charset")
    params = {"charset": declared} if declared else {}
    files = [_file(charset.decode(name, declared).text, content) for name, content in found.files]
    return _several(part, [_leaf("text/plain", found.text, params), *files])


def _several(part: Part, children: list[Part]) -> Part:
    return Part(part.headers, Field("multipart/mixed", {}), Field("", {}), b"", tuple(children))


def _leaf(content_type: str, content: bytes, params: dict[str, str]) -> Part:
    return Part(Headers(), Field(content_type, params), Field("", {}), content)


def _file(name: str, content: bytes, content_type: str = "", content_id: str = "") -> Part:
    kind = content_type.lower() or mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = headers.of("content-id", content_id) if content_id else Headers()
    return Part(shown, Field(kind, {}), Field("attachment", {"filename": name}), content)
