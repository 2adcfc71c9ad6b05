"""The words of an invitation (iCalendar, RFC 5545): what, when, where, who, without words of our own."""

import re

from plainspoken.channels.email import headers

FOLDED = re.compile(r"\r?\n[ \t]")
LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"\n]*(?:\"[^\"\n]*\"[^:\"\n]*)*)?):(.*)")
ZONE = re.compile(r";TZID=\"?([^;\":]{1,60})", re.IGNORECASE)
NAME = re.compile(r";CN=(?:\"([^\"]{1,200})\"|([^;:]{1,200}))", re.IGNORECASE)
MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?$")
ESCAPED = re.compile(r"\\([\\;,nN])")
LINES_MAX = 2_000
REQUEST = "REQUEST"
Lines = dict[str, tuple[str, str]]


def words(calendar: str) -> str:
    """Of its first event or task; empty where it tells nothing."""
    lines = _lines(FOLDED.sub("", calendar))
    method = lines.get("METHOD", ("", ""))[1].upper()
    told = [
        " ".join(
            filter(None, [f"[{method}]" if method not in ("", REQUEST) else "", _text(lines, "SUMMARY")])
        ),
        _when(lines),
        _text(lines, "LOCATION"),
        _who(lines),
    ]
    described = _text(lines, "DESCRIPTION")
    return "\n\n".join(filter(None, ["\n".join(filter(None, told)), described]))


def _lines(calendar: str) -> Lines:
    """The first value of each name, outside the rules of time zones and alarms."""
    found: Lines = {}
    within: list[str] = []
    for line in calendar.splitlines()[:LINES_MAX]:
        match = LINE.match(line)
        name = match[1].upper() if match else ""
        if match and name == "BEGIN":
            within.append(match[3].strip().upper())
        elif match and name == "END":
            within = within[:-1]
        elif match and within[-1:] not in (["VTIMEZONE"], ["STANDARD"], ["DAYLIGHT"], ["VALARM"]):
            found.setdefault(name, (match[2], match[3].strip()))
    return found


def _text(lines: Lines, name: str) -> str:
    value = lines.get(name, ("", ""))[1]
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def _when(lines: Lines) -> str:
    """As the sender's clock shows it, with its zone; of the end only what differs from the start."""
    rules, start = lines.get("DTSTART", lines.get("DUE", ("", "")))
    end = lines.get("DTEND", ("", ""))[1]
    first, last = _moment(start), _moment(end)
    if first and last and last[:10] == first[:10]:
        last = last[11:]
    zone = ZONE.search(rules)
    named = zone[1] if zone else "UTC" if start.endswith("Z") else ""
    return " – ".join(filter(None, [first, last])) + (f" ({named})" if first and named else "")


def _moment(value: str) -> str:
    match = MOMENT.match(value)
    if match is None:
        return ""
    day = f"{match[1]}-{match[2]}-{match[3]}"
    return f"{day} {match[4]}:{match[5]}" if match[4] else day


def _who(lines: Lines) -> str:
    rules, value = lines.get("ORGANIZER", ("", ""))
    address = value.partition(":")[2] if value.lower().startswith("mailto:") else ""
    name = NAME.search(rules)
    named = (name[1] or name[2]).strip() if name else ""
    return headers.one_line(f"{named} <{address}>" if named and address else named or address)
