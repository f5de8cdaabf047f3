"""The hour does not begin anew: what was known first counts, and late stays late."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import errors
from hazards.incidents.asof import stories
from hazards.incidents.deadlines import State
from hazards.incidents.level import Level
from hazards.incidents.models import Authority, Incident, IncidentStep, Kind, Status, Step, Way
from hazards.incidents.service import closing, notifying, reporting
from hazards.incidents.service.detail import IncidentDetail, get
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.queries import pressing
from tests.cast import NOW, Cast
from tests.hazards.incidents.cases import (
    AT,
    NOBODY,
    ONE_DEAD,
    fulfil,
    judge,
    make_incident,
    recount,
    tell_both,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OVER = NOW + 2 * HOUR
ONE_BADLY = Numbers(serious=1, loss_fen=0)
THREE_DEAD = Numbers(deaths=3, serious=1, loss_fen=0)


def amend(
    session: Session,
    hall: Cast,
    incident: Incident,
    *,
    occurred_at: datetime = AT,
    kind: Kind = Kind.INJURY,
    now: datetime = OVER,
) -> None:
    """Other facts, by the officer."""
    reporting.amend(
        session, hall.officer, incident.id, kind=kind, occurred_at=occurred_at,
        window_id=hall.a01, location_id=None, place="", what=incident.what, row_version=None,
        now=now,
    )  # fmt: skip


def tell_head(session: Session, hall: Cast, incident: Incident, told_at: datetime) -> None:
    """When the head was told, recorded two hours later."""
    reporting.tell_head(
        session, hall.officer, incident.id, told_at=told_at, row_version=None, now=OVER
    )


def seen(session: Session, hall: Cast, incident: Incident, now: datetime) -> IncidentDetail:
    """As the manager sees it."""
    return get(session, hall.manager, incident.id, now=now)


def hour(session: Session, hall: Cast, incident: Incident, now: datetime) -> tuple[object, ...]:
    """How the hour stands, until when."""
    clock = seen(session, hall, incident, now).clock
    return clock.state, clock.due_at


def test_it_cannot_have_happened_after_the_report(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    for late in (NOW + MINUTE, OVER):
        with pytest.raises(errors.HappenedBefore):
            amend(session, hall, found, occurred_at=late)
    amend(session, hall, found, occurred_at=NOW)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW + HOUR)


def test_nor_after_the_head_was_told(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    tell_head(session, hall, found, AT + 2 * MINUTE)
    with pytest.raises(errors.HappenedBefore) as raised:
        amend(session, hall, found, occurred_at=AT + 3 * MINUTE)
    assert "08:56" in raised.value.message()
    amend(session, hall, found, occurred_at=AT + 2 * MINUTE)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, AT + 2 * MINUTE + HOUR)


def test_nor_after_an_authority_was_told(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    notifying.notify(
        session, hall.officer, found.id, authority=Authority.EMERGENCY, name="应急管理局",
        told_at=AT + MINUTE, way=Way.PHONE, now=NOW,
    )  # fmt: skip
    with pytest.raises(errors.HappenedBefore):
        amend(session, hall, found, occurred_at=AT + 2 * MINUTE)
    amend(session, hall, found, occurred_at=AT + MINUTE)


@pytest.mark.parametrize(
    ("kind", "occurred_at"),
    [(Kind.FIRE, AT), (Kind.INJURY, AT - 40 * DAY)],
    ids=["fewer days for changes", "the change falls out of them"],
)
def test_no_correction_ends_the_hour(
    session: Session, hall: Cast, kind: Kind, occurred_at: datetime
) -> None:
    found = make_incident(session, hall, numbers=NOBODY)
    died = NOW + 8 * DAY
    recount(session, hall, found, ONE_DEAD, died)
    over = died + 2 * HOUR
    with pytest.raises(errors.HourStands):
        amend(session, hall, found, kind=kind, occurred_at=occurred_at, now=over)
    assert hour(session, hall, found, over) == (State.OVERDUE, died + HOUR)
    judge(session, hall, found, over)
    amend(session, hall, found, kind=kind, occurred_at=occurred_at, now=over)
    assert (found.kind, found.occurred_at) == (kind, occurred_at)


def test_where_no_hour_runs_the_day_may_be_corrected(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    amend(session, hall, found, occurred_at=AT - 40 * DAY, kind=Kind.TRAFFIC)
    assert found.occurred_at == AT - 40 * DAY


def test_the_head_was_told_at_the_earliest_that_is_known(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    tell_head(session, hall, found, NOW)
    with pytest.raises(errors.HeadToldBefore) as raised:
        tell_head(session, hall, found, NOW + MINUTE)
    assert "09:04" in raised.value.message()
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW + HOUR)
    for _twice in range(2):
        tell_head(session, hall, found, NOW - MINUTE)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW - MINUTE + HOUR)
    query = select(IncidentStep.moment).where(IncidentStep.step == Step.TELL_HEAD)
    assert session.scalars(query).all() == [NOW, NOW - MINUTE, NOW - MINUTE], "all on record"


def test_a_manager_who_reported_it_was_not_told_later(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD, by=hall.manager)
    with pytest.raises(errors.HeadToldBefore):
        tell_head(session, hall, found, NOW + MINUTE)


def test_figures_taken_back_and_set_again_begin_no_new_hour(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    recount(session, hall, found, NOBODY, NOW + 10 * MINUTE)
    assert hour(session, hall, found, OVER) == (State.NOT_COUNTED, None)
    recount(session, hall, found, ONE_DEAD, OVER)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW + HOUR)


@pytest.mark.parametrize(
    ("broke", "began"),
    [(NOW + HOUR, OVER), (NOW + HOUR + MINUTE, NOW)],
    ids=["within the hour", "after it"],
)
def test_worse_news_begin_an_hour_unless_the_first_was_over(
    session: Session, hall: Cast, broke: datetime, began: datetime
) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    recount(session, hall, found, Numbers(minor=1), broke)
    recount(session, hall, found, ONE_DEAD, OVER)
    assert hour(session, hall, found, OVER)[1] == began + HOUR


def test_casualties_after_the_days_begin_no_new_hour(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    recount(session, hall, found, NOBODY, NOW + 31 * DAY)
    assert hour(session, hall, found, NOW + 31 * DAY) == (State.OVERDUE, NOW + HOUR)


def test_graver_figures_end_the_decision_that_it_is_none(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, kind=Kind.ILLNESS, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + MINUTE)
    assert (found.level, found.counts_since) == (Level.OUTSIDE, None)
    recount(session, hall, found, THREE_DEAD, OVER)
    assert (found.level, found.is_accident, found.counts_since) == (Level.LARGER, None, OVER)
    assert hour(session, hall, found, OVER) == (State.RUNNING, OVER + HOUR)
    counted = seen(session, hall, found, OVER).counted
    assert counted is not None and counted.lapsed_at == OVER
    judge(session, hall, found, OVER + MINUTE)
    assert (found.level, found.is_accident) == (Level.OUTSIDE, False)
    counted = seen(session, hall, found, OVER + MINUTE).counted
    assert counted is not None and counted.lapsed_at is None


def test_it_is_asked_for_a_new_decision_until_there_is_one(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + MINUTE)
    assert pressing(session, hall.manager, NOW + MINUTE) == []
    recount(session, hall, found, THREE_DEAD, OVER)

    def asked(now: datetime) -> list[list[bool]]:
        return [[one.is_undecided for one in pressing(session, actor, now)]
                for actor in (hall.manager, hall.officer, hall.lead)]  # fmt: skip

    assert asked(OVER) == [[True], [True], []]
    hours = [one.clock.is_open for one in pressing(session, hall.manager, OVER)]
    assert hours == [True]
    later = OVER + MINUTE
    tell_both(session, hall, found, told_at=later, now=later)
    assert asked(later) == [[True], [], []]
    judge(session, hall, found, later + MINUTE, is_accident=True)
    assert asked(later + MINUTE) == [[], [], []]


@pytest.mark.parametrize(
    ("numbers", "lapses"),
    [
        (Numbers(serious=1, minor=5, loss_fen=0), False),
        (Numbers(serious=1, loss_fen=500), False),
        (Numbers(serious=1, loss_fen=1_000_000_000), True),
        (Numbers(serious=2, loss_fen=0), True),
        (Numbers(serious=1, missing=1, loss_fen=0), True),
        (Numbers(deaths=1, loss_fen=0), True),
    ],
)
def test_what_is_graver(session: Session, hall: Cast, numbers: Numbers, *, lapses: bool) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + MINUTE)
    recount(session, hall, found, numbers, OVER)
    assert (found.level is not Level.OUTSIDE) == lapses


@pytest.mark.parametrize(
    "numbers",
    [Numbers(serious=2), Numbers(missing=2), Numbers(deaths=2), Numbers(loss_fen=1_000_000_000)],
    ids=["badly hurt", "missing", "dead", "lost"],
)
def test_what_was_known_when_it_was_decided_is_not_graver(
    session: Session, hall: Cast, numbers: Numbers
) -> None:
    found = make_incident(session, hall, numbers=NOBODY)
    recount(session, hall, found, numbers, NOW + MINUTE)
    judge(session, hall, found, NOW + MINUTE)
    recount(session, hall, found, NOBODY, NOW + 2 * MINUTE)
    recount(session, hall, found, numbers, NOW + 3 * MINUTE)
    assert (found.level, found.is_accident) == (Level.OUTSIDE, False)


def test_a_decision_after_the_hour_does_not_give_another_one(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + HOUR + MINUTE)
    recount(session, hall, found, THREE_DEAD, OVER)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW + HOUR)


def test_a_decision_taken_back_counts_from_the_beginning(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + MINUTE)
    judge(session, hall, found, OVER, is_accident=True)
    assert hour(session, hall, found, OVER) == (State.OVERDUE, NOW + HOUR)


def test_it_lapses_in_a_closed_case_too_and_the_month_knows(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING, numbers=ONE_BADLY)
    judge(session, hall, found, NOW + MINUTE)
    fulfil(session, hall, found, now=NOW + MINUTE)
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW + MINUTE)
    recount(session, hall, found, THREE_DEAD, OVER)
    assert hour(session, hall, found, OVER) == (State.RUNNING, OVER + HOUR)
    assert [one.is_undecided for one in pressing(session, hall.officer, OVER)] == [True]
    inner = session.begin_nested()
    tell_both(session, hall, found, told_at=OVER, now=OVER)
    assert pressing(session, hall.manager, OVER) == [], "closed, and the authorities know"
    inner.rollback()
    session.expire_all()

    def story(cutoff: datetime) -> tuple[Level | None, State]:
        told = stories(
            session, hall.site_id, "Asia/Shanghai", start=AT - DAY, end=NOW + DAY, cutoff=cutoff
        )[-1]
        return told.level, told.clock.state

    assert story(OVER) == (Level.OUTSIDE, State.NOT_COUNTED)
    assert story(OVER + MINUTE) == (Level.LARGER, State.RUNNING)
    assert story(OVER + HOUR + MINUTE) == (Level.LARGER, State.OVERDUE)


def test_the_month_knows_the_earliest_that_the_head_was_told(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    tell_head(session, hall, found, NOW - MINUTE)
    tell_head(session, hall, found, NOW - 2 * MINUTE)
    told = stories(
        session, hall.site_id, "Asia/Shanghai", start=AT - DAY, end=NOW + DAY, cutoff=OVER + MINUTE
    )
    assert [one.clock.due_at for one in told] == [NOW - 2 * MINUTE + HOUR]
