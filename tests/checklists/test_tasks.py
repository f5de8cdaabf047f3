"""Lists of tasks, their counts, and reasons for missed ones."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import NotMissed, NotYourPatrol, ReasonMissing
from checklists.models import Kind, MissedReason, PaperForm, Rhythm, Run, Task, Unit
from checklists.recurrence import State, repeated
from checklists.service import Counts
from safety_app.core.access import Role
from safety_app.core.errors import NotFound, TextTooLong
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task


@pytest.fixture
def hall_tasks(session: Session, hall: Cast) -> Cast:
    """Today's tasks of A01, A02, A03 and the common areas."""
    for window in (hall.a01, hall.a02, hall.a03):
        make_task(session, hall, window_id=window)
    make_task(session, hall, common=True)
    return hall


@pytest.mark.parametrize(
    ("who", "subjects"),
    [
        ("staff", {"A01 综合窗口"}),
        ("lead", {"A01 综合窗口", "A02 社保窗口", "一楼大厅"}),
        ("other_staff", {"A03 税务窗口"}),
        ("officer", {"A01 综合窗口", "A02 社保窗口", "A03 税务窗口", "一楼大厅"}),
        ("manager", {"A01 综合窗口", "A02 社保窗口", "A03 税务窗口", "一楼大厅"}),
        ("administrator", set()),
        ("third_party", set()),
        ("foreign_manager", set()),
    ],
)
def test_who_sees_which_tasks(
    session: Session, hall_tasks: Cast, who: str, subjects: set[str]
) -> None:
    rows = service.list_tasks(session, getattr(hall_tasks, who), day=TODAY, now=NOW)
    assert {row.subject for row in rows} == subjects


def test_whoever_is_on_duty_sees_the_common_areas_that_day(
    session: Session, hall_tasks: Cast
) -> None:
    guard = hall_tasks.third_party
    workplace.set_duty(
        session,
        None,
        site_id=hall_tasks.site_id,
        on=TODAY,
        window_id=None,
        user_ids=[guard.user_id],
        now=NOW,
    )
    rows = service.list_tasks(session, guard, day=TODAY, now=NOW)
    assert [row.part for row in rows] == ["opening", "during", "closing"]


def test_a_row_says_all_that_a_card_shows(session: Session, hall: Cast) -> None:
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.answer("D07", "P")
    row = service.list_tasks(session, hall.staff, day=TODAY, now=NOW)[0]
    assert (row.title, row.part_name, row.state) == ("窗口岗位自查", "班前", State.LATE)
    assert (row.answered, row.total, row.opened_by) == (1, 4, "王晓燕")
    assert (row.kind, row.doer, row.counts) == (Kind.PATROL, Role.STAFF, True)
    assert (
        row.why
        == "依据：《窗口服务安全生产管理制度》四.2(2)：工作人员应每日对工作区域进行安全巡查。"
    )


def test_a_key_fire_unit_has_the_law_as_a_reason_too(session: Session, hall: Cast) -> None:
    make_task(session, hall, common=True)
    make_task(session, hall)
    site = session.get(Site, hall.site_id)
    assert site
    site.key_fire_unit = True
    session.flush()
    rows = service.list_tasks(session, hall.officer, day=TODAY, now=NOW)
    assert {row.window_id is None: "消防安全重点单位" in row.why for row in rows} == {
        True: True,
        False: False,
    }


