"""The little document around the cleaned HTML of a mail: the one place with styles inside."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from plainspoken.channels.email.html import Cleaned

STYLE = (
    "body{margin:0;padding:12px 16px;background:#fff;color:#16201f;"
    "font:14px/1.55 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif;"
    "overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
    ".left-out{margin:0 0 12px;padding:6px 10px;border-radius:6px;background:#eef2f1;color:#5c6866;font-size:13px}"
)


def document(cleaned: Cleaned) -> SafeString:
    """What the frame shows; says how many pictures were left out."""
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title></title><style>{}</style></head>'
        "<body>{}{}</body></html>",
        get_language(),
        mark_safe(STYLE),  # noqa: S308
        _left_out(cleaned.remote_images),
        mark_safe(cleaned.html),  # noqa: S308
    )


def _left_out(count: int) -> SafeString:
    if not count:
        return SafeString("")
    words = ngettext(
        "%(count)s picture was left out: fetching it would tell the sender.",
        "%(count)s pictures were left out: fetching them would tell the sender.",
        count,
    )
    return format_html('<p class="left-out">{}</p>', words % {"count": count})
