"""What asks less of people is the manager's while the gate is on, and leaves a trace."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy.orm import Session

from drills.readiness import answers
from drills.training import sections, service
from drills.training.models import Course, CourseKind, Occasion, Requirement, Who
from drills.training.service import shortages
from drills.training.service.course_keeping import (
    CourseFacts,
    RequirementFacts,
    add_requirement,
    change_course,
    change_requirement,
    end_requirement,
    offer_course,
    outlook,
)
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Heading, Table
from safety_app.features import features
from safety_app.reports.months import period_of
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import course, here_since, only, passed, requirement
from tests.screens import open_page, text_of

DAY: Final = timedelta(days=1)
LATER: Final = TODAY + 30 * DAY
CODE: Final = "FIRE/periodic/everybody"
YEARLY: Final = RequirementFacts(
    who=Who.EVERYBODY, occasion=Occasion.PERIODIC, interval_months=12, public_months=6
)
HELD: Final = CourseFacts(
    name="消防安全培训", name_en="Fire safety training", kind=CourseKind.FIRE, hours=4,
    needs_exam=True, needs_practical=True, pass_mark=80, validity_months=24,
)  # fmt: skip
FACTS: Final = ("hours", "needs_exam", "needs_practical", "pass_mark", "validity_months")
REFUSED: Final = "您没有此项权限，可由中心领导办理。"


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(shortages, "FEW", 1)
    features()


@pytest.fixture
def hall_of_fire(session: Session, hall: Cast) -> Cast:
    """Everybody needs fire safety and has passed it ten months ago, all but the officer."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    everybody = {one.user_id for one in hall.everyone().values()} | {
        one.user_id for one in (hall.second_staff, hall.other_staff, hall.other_lead)
    }
    for user_id in everybody - {hall.officer.user_id}:
        passed(session, hall, user_id, "FIRE", TODAY - 300 * DAY, now=NOW - 300 * DAY)
    fire = course(session, hall, "FIRE")
    change_course(session, hall.officer, fire.id, HELD, now=NOW - 400 * DAY)
    return hall


def gate_on(session: Session, hall: Cast, on: date = TODAY) -> None:
    """The gate is set; who was there is not only warned any more."""
    service.set_gate(session, hall.manager, starts_on=on, now=NOW).grace_days = 0
    session.flush()


def barred(session: Session, actor: Actor, on: date = TODAY) -> bool:
    return workplace.find_bar(session, actor.site_id, actor.user_id, on) is not None


def newest(session: Session, hall: Cast) -> Requirement:
    rows = course(session, hall, "FIRE")
    found = session.query(Requirement).filter_by(course_id=rows.id, code=CODE, last=None)
    return found.one()


Way = Callable[[Session, Cast, Actor], object]


def to(**facts: Any) -> Way:
    """Change the yearly requirement."""

    def change(session: Session, hall: Cast, actor: Actor) -> object:
        row, first = newest(session, hall), facts.get("first")
        wanted = replace(YEARLY, **{key: one for key, one in facts.items() if key != "first"})
        return change_requirement(session, actor, row.id, wanted, first=first, now=NOW)

    return change


def course_to(**facts: Any) -> Way:
    def change(session: Session, hall: Cast, actor: Actor) -> object:
        one = course(session, hall, "FIRE")
        return change_course(session, actor, one.id, replace(HELD, **facts), now=NOW)

    return change


def end(session: Session, hall: Cast, actor: Actor) -> None:
    end_requirement(session, actor, newest(session, hall).id, now=NOW)


def stop(session: Session, hall: Cast, actor: Actor) -> Course:
    one = course(session, hall, "FIRE")
    return offer_course(
        session, actor, one.id, is_active=False, ends_requirements=True, now=NOW
    )  # fmt: skip


LESS: Final[Mapping[str, Way]] = {
    "ended": end,
    "course offered no more": stop,
    "only for who came lately": to(joined_from=TODAY),
    "reminds only": to(gates=False),
    "less often": to(interval_months=24),
    "less often where the public gathers": to(public_months=None),
    "of fewer": to(who=Who.ROLE, who_value="lead"),
    "of others": to(who=Who.POST, who_value="消防控制室值班员"),
    "less often from a later day on": to(interval_months=24, first=TODAY + 90 * DAY),
    "without an exam": course_to(needs_exam=False),
    "without a practical test": course_to(needs_practical=False),
    "fewer hours": course_to(hours=3.5),
    "a lower pass mark": course_to(pass_mark=79),
    "valid for longer": course_to(validity_months=25),
    "valid for ever": course_to(validity_months=None),
}
MORE: Final[Mapping[str, Way]] = {
    "more often": to(interval_months=9),
    "another basis": to(rule="本中心规定"),
    "more hours": course_to(hours=5),
    "valid for less": course_to(validity_months=12),
    "a higher pass mark, in other words": course_to(pass_mark=90, name="消防培训"),
}


