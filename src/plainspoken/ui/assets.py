"""What `npm run build` left in `static/`, addressed by content so that browsers may keep it."""

import json
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

MANIFEST = "assets.json"


def url(name: str) -> str:
    """The address of `app.css` and the like, with the digest of its content."""
    return f"{static(name)}?v={_digests()[name]}"


@cache
def _digests() -> dict[str, str]:
    path = settings.PACKAGE / "static" / MANIFEST
    if not path.exists():
        raise ImproperlyConfigured(
            f"{path} is missing: build the front end (cd frontend && npm ci && npm run build)."
        )
    digests: dict[str, str] = json.loads(path.read_text())
    return digests
