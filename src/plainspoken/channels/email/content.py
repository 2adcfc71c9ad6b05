"""The texts and files of a mail, gathered from the tree of its parts."""

import binascii
import hashlib
import mimetypes
import re
from dataclasses import dataclass

from plainspoken.channels.email import charset, headers, html, invitations, params, transfer
from plainspoken.channels.email.structure import Part

SHOWN = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html")
MESSAGES = ("message/rfc822", "message/global")
CALENDAR = "text/calendar"
ENRICHED = ("text/enriched", "text/richtext")
ENRICHED_MARK = re.compile(r"<<|<param>[^<]{0,200}</param>|</?[A-Za-z-]{1,60}>")
BREAKS = re.compile(r"\n+")
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
META_WITHIN_BYTES = 4096
HTML_START = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
LOOKS_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,100}\r?\n)*[A-Za-z0-9+/]{16,100}={0,2}\s*")
LOOKS_QUOTED = re.compile(rb"(?:=[89A-F][0-9A-F]){6}")
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
MARKS = re.compile(r"^(>*)(.*)", re.DOTALL)
SIGNATURE = "-- "
NO_HTML_NOTE = re.compile(r"html|邮件客户端|邮件程序", re.IGNORECASE)
NO_HTML_NOTE_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, with the name its sender gave it made safe; `content_id` where the HTML may show it inline."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    content_id: str


@dataclass(frozen=True, slots=True)
class Body:
    """Empty where a mail has none; `unreadable` and `damaged` as in `charset.Decoded`."""

    text: str
    html: str
    unreadable: bool
    damaged: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """One stretch of the body, in one form or in both."""

    text: charset.Decoded | None = None
    html: charset.Decoded | None = None

    def words(self) -> str:
        """The plain form, unless it is blank or only says that the mail is in HTML."""
        plain = self.text.text if self.text else ""
        note = len(plain) <= NO_HTML_NOTE_CHARS_MAX and NO_HTML_NOTE.search(plain)
        if self.html is None or (plain.strip() and not note):
            return plain
        written = html.to_text(self.html.text)
        return written if len(written) > len(plain.strip()) else plain


def body(top: Part) -> Body:
    """The whole text to read: pieces in their order, of alternatives the plain one."""
    pieces = _pieces(top, is_top=True)
    read = [form for piece in pieces for form in (piece.text, piece.html) if form]
    formatted = [piece.html.text for piece in pieces if piece.html]
    written = [words.strip("\n") for piece in pieces if (words := piece.words()).strip()]
    return Body(
        text="\n\n".join(written or _invitations(top) or _named_texts(top)),
        html="\n".join(formatted),
        unreadable=any(form.unreadable for form in read),
        damaged=any(form.damaged for form in read),
    )


def _invitations(top: Part) -> list[str]:
    """What a mail that is nothing but an invitation says."""
    calendars = (leaf for leaf in top.leaves() if leaf.content_type == CALENDAR)
    told = (
        invitations.words(_decoded(leaf.content(), leaf.kind.params.get("charset")).text)
        for leaf in calendars
    )
    return [words for words in told if words]


def _named_texts(top: Part) -> list[str]:
    """What is inline and has the name of a file is the text where there is no other; the file stays too."""
    named = (
        leaf
        for leaf in top.leaves()
        if leaf.disposition.value == "inline" and not _is_shown(leaf, is_top=False)
    )
    words = [_piece(leaf).words() for leaf in named if leaf.content_type in SHOWN]
    return [one.strip("\n") for one in words if one.strip()]


def declared_charset(top: Part) -> str | None:
    """The charset the mail names for its text, a good guess for raw headers too."""
    named = (leaf.kind.params.get("charset") for leaf in top.leaves() if leaf.content_type in SHOWN)
    return next((name for name in named if name), None)


def attachments(top: Part, hint: str | None) -> tuple[Attachment, ...]:
    """Every leaf that is not part of the text, in order."""
    return tuple(_attachment(leaf, hint) for leaf in top.leaves() if not _is_shown(leaf, is_top=leaf is top))


def _is_shown(leaf: Part, *, is_top: bool) -> bool:
    if leaf.content_type not in SHOWN or leaf.disposition.value == "attachment":
        return False
    return is_top or not (leaf.disposition.params.get("filename") or leaf.kind.params.get("name"))


def _pieces(part: Part, *, is_top: bool = False) -> list[_Piece]:
    if part.content_type == "multipart/alternative":
        return _alternative([piece for child in part.children for piece in _pieces(child)])
    if part.children:
        return [piece for child in part.children for piece in _pieces(child)]
    if not _is_shown(part, is_top=is_top):
        return []
    return [_piece(part)]


def _piece(part: Part) -> _Piece:
    declared = part.kind.params.get("charset")
    content = _undeclared(part, declared)
    if _is_html(part.content_type, content):
        return _Piece(html=_decoded(content, declared or _meta_charset(content)))
    found = _decoded(content, declared)
    return _Piece(text=_plain(found) if part.content_type in ENRICHED else _unflowed(found, part.kind.params))


