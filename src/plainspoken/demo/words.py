"""What customers of the demo firm say beside their matter, and how our letters end."""

import base64
import random

SCREENSHOT = (
    "截图.png",
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxLAAAANklEQVR42u3OQQkAQAgAMBtcTcH8h19rCA4WYPEqVwkh"
        "IaFzod+9ipCQkJCQkJCQkJCQ0LHQAEFfUVOO0tYRAAAAAElFTkSuQmCC"
    ),
)
THANKS = ("谢谢，已经解决了！", "收到，非常感谢。", "好的，谢谢你们的耐心解答！", "已经办好了，谢谢。")
THANKS_EN = ("Thank you very much!", "Thanks a lot!", "Great, thank you.")
_CLOSING = "如还有疑问，请直接回复本邮件。"
_CLOSING_EN = "If anything remains open, simply reply to this mail.\n\nKind regards"

# The scores given, in turn, and what is said with each.
_SCORES = (5, 5, 4, 5, 3, 5, 4, 5, 2, 5, 4, 5, 5, 4, 1, 5, 4, 5, 3, 5)
_COMMENTS = {
    5: ("回复很快，讲得清楚，点赞！", "没想到邮件也能这么快解决。", "客服很耐心，谢谢。", "", "", ""),
    4: ("答复准确，就是等了大半天。", "整体不错，希望能再快一些。", "", ""),
    3: ("内容都对，但官话有点多。", "要是能直接帮我办就好了。", ""),
    2: ("来回问了两次才说清楚。", "步骤太复杂，老人看不懂。"),
    1: ("等了两天才等到部门的答复，太慢了。",),
}
_COMMENTS_EN = {
    5: ("Quick and clear, thank you.", "Very helpful, and in good English!", ""),
    4: ("Good answer, a little slow.", ""),
    3: ("Correct, but hard to follow without Chinese.",),
    2: ("I had to ask twice.",),
    1: ("It took far too long.",),
}
URGING = "您好，我上午咨询的问题还没有收到答复，事情比较急，麻烦尽快处理，谢谢！"
URGING_EN = (
    "Hello, I wrote this morning and have had no answer yet. It is rather urgent: please look into it."
)
MARKS = {
    "elderly": ("老人", "老年", "母亲", "父亲", "爸", "妈"),
    "fraud": ("诈骗", "冒充", "共享屏幕", "陌生"),
    "outage": ("登录不上", "闪退", "打不开"),
    "waiver": ("年费", "手续费", "减免"),
    "branch": ("柜台",),
}


def marks(text: str) -> list[str]:
    """The codes of the tags that colleagues would put on a letter with these words."""
    return [code for code, found in MARKS.items() if any(word in text for word in found)]


def closing(english: bool) -> str:
    return _CLOSING_EN if english else _CLOSING


def rating(number: int, chance: random.Random, *, english: bool) -> tuple[int, str]:
    """The score of an inquiry, most are good, and a word that goes with it or none."""
    score = _SCORES[number % len(_SCORES)]
    return score, chance.choice((_COMMENTS_EN if english else _COMMENTS)[score])
