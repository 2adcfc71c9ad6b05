"""Scripts in a firm file."""

import pytest

from plainspoken.content.models import Script
from plainspoken.customers.models import Link
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import FirmFileRefused

FILE = """
[[scripts]]
code = "greeting"
scene = "{scene}"
title_zh = "开头语"
title_en = "Opening"
text_zh = \"\"\"
{{{{customer}}}}，您好！
\"\"\"
text_en = "Dear {en},"
unit = "{unit}"
"""
pytestmark = pytest.mark.usefixtures("firm")


def given(scene: str = "inquiry", en: str = "{{customer}}", unit: str = "") -> str:
    return FILE.format(scene=scene, en=en, unit=unit)


@pytest.mark.duty("4.2.1a")
def test_a_script_is_made_and_left_alone_the_second_time() -> None:
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == ["script greeting"]
    assert Script.objects.get().text_zh == "{{customer}}，您好！"
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == []


def test_it_is_changed_by_a_changed_file() -> None:
    firmfile.apply_text(given(), by=firmfile.actor())
    assert firmfile.apply_text(given(unit="customer-service"), by=firmfile.actor()).changed == [
        "script greeting"
    ]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (given(scene="chat"), "scripts[0].scene: must be one of acknowledgement, told_time, solved"),
        (given(en="{{name}}"), "scripts[0]: Both languages of a script need the same variables."),
        (given(unit="nowhere"), 'scripts[0].unit: no unit "nowhere"'),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(file: str, words: str) -> None:
    with pytest.raises(FirmFileRefused) as refused:
        firmfile.apply_text(file, by=firmfile.actor())
    assert words in str(refused.value)
    assert not Script.objects.exists()


def test_every_link_we_give_has_a_scene_of_its_name() -> None:
    assert set(Link.Purpose.values) <= set(Script.Scene.values)