@pytest.mark.parametrize("state", list(State))
def test_the_database_and_the_code_agree_on_states(
    session: Session, hall: Cast, state: State
) -> None:
    done = Tablet(session, hall.staff, make_task(session, hall))
    done.now = done.task.due_at
    done.pass_all()
    done.submit()
    late = Tablet(session, hall.lead, make_task(session, hall, window_id=hall.a02), now=NOW)
    late.pass_all()
    late.submit()
    make_task(session, hall, common=True)
    tomorrow = TODAY + timedelta(days=1)
    service.materialise(session, hall.site_id, first=TODAY, last=tomorrow, now=NOW)
    excused, on_paper = (
        make_task(session, hall, part=part, window_id=hall.a02) for part in ("during", "closing")
    )
    excused.counts = False
    for task, confirmed_at in ((on_paper, NOW + timedelta(hours=11)), (late.task, NOW)):
        session.add(
            PaperForm(
                site_id=hall.site_id, task_id=task.id, walked_by=hall.staff.user_id,
                handed_in_by=hall.staff.user_id, handed_in_at=NOW,
                confirmed_by=hall.lead.user_id, confirmed_at=confirmed_at,
            )
        )  # fmt: skip
    session.flush()
    moments = [NOW + timedelta(hours=hour) for hour in (-3, -1, 0, 1, 2, 5, 7, 8, 9, 11, 24)]
    seen = set()
    for now in moments:
        rows = service.list_tasks(session, hall.officer, first=TODAY, last=tomorrow, now=now)
        wanted = [row.id for row in rows if row.state is state]
        seen |= {row.state for row in rows}
        facts = {"first": TODAY, "last": tomorrow, "state": state, "now": now}
        found = service.list_tasks(session, hall.officer, **facts)  # type: ignore[arg-type]
        assert [row.id for row in found] == wanted
        assert service.count_tasks(session, hall.officer, **facts) == len(wanted)  # type: ignore[arg-type]
        both = {state, State.OPEN}
        several = service.count_tasks(
            session, hall.officer, first=TODAY, last=tomorrow, states=both, now=now
        )
        assert several == sum(row.state in both for row in rows)
    assert seen == set(State), "each state must have occurred"


def test_completion_counts_what_is_decided(session: Session, hall: Cast) -> None:
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.pass_all()
    tablet.submit()
    make_task(session, hall, common=True)

    def count(hours: int, who: str = "officer") -> Counts:
        now = NOW + timedelta(hours=hours)
        return service.counts(session, getattr(hall, who), first=TODAY, last=TODAY, now=now)

    assert count(0) == Counts(done=0, late=1, missed=0)
    assert count(2) == Counts(done=0, late=1, missed=1)
    assert count(24) == Counts(done=0, late=1, missed=5)
    assert (count(24).due, count(24).completed) == (6, 1)
    assert count(24, "other_staff").due == 0


def missed_task(session: Session, hall: Cast) -> Task:
    """A part that closed this morning, and the moment after it."""
    return make_task(session, hall)


def test_a_missed_task_takes_a_reason_but_no_run(session: Session, hall: Cast) -> None:
    task = missed_task(session, hall)
    after = task.closes_at
    service.explain_missed(session, hall.staff, task.id, "system_down", now=after)
    row = service.list_tasks(session, hall.staff, day=TODAY, now=after)[0]
    assert (row.state, row.missed_reason) == (State.MISSED, "system_down")
    assert session.scalars(select(Run)).all() == []


def test_only_a_missed_task_takes_a_reason(session: Session, hall: Cast) -> None:
    task = missed_task(session, hall)
    with pytest.raises(NotMissed):
        service.explain_missed(session, hall.staff, task.id, "rush", now=NOW)
    tablet = Tablet(session, hall.staff, task)
    tablet.pass_all()
    tablet.submit()
    with pytest.raises(NotMissed):
        service.explain_missed(session, hall.staff, task.id, "rush", now=task.closes_at)


def test_a_reason_is_from_the_list_and_other_needs_words(session: Session, hall: Cast) -> None:
    task = missed_task(session, hall)
    for reason, note in (("because", ""), ("other", "  "), ("", "")):
        with pytest.raises(ReasonMissing):
            service.explain_missed(
                session, hall.staff, task.id, reason, note=note, now=task.closes_at
            )
    with pytest.raises(TextTooLong):
        service.explain_missed(
            session, hall.staff, task.id, MissedReason.OTHER, note="字" * 201, now=task.closes_at
        )


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("staff", None),
        ("lead", None),
        ("officer", None),
        ("manager", NotYourPatrol),
        ("administrator", NotFound),
        ("other_staff", NotFound),
        ("foreign_manager", NotFound),
    ],
)
def test_who_gives_the_reason(
    session: Session, hall: Cast, who: str, error: type[Exception] | None
) -> None:
    task = missed_task(session, hall)
    actor = getattr(hall, who)
    if error is None:
        service.explain_missed(session, actor, task.id, "rush", now=task.closes_at)
        assert task.missed_reason_by == actor.user_id
    else:
        with pytest.raises(error):
            service.explain_missed(session, actor, task.id, "rush", now=task.closes_at)


