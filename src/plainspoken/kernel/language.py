"""Which of our two languages a text is written in."""

import re

CHINESE = "zh-hans"
ENGLISH = "en"
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def of(text: str) -> str:
    """`zh-hans` or `en`, by which there is more of; an empty text is Chinese, the firm's first language."""
    return ENGLISH if len(_LATIN_WORD.findall(text)) > len(_HAN.findall(text)) else CHINESE