def state(session: Session, hall: Cast) -> object:
    rows = session.query(Requirement).filter_by(code=CODE).order_by(Requirement.id).all()
    one = session.query(Course).filter_by(site_id=hall.site_id, code="FIRE").one()
    asked = [
        (r.first, r.last, r.gates, r.interval_months, r.public_months, r.joined_from, r.who)
        for r in rows
    ]
    return asked, replace(HELD, **{name: getattr(one, name) for name in FACTS}), one.is_active


@pytest.mark.parametrize("name", LESS)
@pytest.mark.parametrize("starts", [TODAY, TODAY + 200 * DAY], ids=["on", "to begin"])
def test_who_does_not_set_the_gate_does_not_open_it_either(
    session: Session, hall_of_fire: Cast, name: str, starts: date
) -> None:
    hall = hall_of_fire
    gate_on(session, hall, starts)
    assert barred(session, hall.officer, max(starts, TODAY))
    before = state(session, hall)
    for actor in (hall.officer, hall.administrator):
        with pytest.raises(NotAllowed) as refusal:
            LESS[name](session, hall, actor)
        assert refusal.value.message() == REFUSED
        assert state(session, hall) == before
    assert barred(session, hall.officer, max(starts, TODAY))
    LESS[name](session, hall, hall.manager)
    assert state(session, hall) != before


@pytest.mark.parametrize("name", LESS)
@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_without_a_gate_what_asks_less_is_as_before(
    session: Session, hall_of_fire: Cast, name: str, who: str
) -> None:
    LESS[name](session, hall_of_fire, hall_of_fire.everyone()[who])
    assert trace(session, hall_of_fire) == []


@pytest.mark.parametrize("name", MORE)
@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_what_asks_more_stays_with_who_keeps_the_courses(
    session: Session, hall_of_fire: Cast, name: str, who: str
) -> None:
    gate_on(session, hall_of_fire)
    MORE[name](session, hall_of_fire, hall_of_fire.everyone()[who])
    assert trace(session, hall_of_fire) == []


def test_what_only_reminds_opens_no_gate(session: Session, hall_of_fire: Cast) -> None:
    hall = hall_of_fire
    to(gates=False)(session, hall, hall.officer)
    end_requirement(
        session, hall.officer, requirement(session, hall, "FIRE/new/everybody").id, now=NOW
    )
    gate_on(session, hall)
    course_to(hours=0, needs_exam=False)(session, hall, hall.officer)
    to(gates=False, interval_months=36)(session, hall, hall.officer)
    end(session, hall, hall.officer)
    assert trace(session, hall) == []


def test_after_the_gate_has_ended_what_asks_less_is_as_before(
    session: Session, hall_of_fire: Cast
) -> None:
    gate_on(session, hall_of_fire)
    service.end_gate(session, hall_of_fire.manager, now=NOW)
    end(session, hall_of_fire, hall_of_fire.officer)


