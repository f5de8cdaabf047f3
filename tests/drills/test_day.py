"""The page of one day for an inspector: three answers with what was missing then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from drills import dossier, shortfalls
from drills.papers import ROUTES
from drills.plans.papers import ROUTES as PLANS
from drills.plans.service import request_revision
from drills.readiness import answers
from drills.training.papers import ROUTES as TRAINING
from drills.training.service import follow
from drills.training.service.on_post import on_post
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.cases import make_drill
from tests.drills.papers import visitor, words
from tests.drills.plans.documents import make_plan
from tests.drills.training.lessons import here_since, only, passed
from tests.screens import open_page, text_of


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))


@sqlite_only
def test_a_day_before_anything_was_in_order_says_what_was_missing(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
        make_plan(session, hall)
    before = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2026-08-03")))
    assert "这一天没有现行预案" in before and "未按期演练" in before
    now = " ".join(text_of(open_page(hall.manager, "readiness-day")))
    assert "现行预案 1 份，其中 1 份有效" in now


@sqlite_only
def test_of_a_day_before_the_records_begin_nothing_is_said(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    said = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2025-12-31")))
    assert "本系统的记录从2026年1月1日" in said and "在岗" not in said.split("本系统的记录")[1]
    first = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2026-01-01")))
    assert "本系统的记录从" not in first


@sqlite_only
def test_of_a_day_that_cannot_be_asked_no_other_day_is_shown(
    database: Database, hall: Cast
) -> None:
    page = open_page(hall.manager, "readiness-day", day="2026-11-20")
    assert "2026年11月20日 周五" in " ".join(text_of(page))
    assert "/drills/readiness/2026-11-20.pdf" in "".join(one.proto.body for one in page.html)
    page.date_input(key="readiness.day").set_value(date(2026, 12, 31)).run()
    for shown in (page, open_page(hall.manager, "readiness-day", day="9999-12-31")):
        said = " ".join(text_of(shown))
        assert "请选择2000年1月1日至2026年11月23日之间的日期" in said
        assert "当日培训覆盖情况" not in said and "打印当日情况" not in said
    said = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2026-02-29")))
    assert "“2026-02-29”不是有效日期" in said and "2026年11月23日 周一" in said


@sqlite_only
def test_a_revision_that_is_only_asked_for_is_no_point_against_a_plan(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        plan = make_plan(session, hall)
        request_revision(
            session, hall.officer, plan.id, why="出口改道", source="test",
            owner_id=hall.officer.user_id, due_on=TODAY + timedelta(days=9), now=NOW,
        )  # fmt: skip
    with database.reading() as session:
        plans, *_others = answers(session, hall.manager, TODAY, now=NOW)
        assert plans.wrong == ()
    with database.transaction() as session:
        accounts.deactivate(session, None, hall.lead.user_id, NOW)
    with database.reading() as session:
        plans, *_others = answers(session, hall.manager, TODAY, now=NOW)
        assert len(plans.wrong) == 1 and "李敏" in plans.wrong[0]


@sqlite_only
def test_who_does_not_answer_for_the_hall_does_not_see_it(database: Database, hall: Cast) -> None:
    for who in (hall.staff, hall.lead):
        assert "没有此项权限" in " ".join(text_of(open_page(who, "readiness-day")))


@pytest.fixture
def courses(session: Session, hall: Cast) -> None:
    """Nothing but the fire course is required."""
    follow(session, hall.site_id, NOW)
    here_since(session, hall)
    only(session, hall, "FIRE")


@pytest.mark.usefixtures("courses")
def test_who_is_on_the_roster_without_a_course_is_named(session: Session, hall: Cast) -> None:
    people = (hall.staff, hall.second_staff)
    session.add_all(
        Duty(site_id=hall.site_id, user_id=one.user_id, on_date=TODAY, window_id=hall.a01)
        for one in people
    )
    passed(session, hall, hall.staff.user_id, "FIRE", TODAY - timedelta(days=30))
    names = [one.name for one in on_post(session, hall.officer, TODAY, now=NOW).lacking]
    assert accounts.names(session, [hall.second_staff.user_id])[hall.second_staff.user_id] in names
    assert accounts.names(session, [hall.staff.user_id])[hall.staff.user_id] not in names


@sqlite_only
def test_the_paper_of_a_day_says_what_the_page_says(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
        make_plan(session, hall)
    manager = visitor(hall.manager)
    before = words(manager.get("/drills/readiness/2026-08-03.pdf?lang=zh_CN").content)
    for part in (
        "2026年8月3日应急准备情况", "应急预案：1项不符合要求", "1.这一天没有现行预案", "未按期演练",
        "在岗人员", "单位负责人",
    ):  # fmt: skip
        assert part in before, part
    now = words(manager.get(f"/drills/readiness/{TODAY}.pdf?lang=en").content)
    assert "1of1plansinforcewerecurrent" in now
    too_early = words(manager.get("/drills/readiness/2025-12-31.pdf?lang=zh_CN").content)
    assert "本系统的记录从2026年1月1日" in too_early and "在岗人员" not in too_early
    assert "按当日情况判定" in before and "按当日情况判定" not in too_early


@sqlite_only
@pytest.mark.parametrize(
    ("who", "day", "status"),
    [("staff", TODAY, 403), ("lead", TODAY, 403), ("manager", TODAY + timedelta(days=1), 404),
     ("manager", "2026-02-30", 404)],
)  # fmt: skip
def test_what_no_paper_is_made_of(
    database: Database, hall: Cast, who: str, day: date | str, status: int
) -> None:
    found = visitor(getattr(hall, who)).get(f"/drills/readiness/{day}.pdf")
    assert found.status_code == status


BEGAN = "本系统的记录从2026年11月2日"


@sqlite_only
def test_every_paper_and_page_says_of_which_days_nothing_is_known(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 11, 2)
    manager = visitor(hall.manager, (*ROUTES, *PLANS, *TRAINING))
    early, known = "2026-11-01", "2026-11-02"
    for address, wrong in (
        ("/emergency-plans/register.pdf?day={day}&lang=zh_CN", "没有现行预案"),
        ("/drills/record/2026.pdf?day={day}&lang=zh_CN", "未完成的事项"),
        ("/training/matrix.pdf?on={day}&lang=zh_CN", "此前的情况无法判定"),
    ):
        before = words(manager.get(address.format(day=early)).content)
        assert (BEGAN in before, wrong in before) == ("record" not in address, False), address
        assert BEGAN not in words(manager.get(address.format(day=known)).content), address
    assert BEGAN in words(manager.get("/drills/year/2025.pdf?lang=zh_CN").content)
    for query in ({"day": early}, {"year": "2025"}):
        shown = " ".join(text_of(open_page(hall.manager, "drill-year", **query)))
        assert BEGAN in shown and "截至" not in shown
    shown = " ".join(text_of(open_page(hall.manager, "emergency-plans", day=early)))
    assert "没有现行预案" not in shown


@sqlite_only
def test_page_of_the_day_page_of_the_year_and_papers_tell_the_same(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_year = datetime(2027, 1, 20, 2, tzinfo=UTC)
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 7, 1)
        make_drill(session, hall, on=date(2026, 12, 20))
    monkeypatch.setattr(clock, "now", lambda: new_year + timedelta(days=1))
    manager = visitor(hall.manager)
    shown = [
        "".join("".join(text_of(open_page(hall.manager, page, day="2027-01-20"))).split())
        for page in ("readiness-day", "drill-year")
    ]
    papers = [
        words(manager.get(f"{path}lang=zh_CN").content)
        for path in (
            "/drills/readiness/2027-01-20.pdf?", "/drills/record/2027.pdf?day=2027-01-20&",
            "/drills/year/2027.pdf?day=2027-01-20&",
        )
    ]  # fmt: skip
    with database.transaction() as session:
        chapter = "".join(
            "".join(dossier.drills(session, hall.site_id, new_year).shortfalls).split()
        )
    for said in (*shown, *papers, chapter):
        assert "未按期演练" in said and "2026年下半年" in said and "既未举行也未调整日期" in said


@sqlite_only
def test_of_many_points_the_page_lists_the_first_and_the_paper_all(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(f"缺项{number}。" for number in range(1, 31))
    monkeypatch.setattr(shortfalls, "unmet", lambda *_of: iter(many))
    shown = " ".join(text_of(open_page(hall.manager, "readiness-day")))
    assert "缺项20。" in shown and "缺项21。" not in shown and "另有 10 项，见打印件" in shown
    printed = words(visitor(hall.manager).get(f"/drills/readiness/{TODAY}.pdf?lang=zh_CN").content)
    assert "30.缺项30。" in printed
