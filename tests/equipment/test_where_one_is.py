"""Every page of safety facilities says where one is, and leads back to the register."""

import re
from typing import Any

import pytest

from safety_app.core import clock
from safety_app.core.db import Database
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.screens import open_page

pytestmark = sqlite_only
MARKED = re.compile(r'href="/([\w-]+)" aria-current="page"')


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def markup_of(page: Any) -> str:
    return "".join(str(one.proto.body) for one in page.get("html"))


@pytest.mark.parametrize("path", ["labels", "round", "bulk", "import", "stock"])
def test_a_page_beside_the_register_marks_its_entry_and_leads_back(
    database: Database, hall: Cast, path: str
) -> None:
    with database.transaction() as session:
        make_item(session, hall)
    html = markup_of(open_page(hall.officer, f"equipment-{path}"))
    assert MARKED.findall(html) == ["equipment"]
    assert "返回台账" in html


def test_the_page_of_kinds_marks_the_settings_it_is_reached_from(
    database: Database, hall: Cast
) -> None:
    html = markup_of(open_page(hall.administrator, "equipment-kinds"))
    assert MARKED.findall(html) == ["settings"]


def test_an_item_alone_on_a_small_screen_has_the_name_of_its_page(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        code = make_item(session, hall).code
    html = markup_of(open_page(hall.officer, "equipment", item=code))
    narrow = html[html.index('<div class="narrow-only">') :]
    assert "<h1>安全设施</h1>" in narrow[: narrow.index("</div>")]
