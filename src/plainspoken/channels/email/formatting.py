"""The HTML of a letter of ours, made from its plain text: it says the same, and fetches nothing."""

import re
from html import escape

PARAGRAPHS = re.compile(r"\n{2,}")
# An address ends where a sentence goes on, in Latin or in Chinese punctuation.
LINK = re.compile(r"https?://[^\s<>\"\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\u2018-\u201d\u4e00-\u9fff]+")
AFTER_LINK = ".,;:!?)]}'"
LETTER_STYLE = (
    "max-width:40em;font:15px/1.65 -apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC',"
    "sans-serif;color:#1f2933;overflow-wrap:anywhere"
)
SIGNATURE_STYLE = (
    "margin-top:1.6em;padding-top:.8em;border-top:1px solid #d9dfe3;font-size:13px;color:#5c6670"
)


def html(text: str, signature: str, language: str) -> str:
    """Paragraphs, line breaks and links; the signature set apart."""
    signed = f'<div style="{SIGNATURE_STYLE}">\n{_paragraphs(signature)}\n</div>\n' if signature else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"></head>\n'
        f'<body><div style="{LETTER_STYLE}">\n{_paragraphs(text)}\n{signed}</div></body></html>\n'
    )


def _paragraphs(text: str) -> str:
    found = PARAGRAPHS.split(text.replace("\r\n", "\n").strip("\n"))
    return "\n".join("<p>" + _linked(one).replace("\n", "<br>\n") + "</p>" for one in found)


def _linked(text: str) -> str:
    """Escaped, with each web address as a link that shows where it leads."""
    written, at = "", 0
    for found in LINK.finditer(text):
        address = found[0].rstrip(AFTER_LINK)
        written += escape(text[at : found.start()]) + f'<a href="{escape(address)}">{escape(address)}</a>'
        at = found.start() + len(address)
    return written + escape(text[at:])
