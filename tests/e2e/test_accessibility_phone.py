"""On the phone, in English, no screen has a serious fault and none moves sideways.

English words are longer than Chinese ones and cannot be broken anywhere.
"""

import pytest
from playwright.sync_api import Browser

from tests.e2e.accessible import look_over, opened, too_wide
from tests.e2e.hall import Hall
from tests.e2e.screens import Stage
from tests.e2e.visits import PHONE, visit

pytestmark = pytest.mark.e2e


def test_no_screen_has_a_serious_fault(hall: Hall, chromium: Browser, stage: Stage) -> None:
    with opened(hall, chromium, "en", PHONE) as visits:
        assert look_over(visits, stage) == ""


def test_what_moves_sideways_is_found(hall: Hall, chromium: Browser) -> None:
    with visit(chromium, hall, "en", **PHONE) as here:
        page = here.open("/sign-in?mode=password", "#login")
        assert too_wide(page) == []
        page.evaluate("document.querySelector('#login').style.width = '350px'")
        assert [fault.split()[0] for fault in too_wide(page)] == ["320:"]
