"""Content-Type and Content-Disposition: the value and its parameters, RFC 2231 and what is sent instead."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from plainspoken.channels.email import charset, headers, limits

PARAM = re.compile(
    r';\s*([^\s=;*"]{1,60})(?:\*(\d{1,3}))?(\*)?\s*=\s*("(?:[^"\\]|\\.){0,2000}"|[^;]*)',
    re.DOTALL,
)
LOOSE = re.compile(r"""[\s,](charset|boundary|name|filename)\s*=\s*("[^"]*"|[^\s;,]+)""", re.IGNORECASE)
ESCAPED = re.compile(r'\\(["\\])')
EXTENDED = re.compile(r"([^']*)'([^']*)'(.*)", re.DOTALL)
PERCENT_UTF8 = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
PERCENT_CHINESE = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f]%[4-9A-Fa-f][0-9A-Fa-f]){2}")
DIRECTORIES = re.compile(r"^.*[\\/]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """`value` in lower case, parameter names too; parameter values as the sender meant them."""

    value: str
    params: dict[str, str]


def read(raw: bytes, hint: str | None = None) -> Field:
    """Never raises; a parameter given twice counts the first time, its extended form before the plain one."""
    line = headers.unfolded(raw, hint).text
    value, _, _ = line.partition(";")
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, number, star, quoted in PARAM.findall(line):
        key = name.lower() + ("*" if number or star else "")
        segments.setdefault(key, {}).setdefault(int(number or 0), (_unquoted(quoted), bool(star)))
    params = {key: _joined(parts, hint) for key, parts in segments.items()}
    for name, quoted in LOOSE.findall(line):
        params.setdefault(name.lower(), _unquoted(quoted))
    plain = {key: text for key, text in params.items() if not key.endswith("*")}
    extended = {key[:-1]: text for key, text in params.items() if key.endswith("*") and text}
    return Field(value.strip().replace(",", " ").partition(" ")[0].lower(), {**plain, **extended})


def file_name(name: str) -> str:
    """The last part of a path, on one line, shortened before its extension."""
    name = DIRECTORIES.sub("", headers.one_line(name)).strip(" .")
    if len(name) <= limits.FILE_NAME_CHARS_MAX:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[: limits.FILE_NAME_CHARS_MAX]
    return stem[: limits.FILE_NAME_CHARS_MAX - len(extension) - 1] + dot + extension


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return ESCAPED.sub(r"\1", value[1:-1])
    return value.strip('"')


def _joined(parts: dict[int, tuple[str, bool]], hint: str | None) -> str:
    """The continuations of one parameter in the order of their numbers."""
    ordered = [parts[number] for number in sorted(parts)]
    if not any(starred for _, starred in ordered):
        return _plain("".join(value for value, _ in ordered), hint)
    declared = None
    if match := EXTENDED.match(ordered[0][0]):
        declared, ordered[0] = match[1], (match[3], True)
    raw = b"".join(unquote_to_bytes(value) if starred else value.encode() for value, starred in ordered)
    return headers.words(charset.decode(raw, declared, hint=hint), hint).text


def _plain(value: str, hint: str | None) -> str:
    """Encoded words and bare percent codes are not allowed in a parameter, and common."""
    if PERCENT_UTF8.search(value):
        raw = unquote_to_bytes(value)
        if charset.is_text(raw, "utf-8") or PERCENT_CHINESE.search(value):
            value = charset.decode(raw, hint=hint).text
    return headers.words(charset.Decoded(value, "utf-8"), hint).text
