"""Every word on screen is said in Chinese too; and the tool that keeps it so does what it says."""

import importlib.util
import json
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _tool()

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

STATES = [_("Answered"), _("Sealed "
    "twice"), pgettext("verb", "Open"), _(unknown)]
ngettext("%(count)s case", "%(count)s cases", 3)
"""
TEMPLATE = """{% load i18n %}
<p>
    {% translate "Due soon" %} {{ x|default:"it's" }}
  {% blocktranslate trimmed with who=name %}
    Hello <b>{{ who }}</b>,
    100% yours
  {% endblocktranslate %}
</p>
{% include "a.html" with title=_("Title") %}
"""
GREETING = "Hello <b>%(who)s</b>, 100%% yours"
SAID = {"%(count)s case", "Answered", "Due soon", GREETING, "Sealed twice", "Title", "verb|Open"}
CHINESE = {
    "%(count)s case": "%(count)s 件工单",
    "Answered": "已答复",
    "Due soon": "即将到期",
    GREETING: "<b>%(who)s</b>，您好，100%%属于您",
    "Sealed twice": "封存两次",
    "Title": "标题",
    "verb|Open": "打开",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A package with one module and one template that say something."""
    (tmp_path / "templates" / "a").mkdir(parents=True)
    (tmp_path / "states.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "templates" / "a" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def run(root: Path, *arguments: str) -> int:
    code = messages.main(["--root", str(root), *arguments])
    assert isinstance(code, int)
    return code


def merge(root: Path, words: dict[str, str]) -> None:
    file = root / "words.json"
    file.write_text(json.dumps(words), encoding="utf-8")
    assert run(root, "--merge", str(file)) == 0


def test_nothing_on_screen_is_untranslated_stale_or_mismatched(capsys: pytest.CaptureFixture[str]) -> None:
    code = messages.main(["--check"])
    assert capsys.readouterr().out == ""
    assert code == 0


def test_words_are_found_in_python_and_templates(root: Path) -> None:
    assert {messages.name(message) for message in messages.entries(messages.gather(root))} == SAID


def test_what_has_no_chinese_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root) == 0
    assert run(root, "--check") == 1
    assert capsys.readouterr().out.splitlines() == [f"untranslated: {key}" for key in sorted(SAID)]


def test_a_whole_translation_passes_and_an_update_changes_nothing(root: Path) -> None:
    merge(root, CHINESE)
    assert run(root, "--check") == 0
    before = (root / messages.PO).read_bytes()
    assert run(root) == 0
    assert (root / messages.PO).read_bytes() == before


def test_a_word_no_longer_said_is_stale_until_the_next_update(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    merge(root, CHINESE)
    (root / "states.py").unlink()
    assert run(root, "--check") == 1
    assert "stale: Answered" in capsys.readouterr().out
    assert run(root) == 0
    assert run(root, "--check") == 0


def test_a_singular_that_becomes_a_plural_keeps_its_chinese(root: Path) -> None:
    merge(root, CHINESE)
    page = root / "states.py"
    page.write_text(
        PYTHON.replace('_("Answered")', 'ngettext("Answered", "All answered", 2)'), encoding="utf-8"
    )
    assert run(root) == 0
    assert run(root, "--check") == 0


def test_words_that_nothing_says_are_reported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merge(root, {"Farewell": "再见"})
    assert capsys.readouterr().err == "words.json: no message says: Farewell\n"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (GREETING, "<b>您好</b>，100%%属于您"),
        (GREETING, "%(who)s，您好，100%%属于您"),
        (GREETING, "<b>%(who)s</b>，您好，100%属于您"),
        (GREETING, "<b>%(whom)s</b>，您好，100%%属于您"),
        ("%(count)s case", "一件工单"),
        ("Answered", "已答复 {number}"),
    ],
)
def test_other_placeholders_are_named(
    root: Path, capsys: pytest.CaptureFixture[str], english: str, chinese: str
) -> None:
    merge(root, CHINESE | {english: chinese})
    assert run(root, "--check") == 1
    assert capsys.readouterr().out == f"placeholders differ: {english}\n"


def test_the_compiled_catalog_speaks_chinese_with_one_plural_form(root: Path) -> None:
    merge(root, CHINESE)
    assert run(root, "--compile") == 0
    with (root / messages.PO).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert compiled.gettext("Answered") == "已答复"
    assert compiled.pgettext("verb", "Open") == "打开"
    for count in (1, 2):
        assert compiled.ngettext("%(count)s case", "%(count)s cases", count) == "%(count)s 件工单"
