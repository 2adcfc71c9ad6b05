"""The replies that talon, crisp, zapier and quotequail test themselves with.

Half of the rows hold, in place of the mail, the whole test file it was taken from; `_mail` finds it there.
"""

import ast
import email
import email.policy
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from plainspoken.channels.email.html import to_text
from plainspoken.channels.email.quotes import visible

FILE = Path("shared", "data", "reply_quotes.jsonl")
# Beside the checkout, or further up where the checkout is a work tree.
DATA = next(filter(Path.exists, (above / FILE for above in Path(__file__).resolve().parents)), FILE)
EXPECTED = ("visible_text", "visible_startswith", "visible_html", "text_without_signature")
# The better of email-reply-parser 0.5.12 and mail-parser-reply 1.36 in each suite, measured the same way.
BEST_OF_OTHERS = {
    "talon/standard_replies": 9,
    "talon/html_replies": 6,
    "talon": 33,
    "talon/signature": 5,
    "zapier": 15,
    "crisp": 41,
    "quotequail": 5,
}
OURS = {
    **BEST_OF_OTHERS,
    "talon/standard_replies": 11,
    "talon/html_replies": 9,
    "talon": 57,
    "talon/signature": 13,
    "crisp": 44,
}
SIGNATURES_ELSEWHERE_CUT = {"talon/standard_replies/iphone"}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared test data is not on this machine")


def _rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


def _suite(row: dict[str, Any]) -> str:
    first, *others = row["id"].split("/")
    return f"{first}/{others[0]}" if len(others) > 1 else first


def _mail(row: dict[str, Any]) -> str:
    if "parts" in row["expected"]:
        return "".join(text for _, text in row["expected"]["parts"])
    if "import" not in row["raw"].partition("def ")[0] or row["kind"] == "eml":
        return row["raw"]
    name, _, number = row["id"].rpartition("/")[2].partition("#")
    wanted = next(row["expected"][key] for key in EXPECTED if key in row["expected"])
    tree = ast.parse(row["raw"])
    test = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    given = [mail for mail, expected in _checks(test) if expected == wanted]
    return given[min(int(number or 1), len(given)) - 1]


def _checks(test: ast.FunctionDef) -> list[tuple[str, str | None]]:
    """Pairs of a mail and the expected text, from `eq_(expected, extract(mail))` in either order."""
    known: dict[str, str | None] = {}
    found = []
    for statement in test.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            known[statement.targets[0].id] = _string(statement.value, known)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            texts = [(_string(node, known), "extract_" in ast.unparse(node)) for node in statement.value.args]
            mail = next((text for text, extracted in texts if extracted and text is not None), None)
            if mail is not None:
                found.append((mail, next(text for text, extracted in texts if not extracted)))
    return found


def _string(node: ast.expr, known: dict[str, str | None]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return known.get(name)
        case ast.BinOp(left=left, right=right):
            return (_string(left, known) or "") + (_string(right, known) or "")
        case ast.Tuple(elts=[first, *_]):
            return _string(first, known)
        case ast.Call(args=[*_, last]):
            return _string(last, known)
    return None


def _text(row: dict[str, Any]) -> str:
    mail = _mail(row)
    if row["kind"] == "html":
        return to_text(mail)
    if row["kind"] == "text":
        return mail
    body = email.message_from_bytes(mail.encode(), policy=email.policy.default).get_body(("plain", "html"))
    assert body is not None
    content = body.get_content()
    return to_text(content) if body.get_content_subtype() == "html" else content


def _bare(text: str) -> str:
    return re.sub(r"[\s*]", "", text)


def _wanted(row: dict[str, Any]) -> str:
    wanted = next((row["expected"][key] for key in EXPECTED if key in row["expected"]), "")
    return to_text(wanted) if "visible_html" in row["expected"] else wanted


def _matches(row: dict[str, Any], shown: str) -> bool:
    expected, wanted = row["expected"], _wanted(row).strip()
    if any(part not in shown for part in expected.get("visible_contains", [])):
        return False
    if any(part in shown for part in expected.get("visible_absent", [])):
        return False
    if not any(key in expected for key in EXPECTED):
        return True
    if "visible_startswith" in expected:
        return shown.startswith(wanted)
    return _bare(shown) == _bare(wanted) if row["compare"] == "ws" else shown == wanted


@pytest.mark.parametrize("row", _rows() if DATA.exists() else [], ids=lambda row: row["id"])
def test_nothing_the_customer_wrote_is_lost(row: dict[str, Any]):
    shown = _bare(visible(_text(row)))
    parts = [*_wanted(row).splitlines(), *row["expected"].get("visible_contains", [])]
    lost = [part for part in parts if _bare(part) not in shown]
    assert not lost or row["id"] in SIGNATURES_ELSEWHERE_CUT


def test_we_match_at_least_as_many_as_the_best_of_the_others_in_every_suite():
    matched = Counter(_suite(row) for row in _rows() if _matches(row, visible(_text(row))))
    assert all(matched[suite] >= count for suite, count in BEST_OF_OTHERS.items())
    assert all(matched[suite] >= count for suite, count in OURS.items())