MONTHLY = service.Timing(Rhythm.PERIOD, unit=Unit.MONTH)
QUARTERLY = service.Timing(Rhythm.PERIOD, unit=Unit.QUARTER)


@pytest.fixture
def checks(session: Session, hall: Cast) -> Cast:
    """The lead's check of A01, and the fire check of A01 and of the floor."""
    for code, place, timing in (
        ("lead-monthly", service.Place(hall.a01), MONTHLY),
        ("fire-quarterly", service.Place(hall.a01), QUARTERLY),
        ("fire-quarterly", service.Place(location_id=hall.floor), QUARTERLY),
    ):
        service.add_plans(
            session, None, site_id=hall.site_id, template_code=code, places=[place],
            starts_on=TODAY, timing=timing, now=NOW,
        )  # fmt: skip
    return hall


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("staff", set()),
        ("lead", {"窗口负责人月度安全检查"}),
        ("other_lead", set()),
        ("officer", {"防火检查"}),
        ("manager", set()),
        ("third_party", set()),
    ],
)
def test_a_check_is_asked_of_whoever_does_it(
    session: Session, checks: Cast, who: str, found: set[str]
) -> None:
    workplace.set_duty(
        session, None, site_id=checks.site_id, on=TODAY, window_id=None,
        user_ids=[checks.third_party.user_id], now=NOW,
    )  # fmt: skip
    rows = service.list_tasks(session, getattr(checks, who), day=TODAY, own=True, now=NOW)
    assert {row.title for row in rows} == found


def test_a_check_is_shown_on_every_day_until_it_is_done(session: Session, checks: Cast) -> None:
    def titles(day: int) -> list[str]:
        now = NOW + timedelta(days=day)
        on = TODAY + timedelta(days=day)
        rows = service.list_tasks(session, checks.lead, day=on, own=True, now=now)
        assert service.count_tasks(
            session, checks.lead, first=on, last=on, kind=Kind.PATROL, now=now
        ) == 0  # fmt: skip
        return [f"{row.on_date:%m} {row.state}" for row in rows]

    assert titles(0) == titles(1) == titles(7) == ["11 open"]
    assert titles(8) == ["12 open"]
    assert titles(-1) == []
    task = session.scalars(select(Task).where(Task.doer == Role.LEAD).order_by(Task.id)).all()[0]
    tablet = Tablet(session, checks.lead, task, now=NOW + timedelta(days=1))
    tablet.pass_all()
    tablet.submit()
    assert [titles(day) for day in (0, 1, 2)] == [["11 open"], ["11 done"], []]
    assert titles(7) == ["11 done"], "the day it was due"


def test_a_check_says_why_it_is_due_when_it_is(session: Session, checks: Cast) -> None:
    row = service.list_tasks(session, checks.lead, day=TODAY, own=True, now=NOW)[0]
    assert row.why.endswith("2026年11月一次：最后一天11月30日 周一截止。")
    assert (row.is_long, row.due_on) == (True, date(2026, 11, 30))


def test_a_part_that_comes_again_says_when_it_begins(session: Session, hall: Cast) -> None:
    service.add_plans(
        session, None, site_id=hall.site_id, template_code="common-daily",
        places=[service.Place(location_id=hall.floor)], starts_on=TODAY,
        timing=service.Timing(slots=(repeated("during", 90),)), now=NOW,
    )  # fmt: skip
    rows = service.list_tasks(session, hall.officer, day=TODAY, now=NOW)
    assert [row.part_name for row in rows][:3] == ["班中 09:00", "班中 10:30", "班中 12:00"]
    task = session.get_one(Task, rows[0].id)
    assert len(service.siblings(session, hall.officer, task, now=NOW)) == 6


def test_of_a_day_its_own_patrols_stand_before_what_is_due_later(
    session: Session, checks: Cast
) -> None:
    make_task(session, checks, window_id=checks.a02)
    rows = service.list_tasks(session, checks.officer, day=TODAY, newest_first=True, now=NOW)
    later = [row.due_on > TODAY for row in rows]
    assert later == sorted(later) and later[-1] and not later[0]
