"""The browser the other tests look through: it draws Chinese and stays on this machine."""

import pytest
from playwright.sync_api import Error, Page

pytestmark = pytest.mark.browser


def fonts_drawn(page: Page, selector: str) -> set[str]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {
        font["familyName"] for font in devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    }


def test_chinese_is_drawn_with_a_font_that_has_it(page: Page) -> None:
    page.set_content("<p style='font-family: system-ui'>客户投诉</p>")
    assert fonts_drawn(page, "p") == {"Noto Sans SC"}


def test_no_page_leaves_this_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://www.haian.example/")
