"""HTML of a mail made harmless for display, and made into text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import nh3

from plainspoken.channels.email import limits


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


DISPLAYED = _names("""
    a abbr b big blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5
    h6 hr i img ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul
""")
DROPPED_WHOLE = _names("script style title head noscript template iframe object svg math")
SIZED = _names("table tbody thead tr td th col colgroup div p")
SIZES = _names("align bgcolor border cellpadding cellspacing colspan height rowspan valign width")
ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "font": {"color", "face", "size"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    **{tag: set(SIZES) for tag in SIZED},
}
STYLES = _names("""
    background-color border border-bottom border-collapse border-color border-left border-right
    border-spacing border-style border-top border-width color direction display font font-family font-size
    font-style font-weight height letter-spacing line-height margin margin-bottom margin-left margin-right
    margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top text-align
    text-decoration text-indent vertical-align white-space width word-break word-wrap
""")
LINKS = ("http://", "https://", "mailto:", "tel:")
DATA_URL = re.compile(r"data:[a-z/+.-]{0,60};base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
FETCHES = re.compile(r"url|image|expression|\\|/\*|@", re.IGNORECASE)

TEXTUAL = nh3.Cleaner(
    tags=DISPLAYED,
    clean_content_tags=DROPPED_WHOLE,
    attributes={"*": {"class", "style"}, "a": {"href"}, "img": {"alt"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
SPACED = _names("blockquote center dl h1 h2 h3 h4 h5 h6 ol p pre table ul")
BLOCKS = SPACED | _names("caption dd div dt hr li tr")
INVISIBLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
INDENTATION = re.compile(r"border(?:-left)?\s*:\s*(?:none|0(?:px)?\b)", re.IGNORECASE)
SCHEME = re.compile(r"^https?://(www\.)?|/$")
VOID = {"br", "hr", "img", "col"}
QUOTE_DEPTH_SHOWN = 8
MANY_BREAKS = re.compile(r"\n{4,}")
BLANKS = re.compile(r"[ \t\r\n\f]+")


TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
CLOSED_BY_NEXT = _names("br col dd dt hr img input li link meta p tbody td th tr")
NESTED_TAGS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`remote_images`: how many pictures were left out, for fetching them would tell the sender."""

    html: str
    remote_images: int


def clean(html: str, inline: Callable[[str], str | None]) -> Cleaned:
    """HTML that runs and fetches nothing; `inline` gives our address of a picture by its Content-ID."""
    html = _without_data(html)
    left_out = 0

    def keep(tag: str, attribute: str, value: str) -> str | None:
        nonlocal left_out
        if (tag, attribute) == ("img", "src"):
            ours = inline(value[4:].strip("<>")) if value.lower().startswith("cid:") else None
            left_out += ours is None
            return ours
        if attribute == "href":
            return value if value.strip().lower().startswith(LINKS) else None
        return None if attribute == "style" and FETCHES.search(value) else value

    if _too_deep(html):
        return Cleaned(f"<pre>{escape(to_text(html))}</pre>", 0)
    cleaned = nh3.clean(
        html[: limits.HTML_CHARS_MAX],
        tags=DISPLAYED,
        clean_content_tags=DROPPED_WHOLE,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        filter_style_properties=STYLES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer",
    )
    return Cleaned(cleaned, left_out)


def to_text(html: str) -> str:
    """Readable text: blocks on lines of their own, lists, cells, links with their address, quotes by `>`."""
    if _too_deep(html):
        return MANY_BREAKS.sub("\n\n", re.sub(r"<[^<>]*>?", "", html[: limits.HTML_CHARS_MAX])).strip()
    writer = _Writer()
    writer.feed(TEXTUAL.clean(_without_data(html)[: limits.HTML_CHARS_MAX]))
    writer.close()
    return writer.text()


def too_long(html: str) -> bool:
    """Whether some of it is left unread; pictures written into the HTML do not count."""
    return len(html) > limits.HTML_CHARS_MAX and len(_without_data(html)) > limits.HTML_CHARS_MAX


def _without_data(html: str) -> str:
    return DATA_URL.sub("data:", html) if len(html) > limits.HTML_CHARS_MAX else html


def _too_deep(html: str) -> bool:
    """Nesting no mail program writes, on which a parser of HTML takes time that grows with its square."""
    if html.count("<") < NESTED_TAGS_MAX:
        return False
    depth = deepest = 0
    for closing, tag in TAG.findall(html[: limits.HTML_CHARS_MAX]):
        if tag.lower() not in CLOSED_BY_NEXT:
            depth = max(depth - 1, 0) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest > NESTED_TAGS_MAX


