"""The roster as people see it: the week, one place on one day, who is away; and on paper."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.web.identity import Live
from safety_app.workplace import service
from safety_app.workplace.models import Absence, Duty
from safety_app.workplace.roster_routes import routes
from tests.cast import NOW, TODAY, Cast
from tests.screens import open_page, text_of

sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
A01 = "A01 综合窗口"


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _away(database: Database, hall: Cast, *actors: Actor) -> None:
    with database.transaction() as session:
        for actor in actors:
            service.record_absence(
                session, None, user_id=actor.user_id, site_id=hall.site_id, first=TODAY,
                last=TODAY, reason="sick", now=NOW,
            )  # fmt: skip


def test_a_lead_sees_own_windows_and_the_officer_every_place(
    database: Database, hall: Cast
) -> None:
    own = text_of(open_page(hall.lead, "roster"))
    assert A01 in own and "A02 社保窗口" in own
    assert "A03 税务窗口" not in own and "公共区域" not in own
    every = text_of(open_page(hall.officer, "roster"))
    assert every.index("公共区域") < every.index(A01) < every.index("A03 税务窗口")


@sqlite
def test_nobody_on_duty_is_said_aloud(database: Database, hall: Cast) -> None:
    assert not any("无人值班" in text for text in text_of(open_page(hall.lead, "roster")))
    _away(database, hall, hall.staff, hall.second_staff, hall.lead)
    said = text_of(open_page(hall.lead, "roster"))
    assert (
        "无人值班：11月23日 周一 A01 综合窗口；11月23日 周一 A02 社保窗口。请安排人员或登记顶班。"
        in said
    )


@sqlite
def test_the_leads_today_says_that_nobody_is_there(database: Database, hall: Cast) -> None:
    _away(database, hall, hall.staff, hall.second_staff)
    with database.transaction() as session:
        service.set_duty(
            session, None, site_id=hall.site_id, on=TODAY, window_id=hall.a01,
            user_ids=[hall.staff.user_id], now=NOW,
        )  # fmt: skip
    said = "今天无人值班：A01 综合窗口。"
    assert said in text_of(open_page(hall.lead))
    assert said in text_of(open_page(hall.officer))
    for actor in (hall.staff, hall.other_lead):
        assert said not in text_of(open_page(actor))


def test_tapping_names_makes_a_roster_and_one_tap_takes_it_back(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.lead, "roster", cell=f"{hall.a01}.{TODAY}")
    page.pills[0].select(hall.staff.user_id).run()
    _press(page, "保存值班人员")
    assert not page.exception
    with database.reading() as session:
        assert service.on_duty(session, hall.site_id, TODAY, hall.a01) == [hall.staff.user_id]
    _press(page, "恢复为窗口全员")
    with database.reading() as session:
        assert session.scalar(select(func.count(Duty.id))) == 0


@sqlite
def test_a_stand_in_is_entered_and_taken_back(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "roster", cell=f"{hall.a01}.{TODAY}")
    _box(page, "被替人员").select(hall.staff.user_id).run()
    _box(page, "顶班人员").select(hall.other_staff.user_id).run()
    _press(page, "登记顶班")
    assert "吴涛 替 王晓燕" in text_of(page)
    assert "同时：A03 税务窗口" in text_of(page)
    _press(page, "取消顶班：吴涛 替 王晓燕")
    assert "吴涛 替 王晓燕" not in text_of(page)


@sqlite
def test_a_rule_that_is_broken_is_a_sentence_and_nothing_is_written(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.lead, "roster", cell=f"{hall.a01}.{TODAY}")
    _press(page, "保存值班人员")
    assert "请至少选择一人。" in text_of(page)
    _press(page, "登记顶班")
    assert "请选择被替人员和顶班人员。" in text_of(page)
    with database.reading() as session:
        assert session.scalar(select(func.count(Duty.id))) == 0


@sqlite
def test_a_day_that_is_over_cannot_be_changed(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "roster", cell=f"{hall.a01}.{TODAY - timedelta(days=3)}")
    assert "该日已过，值班安排不再更改。" in text_of(page)
    assert not page.button


@sqlite
@pytest.mark.parametrize("cell", ["0.2026-11-23", "999.2026-11-23"])
def test_a_place_of_others_is_refused(database: Database, hall: Cast, cell: str) -> None:
    page = open_page(hall.lead, "roster", cell=cell)
    assert not page.pills and not page.button
    assert NotAllowed().message() in text_of(page)


@sqlite
def test_a_place_that_is_not_there_is_a_sentence(database: Database, hall: Cast) -> None:
    for window in (999, hall.foreign_window):
        page = open_page(hall.officer, "roster", cell=f"{window}.{TODAY}")
        assert NotFound().message() in text_of(page)


@sqlite
@pytest.mark.parametrize(
    "query", [{"cell": "x.y"}, {"cell": "1"}, {"week": "soon"}, {"week": "0001-01-01"}]
)
def test_a_strange_address_shows_this_week(
    database: Database, hall: Cast, query: dict[str, str]
) -> None:
    page = open_page(hall.lead, "roster", **query)
    assert "2026年11月23日至11月29日" in text_of(page)


@sqlite
def test_an_absence_is_entered_and_ended(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "roster")
    page.button_group[0].set_value("away").run()
    assert "没有人员登记不在岗" in text_of(page)
    _box(page, "人员").select(hall.staff.user_id).run()
    _press(page, "登记不在岗")
    assert any("王晓燕 已登记不在岗" in text for text in text_of(page))
    with database.reading() as session:
        absence = session.scalars(select(Absence)).one()
    assert (absence.user_id, absence.first, absence.reason) == (hall.staff.user_id, TODAY, "leave")


@sqlite
def test_the_week_is_copied_from_the_page(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        service.set_duty(
            session, None, site_id=hall.site_id, on=TODAY, window_id=hall.a01,
            user_ids=[hall.staff.user_id], now=NOW,
        )  # fmt: skip
    page = open_page(hall.lead, "roster")
    _press(page, "复制")
    assert "已复制到 5 天。" in text_of(page)


@sqlite
def test_past_twelve_places_there_is_a_search(database: Database, hall: Cast) -> None:
    assert not open_page(hall.officer, "roster").text_input
    with database.transaction() as session:
        for number in range(12):
            service.create_window(
                session, None, site_id=hall.site_id, code=f"B{number:02}", name="窗口", now=NOW
            )
    page = open_page(hall.officer, "roster")
    page.text_input[0].set_value("B07").run()
    assert "B07 窗口" in text_of(page) and A01 not in text_of(page)
    page.text_input[0].set_value("吴涛").run()
    assert "A03 税务窗口" in text_of(page) and "B07 窗口" not in text_of(page)
    page.text_input[0].set_value("没有的").run()
    assert "没有窗口" in text_of(page)


class _SignedIn:
    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["live"] = Live(self.actor, "csrf")
        await self.app(scope, receive, send)


@contextmanager
def _browser(actor: Actor) -> Iterator[TestClient]:
    app = _SignedIn(Starlette(routes=routes), actor)
    with TestClient(app, raise_server_exceptions=False, headers={"accept": "text/html"}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "title", "who"),
    [("zh_CN", "值班表", "王晓燕"), ("en", "Weekly duty roster", "Wang Xiaoyan")],
)
def test_the_week_is_printed_in_both_languages(
    database: Database, hall: Cast, language: str, title: str, who: str
) -> None:
    with _browser(hall.lead) as page:
        answer = page.get(f"/roster/2026-11-23.pdf?lang={language}")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert title in text and who in text and "A03" not in text
    assert (
        f"{title}"
        if language == "en"
        else "值班表" in unquote(answer.headers["content-disposition"])
    )


@sqlite
def test_the_week_as_a_workbook_holds_the_absences_too(database: Database, hall: Cast) -> None:
    _away(database, hall, hall.staff)
    with _browser(hall.officer) as page:
        answer = page.get("/roster/2026-11-25.xlsx?lang=zh_CN")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    roster, away = (list(sheet.values) for sheet in book.worksheets)
    assert [row[0] for row in roster] == ["窗口", "公共区域", A01, "A02 社保窗口", "A03 税务窗口"]
    assert roster[2][1] == "周航\n李敏" and roster[2][6] == "–"
    assert away[1][0] == "王晓燕" and away[1][3] == "病假"


@sqlite
@pytest.mark.parametrize("query", [{"cell": "0.9999-12-31"}, {"week": "9999-12-31"}])
def test_a_day_that_nobody_plans_shows_this_week(
    database: Database, hall: Cast, query: dict[str, str]
) -> None:
    page = open_page(hall.officer, "roster", **query)
    assert not page.exception
    assert "2026年11月23日" in "".join(text_of(page))


@sqlite
@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("staff", "/roster/2026-11-23.pdf", 403),
        ("third_party", "/roster/2026-11-23.xlsx", 403),
        ("lead", "/roster/monday.pdf", 404),
        ("lead", "/roster/0001-01-01.pdf", 404),
        ("lead", "/roster/9999-12-31.pdf", 422),
        ("lead", "/roster/9999-12-31.xlsx", 422),
        ("lead", "/roster/2026-11-23.pdf?lang=fr", 422),
        ("lead", "/calendar/form.xlsx", 403),
        ("officer", "/calendar/form.xlsx", 200),
    ],
)
def test_who_gets_which_paper(
    database: Database, hall: Cast, who: str, path: str, status: int
) -> None:
    with _browser(getattr(hall, who)) as page:
        assert page.get(path).status_code == status


def _press(page: object, label: str) -> None:
    button = next(one for one in page.button if one.label == label)  # type: ignore[attr-defined]
    button.click().run()


def _box(page: object, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in page.selectbox if one.label == label)  # type: ignore[attr-defined]
