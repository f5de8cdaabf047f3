"""Today: whose it is, which day it is, tiles that fail or have nothing to show."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.feature import Feature, Tile, load
from safety_app.features import features
from safety_app.overview import service
from safety_app.overview.pages import today
from tests import cast
from tests.cast import Cast
from tests.screens import open_page, text_of

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
HOLIDAY = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


def _good(actor: Actor, now: datetime) -> bool:
    from safety_app import ui

    ui.html("<p>甲</p>")
    return True


def _idle(actor: Actor, now: datetime) -> bool:
    return False


def _broken(actor: Actor, now: datetime) -> bool:
    raise ZeroDivisionError


def _only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    tiles = tuple(Tile(f"{__name__}:{name}", column=1, order=n) for n, name in enumerate(names))
    made = Feature("sample", Path(__file__).parent, tiles=tiles)
    here = {f"{__name__}:{name}": globals()[name] for name in names}
    monkeypatch.setattr(today, "load", lambda name: here.get(name) or load(name))
    monkeypatch.setattr(today, "features", lambda: (made,))


@pytest.mark.usefixtures("monday")
def test_the_head_says_where_who_and_when(database: Database, hall: Cast) -> None:
    words = text_of(open_page(hall.staff))
    assert "我的任务" in words
    assert "A01 综合窗口 · 王晓燕 · 11月23日 周一 09:04" in words


@pytest.mark.usefixtures("monday")
def test_many_windows_are_counted_not_listed(database: Database, hall: Cast) -> None:
    everywhere = frozenset({hall.a01, hall.a02, hall.a03})
    lead = replace(hall.lead, led=everywhere, served=frozenset())
    assert any("A03" in text for text in text_of(open_page(lead)))
    assert (
        today._windows(
            replace(lead, led=everywhere | {9}), {**dict.fromkeys((*everywhere, 9), "x")}
        )
        == "4 个窗口"
    )


@pytest.mark.usefixtures("monday")
def test_nothing_to_do_is_said(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "_idle")
    assert "现在没有要办的事" in text_of(open_page(hall.staff))


@pytest.mark.usefixtures("monday")
def test_a_tile_that_fails_does_not_take_the_others_down(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, "_broken", "_good")
    shown = open_page(hall.staff)
    assert not shown.exception
    words = text_of(shown)
    assert "暂时无法显示" in words
    assert "甲" in words


def test_a_closed_day_says_why(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: HOLIDAY)
    found = service.hall(hall.staff, HOLIDAY)
    assert not found.is_open
    assert found.why in text_of(open_page(hall.staff))


def test_the_hall_is_asked_once_a_minute(database: Database, hall: Cast) -> None:
    from safety_app.core.db import transaction
    from safety_app.workplace.models import Site

    assert service.hall(hall.staff, cast.NOW).name == "清河县政务服务中心"
    with transaction() as session:
        session.get_one(Site, hall.site_id).name = "新名"
    assert service.hall(hall.staff, cast.NOW).name == "清河县政务服务中心"
    later = cast.NOW.replace(minute=cast.NOW.minute + 1)
    assert service.hall(hall.staff, later).name == "新名"


def test_every_tile_names_a_column_of_today(dialect: str) -> None:
    columns = {tile.column for feature in features() for tile in feature.tiles}
    assert columns <= {today.WIDE, today.LEFT, today.RIGHT}