def test_what_is_told_is_neither_taken_back_nor_put_off_nor_lessened(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    told = to(interval_months=6)(session, hall, hall.officer)
    assert isinstance(told, Requirement) and told.first == LATER
    for way in (
        to(),
        to(interval_months=8),
        to(interval_months=6, first=LATER + DAY),
        to(interval_months=6, joined_from=TODAY),
        end,
    ):
        with pytest.raises(NotAllowed):
            way(session, hall, hall.officer)
    to(interval_months=6, rule="本中心规定")(session, hall, hall.officer)
    assert newest(session, hall).first == LATER
    to(interval_months=8)(session, hall, hall.manager)
    assert newest(session, hall).interval_months == 8


def test_one_that_is_new_is_not_put_off_by_asking_more(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    facts = RequirementFacts(who=Who.ROLE, who_value="staff", occasion=Occasion.NEW)
    made = course(session, hall, "PRE-CENTRE")
    row = add_requirement(session, hall.officer, made.id, facts, now=NOW)
    wider = RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.NEW)
    with pytest.raises(NotAllowed):  # it would hold ten days later
        change_requirement(session, hall.officer, row.id, wider, now=NOW + 10 * DAY)
    assert row.first == LATER


def test_what_is_eased_from_a_day_on_is_not_brought_forward(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    to(interval_months=24, first=LATER)(session, hall, hall.manager)
    with pytest.raises(NotAllowed):
        to(interval_months=24, first=TODAY)(session, hall, hall.officer)
    to(interval_months=24, first=LATER, rule="本中心规定")(session, hall, hall.officer)
    assert newest(session, hall).rule == "本中心规定"


def month(session: Session, hall: Cast, number: int = 11) -> Any:
    at = NOW + timedelta(hours=1)
    period = period_of(2026, number, "Asia/Shanghai", now=at)
    return sections.build(session, hall.site_id, None, period)


def trace(session: Session, hall: Cast) -> list[tuple[str, ...]]:
    """What the month says was eased, by the rows of its table."""
    found = month(session, hall)
    for at, block in enumerate(found.blocks):
        if isinstance(block, Heading) and block.text == "放宽或终止的培训要求":
            table = found.blocks[at + 1]
            assert isinstance(table, Table)
            return [tuple(map(str, row)) for row in table.rows]
    return []


def test_the_month_and_the_day_name_what_was_eased_by_whom(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    to(interval_months=24, joined_from=date(2026, 1, 1))(session, hall, hall.manager)
    course_to(hours=2)(session, hall, hall.manager)
    end(session, hall, hall.manager)
    fire = "消防安全培训"
    every = (
        "全体工作人员 · 每 24 个月一次 · 公众聚集场所每 6 个月一次"
        " · 仅限 2026-01-01 及以后到岗的人员"
    )
    assert trace(session, hall) == [
        ("2026-11-23", fire, every, "放宽", "陈静"),
        ("2026-11-23", fire, "课程本身的学时、考试、合格线或有效期", "放宽", "陈静"),
        ("2026-11-23", fire, every, "不再要求", "陈静"),
    ]
    assert (
        "上岗把关启用期间或已设定启用日期时，放宽或终止培训要求 3 项，详见下表。"
        in month(session, hall).paragraphs
    )
    assert "上岗人员均已培训考核合格，合格前未安排上岗。" not in month(session, hall).paragraphs
    said = "当日陈静放宽或终止了以下上岗培训要求：消防安全培训。"
    later = NOW + 5 * DAY

    def people(day: date) -> tuple[str, ...]:
        return answers(session, hall.manager, day, now=later)[2].facts

    assert said in people(TODAY)
    assert said not in people(TODAY - DAY) + people(TODAY + DAY)
    with use_language("en"):
        assert [row[3] for row in trace_english(session, hall)] == [
            "Asks less", "Asks less", "Required no more",
        ]  # fmt: skip


def trace_english(session: Session, hall: Cast) -> list[tuple[str, ...]]:
    table = [one for one in month(session, hall).blocks if isinstance(one, Table)][-1]
    return [tuple(map(str, row)) for row in table.rows]


def test_one_that_is_ended_with_its_change_to_come_is_told_once(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    to(interval_months=9)(session, hall, hall.officer)
    end(session, hall, hall.manager)
    (row,) = trace(session, hall)
    assert row[3] == "不再要求" and "每 12 个月一次" in row[2], "what held until today"


def test_a_gate_that_is_only_set_was_not_on(session: Session, hall_of_fire: Cast) -> None:
    hall = hall_of_fire
    gate_on(session, hall, TODAY + 20 * DAY)
    end(session, hall, hall.manager)
    said = "上岗把关启用期间或已设定启用日期时，放宽或终止培训要求 1 项，详见下表。"
    assert said in month(session, hall).paragraphs
    with use_language("en"):
        assert (
            "While the gate was on or set to begin 1 requirement was eased or ended; it stands"
            " below."
        ) in month(session, hall).paragraphs


def test_another_basis_of_what_is_eased_later_keeps_its_day(
    session: Session, hall_of_fire: Cast
) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    later = TODAY + 60 * DAY
    told = to(interval_months=24, public_months=24, first=later)(session, hall, hall.manager)
    assert isinstance(told, Requirement)
    facts = replace(YEARLY, interval_months=24, public_months=24, rule="本中心规定")
    for actor in (hall.officer, hall.manager):
        found = outlook(session, actor, told.course_id, facts, told.id, now=NOW + DAY)
        assert (found.earliest, found.first) == (TODAY + DAY, later)
        change_requirement(session, actor, told.id, facts, now=NOW + DAY)
        assert (newest(session, hall).first, newest(session, hall).rule) == (later, "本中心规定")
    less = replace(facts, interval_months=36, public_months=36)
    found = outlook(session, hall.manager, told.course_id, less, told.id, now=NOW + DAY)
    assert found.first == TODAY + DAY, "something else may hold at once"


def test_the_report_of_another_month_is_silent(session: Session, hall_of_fire: Cast) -> None:
    hall = hall_of_fire
    gate_on(session, hall)
    end(session, hall, hall.manager)
    assert not any("放宽" in one for one in month(session, hall, 10).paragraphs)


@sqlite_only
def test_the_page_says_who_can_do_it(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        gate_on(session, hall)
        row = requirement(session, hall, CODE)
        address = {"id": str(row.course_id), "do": "need", "need": str(row.id)}
    page = open_page(hall.officer, "training-courses", **address)
    page = page.button(key="course.need.end").click().run()
    assert REFUSED in " ".join(text_of(page))
    page = open_page(hall.manager, "training-courses", **address)
    page = page.button(key="course.need.end").click().run()
    assert "该要求已终止。" in " ".join(text_of(page))