def _plain(enriched: charset.Decoded) -> charset.Decoded:
    """Without the marks of text/enriched, where one end of line is a blank and more are one less (RFC 1896)."""
    text = BREAKS.sub(lambda match: match[0][1:] or " ", ENRICHED_MARK.sub(_sign, enriched.text))
    return charset.Decoded(text, enriched.charset, enriched.damaged, enriched.unreadable)


def _sign(mark: re.Match[str]) -> str:
    return "<" if mark[0] == "<<" else ""


def _is_html(content_type: str, content: bytes) -> bool:
    """Some programs call a page plain text, and plain text a page."""
    if content_type in ("text/html", "text/x-amp-html"):
        return b"<" in content or b"&" in content
    return content_type == "text/plain" and HTML_START.match(content) is not None


def _undeclared(part: Part, declared: str | None) -> bytes:
    """The content; one whose transfer encoding was lost on the way is decoded if that makes text of it."""
    content = part.content()
    if part.encoding in ("base64", "quoted-printable") or not content.isascii():
        return content
    if LOOKS_BASE64.fullmatch(content):
        found = transfer.base64(content)
    elif LOOKS_QUOTED.search(content):
        found = binascii.a2b_qp(content)
    else:
        return content
    text = charset.decode(found, declared)
    readable = not (CONTROLS.search(found) or found.isascii() or text.damaged or text.unreadable)
    return found if readable else content


def _alternative(pieces: list[_Piece]) -> list[_Piece]:
    """The same said twice becomes one piece; more than that is kept in order."""
    plain = [piece for piece in pieces if piece.text and not piece.html]
    formatted = [piece for piece in pieces if piece.html and not piece.text]
    if len(plain) == 1 and formatted and len(plain) + len(formatted) == len(pieces):
        return [_Piece(plain[0].text, formatted[0].html), *formatted[1:]]
    return pieces


def _decoded(content: bytes, declared: str | None) -> charset.Decoded:
    found = charset.decode(content, declared)
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    return charset.Decoded(text, found.charset, found.damaged, found.unreadable)


def _unflowed(found: charset.Decoded, kind: dict[str, str]) -> charset.Decoded:
    """Paragraphs as one line again where the sender says that they were broken (RFC 3676)."""
    if kind.get("format", "").lower() != "flowed":
        return found
    deleted = kind.get("delsp", "").lower() == "yes"
    paragraphs: list[tuple[str, list[str]]] = []
    flows = False
    for line in found.text.split("\n"):
        marks, written = MARKS.findall(line)[0]
        written = written.removeprefix(" ")
        if flows and paragraphs[-1][0] == marks and written.rstrip() != SIGNATURE.rstrip():
            paragraphs[-1][1].append(written)
        else:
            paragraphs.append((marks, [written]))
        flows = written.endswith(" ") and written != SIGNATURE
        if flows and deleted:
            paragraphs[-1][1][-1] = written[:-1]
    text = "\n".join(f"{marks} {''.join(lines)}" if marks else "".join(lines) for marks, lines in paragraphs)
    return charset.Decoded(text, found.charset, found.damaged, found.unreadable)


def _meta_charset(content: bytes) -> str | None:
    match = META_CHARSET.search(content, 0, META_WITHIN_BYTES)
    return match[1].decode("ascii", "replace") if match else None


def _attachment(leaf: Part, hint: str | None) -> Attachment:
    content = leaf.content()
    content_id = headers.text(leaf.headers.first("content-id")).text.strip("<> ")
    return Attachment(
        name=_name(leaf, content, hint),
        content_type=leaf.content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id,
    )


def _name(leaf: Part, content: bytes, hint: str | None) -> str:
    """What the sender called it; a mail within the mail is called after its subject."""
    disposition = _reread(leaf, "content-disposition", hint) or leaf.disposition
    kind = _reread(leaf, "content-type", hint) or leaf.kind
    name = params.file_name(disposition.params.get("filename") or kind.params.get("name") or "")
    if name:
        return name
    if leaf.content_type in MESSAGES:
        return params.file_name(_subject(content, hint) + ".eml") or "unnamed.eml"
    return "unnamed" + (mimetypes.guess_extension(leaf.content_type) or "")


def _reread(leaf: Part, field: str, hint: str | None) -> params.Field | None:
    """The field with what the mail says of its charset; a part made here has none in bytes."""
    raw = leaf.headers.first(field)
    return params.read(raw, hint) if raw else None


def _subject(message: bytes, hint: str | None) -> str:
    """In the charset the inner message names for itself."""
    inner, _ = headers.split(message)
    named = params.read(inner.first("content-type")).params.get("charset")
    return headers.text(inner.first("subject"), named or hint).text
