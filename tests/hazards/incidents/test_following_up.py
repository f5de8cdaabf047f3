"""What was reported is put right: every change since is told again, up or down."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import errors
from hazards.incidents.level import FEN, Level
from hazards.incidents.models import Authority, Incident, IncidentStep, Kind, Status, Step, Way
from hazards.incidents.service import closing, figures, notifying
from hazards.incidents.service.detail import get
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.queries import pressing
from hazards.incidents.telling import sentence
from safety_app.core.clock import at_local
from tests.cast import NOW, TODAY, Cast
from tests.hazards.incidents.cases import (
    NOBODY,
    ONE_DEAD,
    fulfil,
    judge,
    make_incident,
    recount,
    tell_both,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHANGED = NOW + 3 * HOUR
BOTH = {Authority.EMERGENCY, Authority.SECTOR}
ONE_BADLY = Numbers(serious=1, loss_fen=0)
TWO_SLIGHTLY = Numbers(minor=2, loss_fen=0)
OVER = NOW + 8 * DAY
"""When the seven days of a fire are over."""


def owed(session: Session, hall: Cast, incident: Incident, now: datetime) -> set[Authority]:
    """To whom a change is owed: the same on the page, on Today and against closing."""
    detail = get(session, hall.officer, incident.id, now=now)
    found = {one.authority for one in detail.owed}
    on_today = [one for one in pressing(session, hall.officer, now) if one.row.id == incident.id]
    assert {one.authority for row in on_today for one in row.owed} == found
    assert sum("变化尚未续报" in one for one in detail.lacking) == len(found)
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ONE_BADLY, Numbers(serious=2)), (Numbers(serious=2), ONE_BADLY),
        (ONE_BADLY, TWO_SLIGHTLY), (ONE_DEAD, NOBODY),
    ],
    ids=["up", "down", "none that must be reported", "nobody hurt"],
)  # fmt: skip
def test_figures_up_or_down_are_told_to_whoever_was_told_of_others(
    session: Session, hall: Cast, before: Numbers, after: Numbers
) -> None:
    found = make_incident(session, hall, numbers=before)
    recount(session, hall, found, after, NOW)
    recount(session, hall, found, before, NOW)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    assert owed(session, hall, found, CHANGED) == set(), "what changed before is in the report"
    recount(session, hall, found, after, CHANGED)
    assert owed(session, hall, found, CHANGED) == BOTH
    notifying.notify(
        session, hall.officer, found.id, authority=Authority.EMERGENCY, name="应急管理局",
        told_at=CHANGED, way=Way.PHONE, now=CHANGED,
    )  # fmt: skip
    assert owed(session, hall, found, CHANGED) == {Authority.SECTOR}
    tell_both(session, hall, found, told_at=CHANGED, now=CHANGED)
    assert owed(session, hall, found, CHANGED) == set()


def test_what_is_told_in_the_minute_of_a_change_is_told(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_BADLY)
    minute = CHANGED.replace(second=0, microsecond=0)
    second = timedelta(seconds=1)
    tell_both(session, hall, found, told_at=minute, now=minute + 10 * second)
    recount(session, hall, found, TWO_SLIGHTLY, minute + 20 * second)
    assert owed(session, hall, found, minute + 20 * second) == BOTH, "that came after the call"
    tell_both(session, hall, found, told_at=minute - timedelta(minutes=1), now=minute + HOUR)
    assert owed(session, hall, found, minute + HOUR) == BOTH, "a call before it"
    tell_both(session, hall, found, told_at=minute, now=minute + 30 * second)
    assert owed(session, hall, found, minute + 30 * second) == set()


def test_it_is_not_closed_before_what_was_reported_is_put_right(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.ACTING, numbers=ONE_BADLY)
    fulfil(session, hall, found)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    recount(session, hall, found, TWO_SLIGHTLY, CHANGED)

    def close() -> None:
        closing.close(session, hall.manager, found.id, row_version=None, now=CHANGED)

    with pytest.raises(errors.NotReadyToClose):
        close()
    tell_both(session, hall, found, told_at=CHANGED, now=CHANGED)
    close()


def test_nobody_is_told_again_of_what_never_had_to_be_reported(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, numbers=Numbers(minor=1, loss_fen=0))
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    recount(session, hall, found, TWO_SLIGHTLY, CHANGED)
    assert owed(session, hall, found, CHANGED) == set()
    recount(session, hall, found, ONE_BADLY, CHANGED + HOUR)
    assert owed(session, hall, found, CHANGED + HOUR) == BOTH
    detail = get(session, hall.officer, found.id, now=CHANGED + HOUR)
    assert {one.since for one in detail.owed} == {CHANGED + HOUR}


def test_a_decision_that_it_is_none_is_told_to_whoever_was_told_of_an_accident(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.ILLNESS, numbers=ONE_DEAD)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    judge(session, hall, found, NOW + HOUR, is_accident=True)
    assert owed(session, hall, found, NOW + HOUR) == set(), "it was reported as one"
    judge(session, hall, found, CHANGED)
    assert found.level is Level.OUTSIDE
    assert owed(session, hall, found, CHANGED) == BOTH
    tell_both(session, hall, found, told_at=CHANGED, now=CHANGED)
    recount(session, hall, found, Numbers(deaths=1, minor=1), CHANGED + HOUR)
    assert owed(session, hall, found, CHANGED + HOUR) == set(), "they know that it is none"
    judge(session, hall, found, CHANGED + 2 * HOUR, is_accident=True)
    assert owed(session, hall, found, CHANGED + 2 * HOUR) == BOTH


def test_a_loss_is_told_again_where_it_changes_the_level(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    recount(session, hall, found, Numbers(deaths=1, loss_fen=500), CHANGED)
    assert owed(session, hall, found, CHANGED) == set()
    recount(session, hall, found, Numbers(deaths=1, loss_fen=10_000_000 * FEN), CHANGED)
    assert owed(session, hall, found, CHANGED) == BOTH


def test_casualties_after_the_days_are_told_only_if_they_were_so_within_them(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=ONE_BADLY)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    recount(session, hall, found, ONE_DEAD, OVER)
    assert owed(session, hall, found, OVER) == set()
    recount(session, hall, found, TWO_SLIGHTLY, OVER + HOUR, known_on=TODAY + 7 * DAY)
    assert owed(session, hall, found, OVER + HOUR) == BOTH


@pytest.mark.parametrize(
    ("numbers", "level"),
    [(Numbers(missing=1, minor=1), Level.ORDINARY), (Numbers(missing=3), Level.LARGER)],
    ids=["the level stays", "the level rises"],
)
def test_it_is_a_step_and_told_that_who_is_missing_counts_as_dead(
    session: Session, hall: Cast, numbers: Numbers, level: Level
) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=numbers)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    assert figures.end_periods(session, NOW + 7 * DAY) == 0
    assert [figures.end_periods(session, OVER) for _ in range(2)] == [1, 0]
    assert found.level is level
    query = select(IncidentStep).where(IncidentStep.step == Step.COUNT)
    steps = [(one.actor_id, one.old_level, one.level) for one in session.scalars(query)]
    assert steps == [(None, Level.ORDINARY, level)]
    detail = get(session, hall.officer, found.id, now=OVER)
    said = [sentence(one, hall.officer.timezone) for one in detail.steps]
    assert "补报期限届满，仍下落不明的人员按死亡计算" in said
    assert owed(session, hall, found, OVER) == BOTH
    midnight = at_local(TODAY + 8 * DAY, datetime.min.time(), hall.officer.timezone)
    assert {one.since for one in detail.owed} == {midnight}
    assert owed(session, hall, found, midnight - timedelta(seconds=1)) == set()
    tell_both(session, hall, found, told_at=OVER, now=OVER)
    assert owed(session, hall, found, OVER) == set()


def test_who_was_found_before_the_days_were_over_does_not_count_as_dead(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=Numbers(missing=1))
    recount(session, hall, found, Numbers(minor=1), NOW + 7 * DAY)
    assert figures.end_periods(session, OVER) == 0
    assert found.level is Level.MINOR_INJURY


def test_that_the_days_are_over_ends_no_decision(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=Numbers(missing=3))
    judge(session, hall, found, NOW + HOUR)
    assert figures.end_periods(session, OVER) == 1
    assert (found.level, found.is_accident, found.counts_since) == (Level.OUTSIDE, False, None)
