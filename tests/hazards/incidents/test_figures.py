"""Figures as they become known: the level follows with its history, and is fixed in the end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import errors
from hazards.incidents.deadlines import State
from hazards.incidents.level import FEN, Level
from hazards.incidents.models import Authority, Incident, IncidentStep, Kind, Step, Way
from hazards.incidents.service import figures, notifying, reporting
from hazards.incidents.service.detail import get
from hazards.incidents.service.figures import Numbers, count, decide
from hazards.incidents.service.queries import pressing
from hazards.incidents.service.settings import Addressee, set_rules
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.hazards.incidents.cases import AT, NOBODY, ONE_DEAD, make_incident, tell_both

DAY = timedelta(days=1)


def recount(
    session: Session,
    hall: Cast,
    incident: Incident,
    numbers: Numbers,
    *,
    now: datetime = NOW,
    by: Actor | None = None,
    reason: str = "",
    known_on: object = None,
) -> Incident:
    """New figures by the officer."""
    return count(
        session, by or hall.officer, incident.id, numbers=numbers, reason=reason,
        known_on=known_on,  # type: ignore[arg-type]
        row_version=None, now=now,
    )  # fmt: skip


def counts(session: Session) -> list[tuple[str, str | None, str | None]]:
    """The steps that changed figures: about what, from which level to which."""
    query = select(IncidentStep).where(IncidentStep.step == Step.COUNT).order_by(IncidentStep.id)
    return [(one.code, one.old_level, one.level) for one in session.scalars(query)]


def stands(incident: Incident) -> tuple[str | None, datetime | None]:
    """Its level, and since when the law counts it."""
    return incident.level, incident.counts_since


def test_the_level_follows_every_change_and_its_history_stays(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=Numbers(serious=9, loss_fen=0))
    assert found.level is Level.ORDINARY
    recount(session, hall, found, Numbers(serious=10, loss_fen=0))
    recount(session, hall, found, Numbers(deaths=1, serious=9, loss_fen=10_000_000 * FEN))
    recount(session, hall, found, Numbers(deaths=1, serious=9, loss_fen=10_000_000 * FEN - 1))
    assert counts(session) == [
        ("casualties", "ordinary", "larger"),
        ("casualties", "larger", "larger"),
        ("loss", "larger", "ordinary"),
    ]
    detail = get(session, hall.officer, found.id, now=NOW)
    assert [one.numbers for one in detail.figures] == [
        (0, 0, 9, 0), (0, 0, 10, 0), (1, 0, 9, 0), (1, 0, 9, 0),
    ]  # fmt: skip


def test_the_same_figures_are_no_change(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    with pytest.raises(errors.SameFigures):
        recount(session, hall, found, ONE_DEAD)


def test_the_reporter_counts_until_it_is_confirmed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=None)
    recount(session, hall, found, NOBODY, by=hall.staff)
    reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        recount(session, hall, found, ONE_DEAD, by=hall.staff)


def test_the_hour_of_first_figures_runs_from_the_report(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=None)
    assert get(session, hall.officer, found.id, now=NOW).clock.state is State.UNSURE
    later = NOW + timedelta(hours=2)
    recount(session, hall, found, ONE_DEAD, now=later)
    clock = get(session, hall.officer, found.id, now=later).clock
    assert (clock.due_at, clock.state) == (NOW + timedelta(hours=1), State.OVERDUE)


def test_the_hour_of_what_got_worse_runs_from_the_change(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=Numbers(minor=1))
    later = NOW + timedelta(hours=5)
    recount(session, hall, found, Numbers(serious=1), now=later)
    clock = get(session, hall.officer, found.id, now=later).clock
    assert (clock.started_at, clock.state) == (later, State.RUNNING)


def test_figures_known_too_high_stop_the_hour(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=Numbers(serious=1))
    for words in ("", "  "):
        with pytest.raises(TextMissing):
            recount(session, hall, found, Numbers(minor=1), reason=words)
    recount(session, hall, found, Numbers(minor=1), reason="医院确认为轻伤")
    assert get(session, hall.officer, found.id, now=NOW).clock.state is State.NOT_COUNTED


@pytest.mark.parametrize(("kind", "days"), [(Kind.FIRE, 7), (Kind.INJURY, 30)])
def test_casualties_are_fixed_after_the_period(
    session: Session, hall: Cast, kind: Kind, days: int
) -> None:
    found = make_incident(session, hall, kind=kind, numbers=Numbers(deaths=2, serious=1))
    last = NOW + days * DAY
    recount(session, hall, found, Numbers(deaths=2, serious=2), now=last)
    dead = Numbers(deaths=3, serious=1)
    over = last + DAY
    with pytest.raises(errors.FiguresAreFixed):
        recount(session, hall, found, dead, now=over)
    recount(session, hall, found, dead, now=over, reason="伤者不治")
    assert found.level is Level.ORDINARY, "it died after the period"
    assert found.deaths == 3, "but it is on record"


def test_what_was_so_within_the_period_counts_when_it_comes_out_late(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=Numbers(deaths=2))
    over = NOW + 9 * DAY
    recount(
        session, hall, found, Numbers(deaths=3), now=over, reason="医院通知迟到",
        known_on=TODAY + 7 * DAY,
    )  # fmt: skip
    assert found.level is Level.LARGER


def test_the_first_figures_count_whenever_they_come(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=None)
    recount(session, hall, found, ONE_DEAD, now=NOW + 40 * DAY)
    assert stands(found) == (Level.ORDINARY, AT)


def test_a_loss_may_still_change_the_level_after_the_period(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    recount(session, hall, found, Numbers(deaths=1, loss_fen=10_000_000 * FEN), now=NOW + 40 * DAY)
    assert found.level is Level.LARGER


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_before_it_or_to_come_is_refused(session: Session, hall: Cast, days: int) -> None:
    found = make_incident(session, hall)
    with pytest.raises(errors.DayNotPossible):
        recount(session, hall, found, ONE_DEAD, known_on=TODAY + days * DAY)


def test_whoever_is_missing_counts_as_dead_when_the_days_are_over(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.FIRE, numbers=Numbers(deaths=2, missing=1))
    assert stands(found) == (Level.ORDINARY, AT)
    assert figures.end_periods(session, NOW + 7 * DAY) == 0
    over = NOW + 8 * DAY
    assert [figures.end_periods(session, over) for _ in range(2)] == [1, 0]
    assert stands(found) == (Level.LARGER, AT)
    assert counts(session) == [("casualties", "ordinary", "larger")]
    counted = get(session, hall.officer, found.id, now=over).counted
    assert counted is not None and (counted.harm.deaths, counted.harm.missing) == (3, 0)


def test_a_manager_decides_that_an_illness_is_no_work_safety_accident(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.ILLNESS, numbers=ONE_DEAD)

    def judge(actor: Actor, *, is_accident: bool, reason: str = "自身疾病") -> None:
        decide(
            session, actor, found.id, is_accident=is_accident, reason=reason, row_version=None,
            now=NOW,
        )  # fmt: skip

    assert stands(found) == (Level.ORDINARY, AT), "until somebody decides it counts"
    with pytest.raises(NotAllowed):
        judge(hall.officer, is_accident=False)
    with pytest.raises(TextMissing):
        judge(hall.manager, is_accident=False, reason=" ")
    judge(hall.manager, is_accident=False)
    assert stands(found) == (Level.OUTSIDE, None)
    judge(hall.manager, is_accident=True)
    assert stands(found) == (Level.ORDINARY, AT)


def test_nothing_is_decided_about_what_the_law_does_not_count(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=Numbers(minor=1))
    with pytest.raises(errors.NotCounted):
        decide(
            session, hall.manager, found.id, is_accident=False, reason="x", row_version=None,
            now=NOW,
        )  # fmt: skip


def test_a_hall_counts_from_a_smaller_loss(session: Session, hall: Cast) -> None:
    def bound(yuan: int | None, by: Actor | None = None) -> None:
        set_rules(
            session, by or hall.officer, emergency=Addressee("应急管理局", "0531-12350"),
            sector=Addressee("政务服务管理局"), loss_from_yuan=yuan, now=NOW,
        )  # fmt: skip

    for wrong in (0, -5, 1_000_001):
        with pytest.raises(errors.LossBoundNotPossible):
            bound(wrong)
    with pytest.raises(NotAllowed):
        bound(None, hall.lead)
    bound(500_000)
    found = make_incident(session, hall, numbers=Numbers(loss_fen=500_000 * FEN))
    assert found.level is Level.ORDINARY
    bound(1_000_000)
    below = make_incident(session, hall, numbers=Numbers(loss_fen=1_000_000 * FEN - 1))
    assert below.level is Level.PROPERTY_LOSS


def test_a_change_of_casualties_is_owed_to_both_authorities(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    change = NOW + timedelta(hours=3)
    recount(session, hall, found, Numbers(deaths=1, loss_fen=5), now=change)
    assert get(session, hall.officer, found.id, now=change).owed == ()
    recount(session, hall, found, Numbers(deaths=2, loss_fen=5), now=change)
    owed = get(session, hall.officer, found.id, now=change).owed
    assert {one.authority for one in owed} == {Authority.EMERGENCY, Authority.SECTOR}
    assert [len(one.owed) for one in pressing(session, hall.officer, change)] == [2]
    assert (
        sum("变化" in one for one in get(session, hall.officer, found.id, now=change).lacking) == 2
    )
    tell_both(session, hall, found, told_at=change, now=change)
    detail = get(session, hall.officer, found.id, now=change)
    assert detail.owed == () and [one.is_follow_up for one in detail.notifications] == [
        False, False, True, True,
    ]  # fmt: skip


def test_who_was_told_when_is_checked(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)

    def tell(by: Actor = hall.officer, **facts: object) -> None:
        told = {"authority": Authority.EMERGENCY, "told_at": NOW, "way": Way.PHONE, **facts}
        notifying.notify(session, by, found.id, now=NOW, **told)  # type: ignore[arg-type]

    for wrong in (AT - timedelta(minutes=1), NOW + timedelta(minutes=3)):
        with pytest.raises(errors.MomentNotPossible):
            tell(told_at=wrong)
    with pytest.raises(errors.InvestigatorUnknown):
        tell(told_by_id=hall.foreign_manager.user_id)
    with pytest.raises(NotAllowed):
        tell(by=hall.lead)
    with pytest.raises(TextMissing):
        tell(authority=Authority.OTHER)
    assert notifying.notifications_of(session, found.id) == []
    tell(told_by_id=hall.staff.user_id, reference="YJ-0012")
    row = notifying.notifications_of(session, found.id)[0]
    assert (row.told_by, row.recorded_by) == (hall.staff.user_id, hall.officer.user_id)
    tell(told_at=NOW + timedelta(minutes=1), authority=Authority.SECTOR)
    assert notifying.notifications_of(session, found.id)[-1].told_at == NOW, "a clock was fast"


def test_an_authority_is_called_by_the_name_that_is_set(session: Session, hall: Cast) -> None:
    set_rules(
        session, hall.officer, emergency=Addressee("清河县应急管理局"), sector=Addressee(),
        loss_from_yuan=None, now=NOW,
    )  # fmt: skip
    found = make_incident(session, hall, numbers=ONE_DEAD)
    row = notifying.notify(
        session, hall.officer, found.id, authority=Authority.EMERGENCY, told_at=NOW, way=Way.FAX,
        now=NOW,
    )  # fmt: skip
    assert row.name == "清河县应急管理局"