@dataclass(slots=True)
class _Open:
    """One open element and what it does to the text inside."""

    tag: str
    hidden: bool = False
    quote: bool = False
    gmail: bool = False
    href: str = ""
    words: str = ""
    number: int = 0


class _Writer(HTMLParser):
    """Writes the text of what nh3 has already made well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.before = ""
        self.blank_owed: str | None = None
        self.link: _Open | None = None
        self.open: list[_Open] = []
        self.hidden = self.quoted = self.gmail = self.preformatted = 0

    def text(self) -> str:
        self._end_line()
        return MANY_BREAKS.sub("\n\n", "\n".join(self.lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in BLOCKS:
            self._block(spaced=tag in SPACED and "MsoNormal" not in given.get("class", ""))
        if tag not in VOID:
            self._count(self._opened(tag, given), 1)
        elif tag == "br":
            self._end_line(always=True)
        elif tag == "hr":
            self.handle_data("* * *")
            self._end_line()
        elif tag == "img" and given.get("alt", "").strip():
            self.handle_data(f"[{given['alt'].strip()}]")

    def _opened(self, tag: str, given: dict[str, str]) -> _Open:
        classes, style = given.get("class", ""), given.get("style", "")
        opened = _Open(tag, hidden=bool(INVISIBLE.search(style)), href=given.get("href", ""))
        opened.gmail = tag == "div" and "gmail_quote" in classes
        indented = INDENTATION.search(style) or ("gmail_quote" in classes and not self.gmail)
        opened.quote = tag == "blockquote" and not indented
        if tag == "li":
            self.before = self._bullet()
        elif tag == "a":
            self.link = opened
        self.open.append(opened)
        return opened

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            return
        if tag == "a" and self.link:
            self._address_of(self.link)
            self.link = None
        if tag in BLOCKS:
            self._block(spaced=tag in SPACED)
        elif tag in ("td", "th") and self.line.strip():
            self.before = "\t"
        self._count(self.open.pop(), -1)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.preformatted:
            first, *others = data.split("\n")
            self._write(first)
            for line in others:
                self._end_line(always=True)
                self._write(line)
            return
        data = BLANKS.sub(" ", data)
        self._write(data.lstrip(" ") if not self.line or self.line.endswith((" ", "\t")) else data)

    def _write(self, data: str) -> None:
        if not data:
            return
        if self.before and data.strip():
            self.line, self.before = self.line.rstrip(" ") + self.before, ""
        if data.strip() and self.blank_owed is not None:
            if self.lines and self.lines[-1].strip("> "):
                self.lines.append(min(self.blank_owed, self._margin(), key=len).rstrip())
            self.blank_owed = None
        self.line += data
        if self.link:
            self.link.words += data

    def _block(self, *, spaced: bool) -> None:
        self._end_line()
        if spaced and self.blank_owed is None:
            self.blank_owed = self._margin()

    def _end_line(self, *, always: bool = False) -> None:
        if self.line or always:
            self.lines.append((self._margin() + self.line.replace("\xa0", " ")).rstrip())
        self.line = ""
        self.before = "" if self.before == "\t" else self.before

    def _margin(self) -> str:
        return ">" * min(self.quoted, QUOTE_DEPTH_SHOWN) + (" " if self.quoted else "")

    def _bullet(self) -> str:
        lists = [opened for opened in self.open if opened.tag in ("ol", "ul")]
        if not lists or lists[-1].tag == "ul":
            return "  " * (min(len(lists), QUOTE_DEPTH_SHOWN) - 1) + "- "
        lists[-1].number += 1
        return "  " * (min(len(lists), QUOTE_DEPTH_SHOWN) - 1) + f"{lists[-1].number}. "

    def _count(self, opened: _Open, step: int) -> None:
        self.hidden += step * opened.hidden
        self.quoted += step * opened.quote
        self.gmail += step * opened.gmail
        self.preformatted += step * (opened.tag == "pre")

    def _address_of(self, link: _Open) -> None:
        """A link is shown beside its words unless they say the same."""
        address = link.href.removeprefix("mailto:")
        if address != link.href and "@" in link.words:
            return
        if link.words.strip() and SCHEME.sub("", address) not in link.words and link.href.startswith(LINKS):
            self._write(f" <{address}>")
