"""Nobody is cut off silently: who is told of what, how long before."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.models import TrainingSession
from drills.training.pages import tiles
from drills.training.service.course_keeping import end_requirement
from drills.training.service.views import Warned, own_warning, person_file, warnings
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotFound
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import here_since, only, passed, requirement
from tests.drills.training.test_sessions import make
from tests.screens import open_page, text_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fire(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")


def ends_in(session: Session, hall: Cast, who: Actor, days: int) -> None:
    """The last day of the cover is so many days from today."""
    last = TODAY + days * DAY
    on = date(last.year - 1, last.month, last.day) + DAY
    passed(session, hall, who.user_id, "FIRE", on)


def own(session: Session, who: Actor) -> Warned | None:
    return own_warning(session, who, now=NOW)


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(
    ("days", "left", "tone"),
    [
        (31, None, None),
        (30, None, None),
        (29, 30, "yellow"),
        (14, 15, "yellow"),
        (13, 14, "orange"),
        (3, 4, "orange"),
        (2, 3, "red"),
        (0, 1, "red"),
        (-1, 0, "red"),
    ],
)
def test_the_person_is_told_thirty_fourteen_and_three_days_before(
    session: Session, hall: Cast, days: int, left: int | None, tone: str | None
) -> None:
    ends_in(session, hall, hall.staff, days)
    found = own(session, hall.staff)
    if left is None:
        assert found is None
        return
    assert found is not None
    assert (found.days_left, tiles.tone_of(found)) == (left, tone)
    assert found.courses == ("消防安全培训",)


@pytest.mark.usefixtures("fire")
def test_who_is_told_whom_to_think_of(session: Session, hall: Cast) -> None:
    for actor in (hall.lead, hall.officer, hall.manager, hall.other_lead):
        passed(session, hall, actor.user_id, "FIRE")
    ends_in(session, hall, hall.staff, 20)

    def told(actor: Actor) -> tuple[list[str], int, int]:
        found = warnings(session, actor, now=NOW, most=5)
        return [one.row.person.name for one in found.shown], found.lacking, found.ending

    assert told(hall.lead) == (["周航", "王晓燕"], 1, 1)
    assert told(hall.other_lead) == (["吴涛"], 1, 0)
    for actor in (hall.officer, hall.manager):
        names, lacking, ending = told(actor)
        assert set(names) == {"周航", "吴涛", "王晓燕"} and names[-1] == "王晓燕"
        assert (lacking, ending) == (2, 1)
    assert told(hall.staff) == (["王晓燕"], 0, 1)
    assert len(warnings(session, hall.officer, now=NOW, most=1).shown) == 1


@pytest.mark.usefixtures("fire")
def test_a_warning_says_from_when_the_gate_refuses(session: Session, hall: Cast) -> None:
    ends_in(session, hall, hall.staff, 9)
    found = own(session, hall.staff)
    assert found is not None and found.refused_on is None
    service.set_gate(session, hall.manager, starts_on=TODAY, now=NOW)
    session.execute(update(User).where(User.id == hall.staff.user_id).values(created_at=NOW + DAY))
    found = own(session, hall.staff)
    assert found is not None and found.refused_on == TODAY + 10 * DAY


@pytest.mark.usefixtures("fire")
def test_a_warning_knows_the_gate_for_as_long_as_it_looks_ahead(
    session: Session, hall: Cast
) -> None:
    ends_in(session, hall, hall.staff, 29)
    service.set_gate(session, hall.manager, starts_on=TODAY, now=NOW)
    session.execute(update(User).where(User.id == hall.staff.user_id).values(created_at=NOW + DAY))
    found = own(session, hall.staff)
    assert found is not None and found.refused_on == TODAY + 30 * DAY


@pytest.mark.usefixtures("fire")
def test_a_file_is_for_whoever_answers_for_the_person(session: Session, hall: Cast) -> None:
    passed(session, hall, hall.staff.user_id, "FIRE")
    for actor in (hall.staff, hall.lead, hall.officer, hall.manager, hall.administrator):
        found = person_file(session, actor, hall.staff.user_id, now=NOW)
        assert [one.course.code for one in found.needs] == ["FIRE"]
        assert len(found.results) == 1
    for stranger in (hall.second_staff, hall.other_lead, hall.third_party, hall.foreign_manager):
        with pytest.raises(NotFound):
            person_file(session, stranger, hall.staff.user_id, now=NOW)


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(
    ("who", "of", "files", "corrects", "is_left_to_others"),
    [
        ("lead", "staff", True, False, False),
        ("lead", "lead", False, False, True),
        ("officer", "staff", True, True, False),
        ("officer", "officer", False, False, True),
        ("manager", "officer", True, True, False),
        ("staff", "staff", False, False, False),
        ("administrator", "administrator", False, False, False),
    ],
)
def test_a_file_offers_what_may_be_done(
    session: Session, hall: Cast, who: str, of: str, files: bool, corrects: bool,
    is_left_to_others: bool,
) -> None:  # fmt: skip
    found = person_file(session, getattr(hall, who), getattr(hall, of).user_id, now=NOW)
    assert (found.may_file, found.may_correct) == (files, corrects)
    assert found.is_left_to_others is is_left_to_others


@pytest.mark.usefixtures("fire")
def test_a_file_names_the_rule_and_the_next_session(session: Session, hall: Cast) -> None:
    make(session, hall, window_id=hall.a03)
    one = make(session, hall)
    (need,) = person_file(session, hall.staff, hall.staff.user_id, now=NOW).needs
    assert need.ahead is not None and need.ahead.id == one.id
    assert any("第三十六条" in rule for rule in need.rules)


@pytest.mark.usefixtures("fire")
def test_a_file_names_no_rule_that_has_ended(session: Session, hall: Cast) -> None:
    def names_it() -> bool:
        (need,) = person_file(session, hall.staff, hall.staff.user_id, now=NOW).needs
        return any("第109号第十四条" in rule for rule in need.rules)

    assert names_it()
    yearly = requirement(session, hall, "FIRE/periodic/everybody")
    end_requirement(session, hall.officer, yearly.id, now=NOW)
    assert not names_it()


@sqlite_only
def test_the_tiles_stand_on_today(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        for actor in (hall.lead, hall.officer, hall.manager, hall.other_lead):
            passed(session, hall, actor.user_id, "FIRE")
        ends_in(session, hall, hall.staff, 13)
    mine = " ".join(text_of(open_page(hall.staff, "")))
    assert "14 天后培训缺项" in mine and "请及时与窗口负责人联系安排" in mine
    lead = " ".join(text_of(open_page(hall.lead, "")))
    assert "1 人培训缺项" in lead and "周航" in lead and "现已缺项" in lead
    english = " ".join(text_of(open_page(hall.staff, "", language="en")))
    assert "In 14 days a training will be missing" in english


@sqlite_only
def test_who_has_everything_is_not_bothered(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        for actor in hall.everyone().values():
            passed(session, hall, actor.user_id, "FIRE")
        for actor in (hall.second_staff, hall.other_staff, hall.other_lead):
            passed(session, hall, actor.user_id, "FIRE")
    for actor in hall.everyone().values():
        assert not any("培训缺项" in text for text in text_of(open_page(actor, "")))


@sqlite_only
def test_a_session_one_is_invited_to_stands_on_the_own_page(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        make(session, hall, hall.staff)
        make(session, hall, hall.second_staff, place="二楼")
    words = " ".join(text_of(open_page(hall.staff, "training")))
    assert "本人近期培训" in words and "三楼会议室" in words
    assert "二楼" not in words, "sessions of others are not shown"


@sqlite_only
def test_a_session_under_way_is_cut_short_on_its_page(database: Database, hall: Cast) -> None:
    start = NOW - timedelta(minutes=46)
    with database.transaction() as session:
        one = make(session, hall, starts_at=start, ends_at=start + timedelta(hours=2))
    address = {"id": str(one.id)}
    words = " ".join(text_of(open_page(hall.officer, "training-sessions", **address)))
    assert "结束后方可办结" in words and "办结该场培训" not in words
    page = open_page(hall.officer, "training-sessions", **address, do="postpone")
    assert "如提前结束" in " ".join(text_of(page))
    page.selectbox(key="session.length").set_value(45)
    page.text_input(key="session.reason").set_value("提前结束")
    page.run().button(key="session.postpone").click().run()
    with database.reading() as session:
        kept = session.get_one(TrainingSession, one.id)
        assert (kept.starts_at, kept.hours) == (start, 1)
        assert kept.ends_at == start + timedelta(minutes=45)
