"""What makes a password weak, said in the reader's language (ASVS 5.0, 6.2)."""

import pytest
from django.core.cache import cache
from django.utils import translation

import signing_in
import world
from plainspoken.kernel.errors import Refused
from plainspoken.organization.actions import people
from plainspoken.organization.models import Person


@pytest.fixture(autouse=True)
def _fresh(firm, settings):
    cache.clear()
    signing_in.quick_passwords(settings)


def refused(password: str, language: str = "en") -> str:
    with translation.override(language), pytest.raises(Refused) as found:
        people.set_password(world.person("li"), by=world.actor("admin"), password=password)
    assert found.value.code == "password_weak"
    return str(found.value.message)


@pytest.mark.parametrize(
    ("password", "english", "chinese"),
    [
        ("short", "too short: it needs at least 12 characters", "密码太短：至少需要12个字符"),
        ("password2026!", "a common one", "常见密码"),
        ("p1a2s3s4w5o6r7d8", "a common one", "常见密码"),
        ("Haian-Bank-2026", "a name of this place", "本机构的名称"),
        ("海岸银行2026!!!!!!!", "a name of this place", "本机构的名称"),
        ("plainspoken1234", "a name of this place", "本机构的名称"),
        ("abcabcabcabc", "repeats itself", "重复的字符"),
        ("2345678901234", "follows the keys in a row", "键盘顺序"),
        ("LKJHGFDSAPOIU", "follows the keys in a row", "键盘顺序"),
    ],
)
def test_what_is_easy_to_guess_is_refused_in_the_readers_words(password, english, chinese):
    assert english in refused(password, "en")
    assert chinese in refused(password, "zh-hans")


def test_what_is_close_to_the_person_is_refused():
    Person.objects.filter(username="li").update(email="minmin.li@haian.example")
    assert "too close to the person" in refused("minmin.li@haian")
    assert "过于相似" in refused("minmin.li@haian", "zh-hans")


@pytest.mark.parametrize(
    "password",
    [
        "四盏绿灯笼挂在窗前的夜晚",
        "no capitals or digits here",
        "x" * 3 + " and a very long one " * 9,
        " a space at each end ",
    ],
)
def test_no_kind_of_sign_is_demanded_and_each_is_kept_as_it_is(password):
    people.set_password(world.person("li"), by=world.actor("admin"), password=password)
    assert world.person("li").check_password(password)
    assert not world.person("li").check_password(password.strip() + "?")


def test_the_fields_hold_200_characters_and_are_told_to_password_managers():
    page = world.client("li").get("/account/password").content.decode()
    assert page.count('maxlength="200"') == 3
    assert ('autocomplete="current-password"' in page, page.count('autocomplete="new-password"')) == (True, 2)
    assert "onpaste" not in page
