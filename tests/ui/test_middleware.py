import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from plainspoken.ui import policy
from plainspoken.ui.middleware import chosen_language


@pytest.mark.parametrize("address", ["/answer/", "/nowhere/", "/fail/refused/", "/fail/fault/"])
def test_every_answer_carries_the_strict_policy(client: Client, address: str) -> None:
    header = client.get(address).headers[policy.HEADER]
    assert header == policy.PAGE
    assert "default-src 'none'" in header
    assert "unsafe" not in header


def test_a_view_may_set_a_policy_of_its_own(client: Client) -> None:
    assert client.get("/own-policy/").headers[policy.HEADER] == policy.MAIL


def test_pages_are_kept_nowhere(client: Client) -> None:
    assert client.get("/answer/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.5", "zh-hans"),
        ("zh-Hant-HK", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("en-GB,zh;q=0.8", "en"),
        ("fr-FR,zh;q=0.4", "zh-hans"),
        ("fr-FR,de;q=0.4", "en"),
        ("", "zh-hans"),
        ("*", "zh-hans"),
    ],
)
def test_the_browser_chooses_between_chinese_and_english(accepted: str, expected: str) -> None:
    request = RequestFactory().get("/", headers={"accept-language": accepted})
    assert chosen_language(request) == expected


def test_the_cookie_outweighs_the_browser(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"accept-language": "en"})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert chosen_language(request) == "zh-hans"


def test_a_language_we_do_not_have_is_not_taken_from_the_cookie(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"accept-language": "en"})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "tlh"
    assert chosen_language(request) == "en"


def test_the_page_says_its_language(client: Client) -> None:
    chinese = client.get("/answer/", headers={"accept-language": "zh-CN"})
    assert '<html lang="zh-Hans"' in chinese.content.decode()
    assert chinese.headers["Content-Language"] == "zh-hans"
    assert "Accept-Language" in chinese.headers["Vary"]
    assert '<html lang="en"' in client.get("/answer/").content.decode()
