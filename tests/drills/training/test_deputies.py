"""Who stands in for a lead needs what leads need, on the days of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.errors import NothingToOverride
from drills.training.grid import Light
from drills.training.models import GatePeriod, Occasion, Override, Requirement, Who
from drills.training.needs import Stay
from drills.training.service import gate_keeping, views
from drills.training.service.course_keeping import RequirementFacts, add_requirement
from drills.training.service.glance import glance
from drills.training.service.matrix import row_of, standing
from drills.training.service.people import leading
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotQualified
from safety_app.accounts.models import Deputy
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.journal import Entry
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Window
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import course, here_since, only, passed
from tests.screens import open_page, text_of
from tests.workplace.test_importing import B01, LI, ZHANG, bring_in

DAY = timedelta(days=1)
FRIDAY = TODAY + 4 * DAY
FIRE = "FIRE"
DAYS = st.integers(min_value=0, max_value=40).map(lambda n: TODAY + n * DAY)
SPANS = st.tuples(DAYS, DAYS | st.just(date.max)).map(sorted).map(tuple)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def deputy(session: Session, hall: Cast) -> int:
    """Leads need fire safety training before they lead; 周航 has none. No gate is on."""
    here_since(session, hall)
    only(session, hall)
    wanted = RequirementFacts(who=Who.ROLE, who_value="lead", occasion=Occasion.NEW)
    add_requirement(session, hall.officer, course(session, hall, FIRE).id, wanted, now=NOW)
    return hall.second_staff.user_id


def gate_on(session: Session, hall: Cast, starts_on: date = TODAY) -> None:
    session.add(
        GatePeriod(site_id=hall.site_id, starts_on=starts_on, grace_days=0, set_at=NOW - 9 * DAY)
    )
    session.flush()


def name(
    session: Session, hall: Cast, user_id: int, first: date = TODAY, last: date | None = FRIDAY
) -> Deputy:
    return accounts.name_deputy(
        session, hall.lead, hall.a01, user_id, first=first, last=last, now=NOW
    )


def barred(session: Session, hall: Cast, user_id: int, *days: int) -> list[bool]:
    return [
        workplace.find_bar(session, hall.site_id, user_id, TODAY + n * DAY) is not None
        for n in days
    ]


@given(spans=st.lists(SPANS, max_size=3), stays=st.lists(DAYS, min_size=1, max_size=4, unique=True))
def test_a_deputy_is_a_lead_on_the_days_of_it_and_else_what_they_are(
    spans: list[tuple[date, date]], stays: list[date]
) -> None:
    starts = sorted(stays)
    ends = [*(day - DAY for day in starts[1:]), date.max]
    given_ = tuple(
        Stay(first, last, frozenset({Role.STAFF}), frozenset({number}))
        for number, (first, last) in enumerate(zip(starts, ends, strict=True))
    )
    found = leading(given_, spans)
    assert [one.last + DAY for one in found[:-1]] == [one.first for one in found[1:]]
    for n in range(-2, 45):
        on = TODAY + n * DAY
        then = [one for one in found if one.first <= on <= one.last]
        was = [one for one in given_ if one.first <= on <= one.last]
        assert [one.windows for one in then] == [one.windows for one in was]
        is_deputy = any(first <= on <= last for first, last in spans)
        assert all((Role.LEAD in one.roles) is is_deputy for one in then)
        assert all(Role.STAFF in one.roles for one in then)


def test_a_deputy_needs_what_leads_need_while_it_lasts(
    session: Session, hall: Cast, deputy: int
) -> None:
    name(session, hall, deputy, TODAY + DAY)
    gate_on(session, hall)
    assert barred(session, hall, deputy, 0, 1, 4, 5) == [False, True, True, False]
    lights = []
    for n in (0, 1, 4, 5):
        row = row_of(standing(session, hall.site_id, TODAY + n * DAY), deputy)
        lights.append(row.worst if row else None)
    assert lights == [Light.NOT_NEEDED, Light.LACKING, Light.LACKING, Light.NOT_NEEDED]
    passed(session, hall, deputy, FIRE)
    assert not any(barred(session, hall, deputy, 0, 1, 4, 5))


def test_a_deputy_is_warned_before_the_first_day(session: Session, hall: Cast, deputy: int) -> None:
    name(session, hall, deputy, TODAY + 10 * DAY, TODAY + 20 * DAY)
    found = views.own_warning(session, hall.second_staff, now=NOW)
    assert found is not None and (found.days_left, found.courses) == (10, ("消防安全培训",))
    gate_on(session, hall)
    found = views.own_warning(session, hall.second_staff, now=NOW)
    assert found is not None and found.refused_on == TODAY + 10 * DAY


def test_who_may_not_lead_is_not_named_deputy(session: Session, hall: Cast, deputy: int) -> None:
    gate_on(session, hall)
    inner = session.begin_nested()
    with pytest.raises(NotQualified) as refusal:
        name(session, hall, deputy)
    inner.rollback()
    said = refusal.value.message()
    assert said == "周航 11月23日 周一不能上岗：缺消防安全培训；尚未安排场次。"
    passed(session, hall, deputy, FIRE)
    name(session, hall, deputy)


def test_an_exception_lets_somebody_be_deputy_on_its_days(
    session: Session, hall: Cast, deputy: int
) -> None:
    gate_on(session, hall)
    session.add(
        Override(
            site_id=hall.site_id, user_id=deputy, first=TODAY, last=FRIDAY, reason="急", at=NOW
        )
    )
    session.flush()
    inner = session.begin_nested()
    with pytest.raises(NotQualified, match="11月28日"):
        name(session, hall, deputy, last=FRIDAY + DAY)
    inner.rollback()
    name(session, hall, deputy)


def test_the_manager_lets_be_deputy_who_lacks_only_what_leads_need(
    session: Session, hall: Cast, deputy: int
) -> None:
    gate_on(session, hall)
    made = gate_keeping.allow(
        session, hall.manager, user_id=deputy, first=TODAY, last=TODAY + DAY, reason="急", now=NOW
    )
    chinese, english = made.lacking.splitlines()
    assert chinese == "担任代理负责人：缺消防安全培训；尚未安排场次"
    assert english.startswith("as a deputy: lacks Fire safety")
    name(session, hall, deputy, last=TODAY + DAY)
    assert not any(barred(session, hall, deputy, 0, 1))


def test_no_exception_is_made_for_who_lacks_nothing_as_a_deputy_either(
    session: Session, hall: Cast, deputy: int
) -> None:
    gate_on(session, hall)
    passed(session, hall, deputy, FIRE)
    with pytest.raises(NothingToOverride):
        gate_keeping.allow(
            session, hall.manager, user_id=deputy, first=TODAY, last=TODAY, reason="急", now=NOW
        )


def test_who_lacks_what_everybody_needs_is_not_told_of_deputies(
    session: Session, hall: Cast, deputy: int
) -> None:
    gate_on(session, hall)
    for row in session.scalars(select(Requirement).where(Requirement.who == Who.ROLE)):
        row.who, row.who_value = Who.EVERYBODY, ""
    session.flush()
    said = gate_keeping.lacking_on(session, hall.site_id, deputy, TODAY, TODAY)
    assert said == "缺消防安全培训；尚未安排场次"


def test_who_stood_in_at_a_window_that_is_closed_is_a_lead_no_more(
    session: Session, hall: Cast, deputy: int
) -> None:
    name(session, hall, deputy, last=None)
    gate_on(session, hall)
    assert barred(session, hall, deputy, 0, 1, 2, 5) == [True] * 4
    window = session.get_one(Window, hall.a01)
    window.is_active, window.retired_on = False, TODAY + 2 * DAY
    session.flush()
    assert barred(session, hall, deputy, 0, 1, 2, 5) == [True, True, False, False]
    window.retired_on = TODAY  # it ends before it begins
    session.flush()
    assert accounts.deputyships(session, hall.site_id) == {}


def test_a_list_names_a_deputy_without_asking_the_gate(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, FIRE)
    gate_on(session, hall)
    bring_in(session, hall, [B01], [ZHANG, LI])
    [stand] = accounts.list_deputies(session, hall.site_id, on=TODAY)
    assert (stand.name, stand.first, stand.last) == ("李娜", TODAY, None)
    assert barred(session, hall, stand.user_id, 0) == [True]


@pytest.mark.parametrize(
    ("gate", "first", "last", "refused"),
    [
        (5, 0, 4, False),  # over before the gate is on
        (4, 0, 4, True),
        (0, 3, 3, True),
        (3, 0, None, False),  # without an end the first day is asked for
        (3, 3, None, True),
        (91, 0, 200, True),
        (92, 0, 200, False),  # later than the roster is written at once
    ],
)
def test_the_days_of_a_deputy_are_asked_for_as_those_of_the_roster(
    session: Session, hall: Cast, deputy: int, gate: int, first: int, last: int | None,
    refused: bool,
) -> None:  # fmt: skip
    gate_on(session, hall, TODAY + gate * DAY)
    until = None if last is None else TODAY + last * DAY
    inner = session.begin_nested()
    if refused:
        with pytest.raises(NotQualified):
            name(session, hall, deputy, TODAY + first * DAY, until)
    else:
        name(session, hall, deputy, TODAY + first * DAY, until)
    inner.rollback()


def test_days_as_deputy_are_handed_over_to_nobody_who_may_not_lead(
    session: Session, hall: Cast, deputy: int
) -> None:
    passed(session, hall, deputy, FIRE)
    gate_on(session, hall)
    row = name(session, hall, deputy)
    things = accounts.held_by(session, hall.administrator, deputy, now=NOW)
    key = next(one.id for one in things if f"deputy:{row.id}" in one.id)
    taker = hall.other_staff.user_id
    inner = session.begin_nested()
    with pytest.raises(NotQualified):
        accounts.hand_over(session, hall.administrator, deputy, {key: taker}, now=NOW)
    inner.rollback()
    passed(session, hall, taker, FIRE)
    accounts.hand_over(session, hall.administrator, deputy, {key: taker}, now=NOW)
    [now_on] = session.scalars(select(Deputy))
    assert (now_on.user_id, now_on.first, now_on.last) == (taker, TODAY, FRIDAY)


def test_days_gone_by_stay_with_who_was_deputy_then(
    session: Session, hall: Cast, deputy: int
) -> None:
    for row in session.scalars(select(Requirement).where(Requirement.who == Who.ROLE)):
        row.first = TODAY - 90 * DAY
    gate_on(session, hall, TODAY - 60 * DAY)
    stand = Deputy(
        site_id=hall.site_id, window_id=hall.a01, user_id=deputy, first=TODAY - 40 * DAY, last=None,
        created_at=NOW - 40 * DAY,
    )  # fmt: skip
    session.add(stand)
    taker = hall.other_staff.user_id
    passed(session, hall, taker, FIRE, TODAY - DAY)
    things = accounts.held_by(session, hall.administrator, deputy, now=NOW)
    key = next(one.id for one in things if f"deputy:{stand.id}" in one.id)
    accounts.hand_over(session, hall.administrator, deputy, {key: taker}, now=NOW)
    assert barred(session, hall, deputy, -30, -1, 0) == [True, True, False]
    assert barred(session, hall, taker, -30, -1, 0) == [False] * 3
    actions = ("accounts.end_deputy", "accounts.name_deputy")
    entries = session.scalars(select(Entry).where(Entry.action.in_(actions)).order_by(Entry.id))
    assert [(one.action, one.object_id) for one in entries] == [
        ("accounts.end_deputy", deputy),
        ("accounts.name_deputy", taker),
    ]
    stands = session.execute(select(Deputy.user_id, Deputy.first, Deputy.last).order_by(Deputy.id))
    assert stands.all() == [
        (deputy, TODAY - 40 * DAY, TODAY - DAY),
        (taker, TODAY, None),
    ]


def test_what_is_kept_for_a_moment_knows_a_deputy_at_once(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall)
        wanted = RequirementFacts(who=Who.ROLE, who_value="lead", occasion=Occasion.NEW)
        add_requirement(session, hall.officer, course(session, hall, FIRE).id, wanted, now=NOW)

    def is_lacking() -> bool:
        with database.reading() as session:
            row = row_of(glance(session, hall.site_id, TODAY), hall.second_staff.user_id)
            return row is not None and row.worst >= Light.LACKING

    assert not is_lacking()
    with database.transaction() as session:
        row_id = name(session, hall, hall.second_staff.user_id).id
    assert is_lacking()
    with database.transaction() as session:
        accounts.end_deputy(session, hall.lead, row_id, now=NOW)
    assert not is_lacking()


@sqlite_only
def test_the_page_of_deputies_names_nobody_who_may_not_lead(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall)
        wanted = RequirementFacts(who=Who.ROLE, who_value="lead", occasion=Occasion.NEW)
        add_requirement(session, hall.officer, course(session, hall, FIRE).id, wanted, now=NOW)
        gate_on(session, hall)
    page = open_page(hall.lead, "people", do="deputies")
    page.selectbox(key="deputy.who").set_value(hall.second_staff.user_id)
    said = " ".join(text_of(page.button(key="big_deputy").click().run()))
    assert "不能上岗：缺消防安全培训" in said
    with database.reading() as session:
        assert session.scalars(select(Deputy)).all() == []


@sqlite_only
def test_the_form_of_an_exception_says_what_a_deputy_would_lack(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall)
        wanted = RequirementFacts(who=Who.ROLE, who_value="lead", occasion=Occasion.NEW)
        add_requirement(session, hall.officer, course(session, hall, FIRE).id, wanted, now=NOW)
        gate_on(session, hall)
    page = open_page(hall.manager, "training-gate", allow=str(hall.second_staff.user_id))
    assert "担任代理负责人：缺消防安全培训" in " ".join(text_of(page))
