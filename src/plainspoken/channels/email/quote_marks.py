"""Patterns for quotations, forwards, signatures and thanks, made of the words in `quote_marks.toml`."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _any(words: Iterable[str]) -> str:
    """A pattern for one of them, longer ones before what they begin with."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_MONTH = _any(WORDS["months"]) + r"\w*"
DATE = _pattern(
    r"\d{1,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}|",
    rf"\d{{1,2}}[-./ ]{{0,2}}{_MONTH}|{_MONTH}[-./ ]{{1,2}}\d{{1,2}}|",
    r"\d{1,2}\s?月\s?\d{1,2}\s?日|\d{1,2} (?:de )?\w{3,12}(?: de)?,? \d{4}|\d{1,2} tháng \d{1,2}|\d{4}년",
)
TIME = _pattern(r"\b\d{1,2}[:.：]\d{2}\b|\d{1,2}\s?(?:時|时|点|시)\s?\d{1,2}|\b\d{1,2}\s?[ap]\.?m\b")
ADDRESS = _pattern(r"[^\s<>()@]{1,100}@[^\s<>()@]")
ADDRESS_IN_BRACKETS = _pattern(r"[<(\[][^<>()]{0,100}@[^<>()]{1,100}(?:[>)\]]|$)|mailto:")

_WROTE = _any(WORDS["wrote"])
WROTE_END = _pattern(rf"(?:{_WROTE}|sent)\s*(?:[:：]|-{{2,}})\s*$|(?:wrote|写道|寫道)\s*$")
ADDRESS_END = _pattern(r"[>)]\s*[:：]\s*$")
DATED_ADDRESS = _pattern(r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\S.{0,100}<[^<>\s]+@[^<>\s]+>\s*$")
DASHED_WROTE = _pattern(rf"^\s*-{{2,}}.{{1,120}}{_WROTE}\s*-{{2,}}\s*$")
SENDER_ONLY = _pattern(r"^[^。！？!?,，]{0,80}<[^<>\s]{1,100}@[^<>\s]{1,100}>\s*$")
HEAD_START = re.compile(
    r"(?<![A-Za-z])(?:On\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s|\d|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))|At\s+\d{4}-\d|在\s*\d{4}\s*[-/年])"
)

_RULE = r"(?:[-_=*—－─━]\s*){2,}"
RULE = re.compile(rf"^\s*{_RULE}")
ORIGINAL = _pattern(rf"^[\s>]*{_RULE}", _any(WORDS["original"]), rf"\s*{_RULE}$")
FORWARD = _pattern(
    rf"^[\s>]*{_RULE}",
    _any(WORDS["forwarded"]),
    rf"\s*{_RULE}$|^[\s>]*",
    _any(WORDS["forward_begins"]),
    r"\s*[:：]\s*$",
)
LABEL = _pattern(
    r"^[\s>|*_]*(?:",
    "|".join(f"(?P<{kind}>{_any(words)})" for kind, words in WORDS["labels"].items()),
    r")\s*[*_]*\s*(?:[:：]|[|\t](?=\s*\S))",
)
_ANSWERS = _any(WORDS["answers"])
OF_MAIL_ONLY = _pattern(
    r"@|mailto:|^[\s>|*_]*(?:",
    _any(WORDS["labels_of_mail_only"]["words"]),
    rf"\b|{_any(WORDS['labels']['subject'])}\s*[:：]\s*{_ANSWERS}\s*[:：])",
)

_FROM = WORDS["sent_from"]
SENT_FROM = _pattern(
    r"^\s*(?:[-—]{1,3}\s*)?(?:",
    _any(_FROM["verbs"]),
    r"\b(?:\s+\S+){0,6}?\s+\S{0,20}?",
    _any(_FROM["devices"]),
    r"[^?？]{0,80}|(?:get|download) outlook for \w+[^?？]{0,60})$",
)
BUSINESS = _pattern(_any(_FROM["business"]))
_MAKER = _any([*_FROM["brands_zh"], *_FROM["makers_zh"]])
_DEVICE = _any(_FROM["devices_zh"])
_TAIL = _any(_FROM["tails_zh"])
SENT_FROM_ZH = _pattern(
    rf"^\s*(?:{_any(_FROM['verbs_zh'])}\s*(?:我的)?\s*",
    rf"(?:(?:{_MAKER}\s*){{0,3}}{_DEVICE}|{_any(_FROM['brands_zh'])})\s*(?:{_TAIL}\s*){{0,4}}",
    rf"|[从從]\s*(?:我的)?\s*{_MAKER}?\s*{_DEVICE}\s*(?:(?:{_TAIL}|的)\s*){{0,3}}(?:[发發]送|[传傳]送|[发發]出)",
    r"|(?:获取|下载|取得)\s*outlook\s*(?:for)?\s*\w{1,10})\s*(?:<[^<>]{1,200}>)?[。.！!]?\s*(?:-{10,}\s*)?$",
)
NAME_OR_REGARDS = re.compile(
    r"^\s*(?:(?:[A-Z][\w'.-]{0,20}[,!]?\s*){1,4}|(?:(?:Best|Kind|Warm) )?[Rr]egards[,!.]?\s*)$"
)
MAILING_LIST = _pattern("mailing list|mailman/listinfo")

_ZH, _EN = WORDS["thanks"]["zh"], WORDS["thanks"]["en"]
_WHAT_ZH = _any(_ZH["what"])
_THANKS_ZH = (
    rf"{_any(_ZH['much'])}?{_any(_ZH['thank'])}(?:啦|了|哦|呀|哈|喽)?{_any(_ZH['whom'])}?"
    rf"(?:的?{_any(_ZH['how'])}+的?{_WHAT_ZH}|的{_WHAT_ZH})?(?:和{_WHAT_ZH})?(?:啦|了|哦|呀)?"
)
_THANKS_EN = (
    rf"(?:many |much )?{_any(_EN['thank'])}(?: {_any(_EN['much'])})*"
    rf"(?: for (?:your|the|all your|all the) (?:{_any(_EN['how'])} )*{_any(_EN['what'])})?"
)
_CORE_EN = rf"(?<![a-z])(?:{_THANKS_EN}|{_any(_EN['received'])})(?![a-z'])"
SAID = _pattern(
    rf"(?P<core>{_THANKS_ZH}|{_any(_ZH['received'])}|{_CORE_EN}|[👍👌🙏]|\[(?:强|抱拳|握手|OK)\])",
    rf"|{_any(_ZH['kind'])}|(?<![a-z]){_any(_EN['kind'])}(?![a-z'])|\[(?:微笑|玫瑰|呲牙|愉快)\]|[:;]-?\)",
)
UNSAID = _pattern(
    r"[\s,，.。!！~～、;；:：…·*_()（）\"“”'’\-—\ufe0f\u200d",
    "😊🙂😀😁😄☺❤🌹💐🤝✌👏🎉\U0001f3fb-\U0001f3ff]+",
)
