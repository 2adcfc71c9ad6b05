"""Headers for what strangers sent: never run, never sniffed, never framed by others, never kept."""

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Types the browser shows inside cleaned HTML; no SVG, for it can carry script."""

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
