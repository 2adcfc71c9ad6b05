"""Names stand in two columns; a screen shows that of its reader's language."""

from django.utils.translation import get_language


def in_reader_language(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh
