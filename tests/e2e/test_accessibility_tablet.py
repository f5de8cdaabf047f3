"""On the tablet, in Chinese, no screen has a serious fault by WCAG 2.2 AA."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.accessible import examine, look_over, opened
from tests.e2e.hall import Hall
from tests.e2e.screens import Stage
from tests.e2e.visits import TABLET, visit

pytestmark = pytest.mark.e2e


def test_no_screen_has_a_serious_fault(hall: Hall, chromium: Browser, stage: Stage) -> None:
    with opened(hall, chromium, "zh_CN", TABLET) as visits:
        assert look_over(visits, stage) == ""


def test_a_fault_is_found_where_there_is_one(hall: Hall, chromium: Browser) -> None:
    with visit(chromium, hall, "zh_CN") as here:
        page = here.open("/sign-in?mode=password", "#login")
        assert examine(page) == examine(page, "dark") == []
        page.evaluate("document.querySelector('label').style.color = '#ddd'")
        assert [fault.split()[0] for fault in examine(page, "dark")] == ["color-contrast"]
        page.evaluate("document.querySelector('label').remove()")
        assert [fault.split()[0] for fault in examine(page)] == ["label"]
