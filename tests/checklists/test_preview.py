"""The year ahead of a plan, what the law asks for, and what is missing."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from checklists import duties, service
from checklists.errors import IntervalInvalid, RepeatInvalid, UnitMissing
from checklists.models import Rhythm, Unit
from checklists.recurrence import repeated
from checklists.service import Place, Timing, proposals
from checklists.service.preview import Preview, preview
from safety_app.core.errors import NotAllowed
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site, UnitKind
from tests.cast import NOW, TODAY, Cast


def ahead(session: Session, hall: Cast, timing: Timing, **facts: object) -> Preview:
    """The preview of a plan for A01 by its lead, unless told otherwise."""
    wanted: dict[str, object] = {
        "site_id": hall.site_id,
        "template_code": "lead-monthly",
        "place": Place(hall.a01),
        "starts_on": TODAY,
        "now": NOW,
    }
    actor = facts.pop("actor", hall.lead)
    return preview(session, actor, timing=timing, **{**wanted, **facts})  # type: ignore[arg-type]


def monthly(unit: Unit = Unit.MONTH) -> Timing:
    """Once in a period."""
    return Timing(Rhythm.PERIOD, unit=unit)


def test_a_monthly_check_is_previewed_for_a_year(session: Session, hall: Cast) -> None:
    workplace.load_calendar(session)
    found = ahead(session, hall, monthly())
    assert (found.title, found.rhythm) == ("窗口负责人月度安全检查", "每月一次")
    assert [day.on for day in found.days][:3] == [
        date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 29),
    ]  # fmt: skip
    assert "1月31日 周日不办公，提前到最后一个工作日1月29日 周五截止" in found.days[2].why
    assert [day.provisional for day in found.days][:3] == [False, False, True]
    assert "尚未公布" in found.days[2].why
    assert found.days[2].unusual and not found.days[0].unusual
    assert found.total == 13


def test_a_start_late_in_the_month_leaves_it_out_and_says_so(session: Session, hall: Cast) -> None:
    first, second = ahead(session, hall, monthly(), starts_on=date(2026, 11, 25)).days[:2]
    assert (first.count, second.count) == (0, 1)
    assert first.why == "2026年11月不作要求：开始后剩下的工作日不足 5 天。"


def test_a_daily_plan_shows_each_day_with_its_times_and_reason(
    session: Session, hall: Cast
) -> None:
    workplace.load_calendar(session)
    found = ahead(session, hall, Timing(), template_code="window-daily")
    days = {day.on: day for day in found.days}
    assert days[TODAY].times == "班前 08:00–09:00；班中 10:30–15:30；班后 16:30–18:00"
    assert days[TODAY].why.startswith("11月23日 周一 正常办公")
    assert date(2026, 11, 28) not in days, "an ordinary Saturday needs no word"
    new_year = days[date(2027, 1, 1)]
    assert (new_year.count, new_year.unusual) == (0, True)
    assert "元旦" in new_year.why


def test_an_interval_shows_when_each_is_due(session: Session, hall: Cast) -> None:
    found = ahead(session, hall, Timing(Rhythm.INTERVAL, every_days=15))
    assert found.rhythm == "距上次 15 天"
    gaps = [(b.on - a.on).days for a, b in zip(found.days, found.days[1:], strict=False)]
    assert max(gaps) <= 15 and found.days[0].on == date(2026, 12, 7)


def test_a_paused_window_shows_the_days_it_rests(session: Session, hall: Cast) -> None:
    workplace.pause_window(
        session, None, hall.a01, site_id=hall.site_id, first=TODAY + timedelta(days=1),
        last=TODAY + timedelta(days=1), reason="装修", now=NOW,
    )  # fmt: skip
    found = ahead(session, hall, Timing(), template_code="window-daily")
    assert (found.days[1].count, found.days[1].why) == (0, "11月24日 周二：窗口暂停。")


@pytest.mark.parametrize(
    ("timing", "error"),
    [
        (Timing(Rhythm.PERIOD), UnitMissing),
        (Timing(Rhythm.INTERVAL), IntervalInvalid),
        (Timing(Rhythm.INTERVAL, every_days=0), IntervalInvalid),
        (Timing(Rhythm.INTERVAL, every_days=400), IntervalInvalid),
        (Timing(slots=(repeated("all", 9),)), RepeatInvalid),
        (Timing(slots=(repeated("all", 481),)), RepeatInvalid),
    ],
)
def test_an_impossible_timing_is_refused_before_saving(
    session: Session, hall: Cast, timing: Timing, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ahead(session, hall, timing)


def test_only_who_may_plan_sees_the_preview(session: Session, hall: Cast) -> None:
    with pytest.raises(NotAllowed):
        ahead(session, hall, monthly(), actor=hall.staff)


# What the law asks for


def test_a_plan_below_the_law_says_so(session: Session, hall: Cast) -> None:
    site = session.get_one(Site, hall.site_id)
    site.crowded_place = False
    facts = {
        "template_code": "fire-quarterly", "place": Place(location_id=hall.floor),
        "actor": hall.officer,
    }  # fmt: skip
    assert ahead(session, hall, monthly(Unit.QUARTER), **facts).warnings == ()
    (said,) = ahead(session, hall, monthly(Unit.HALF_YEAR), **facts).warnings
    assert "第二十六条" in said and "季度" in said
    site.unit_kind = UnitKind.ENTERPRISE
    (said,) = ahead(session, hall, monthly(Unit.QUARTER), **facts).warnings
    assert "每月" in said


@pytest.mark.parametrize(("every", "short"), [(90, False), (100, True)])
def test_two_hours_apart_means_a_step_of_ninety_minutes(
    session: Session, hall: Cast, every: int, short: bool
) -> None:
    session.get_one(Site, hall.site_id).public_gathering = True
    found = ahead(
        session, hall, Timing(slots=(repeated("during", every),)), actor=hall.officer,
        template_code="common-daily", place=Place(location_id=hall.floor),
    )  # fmt: skip
    assert bool(found.warnings) is short


def test_every_rule_names_a_checklist_and_a_flag_that_exist() -> None:
    assert {one.template for one in duties.every()} == {
        "window-daily", "common-daily", "lead-monthly", "fire-quarterly",
    }  # fmt: skip
    for one in duties.every():
        assert all(hasattr(Site, name) for name in one.when)


# What is missing


def offered(session: Session, hall: Cast, who: str = "officer") -> dict[str, tuple[str, ...]]:
    """The places by checklist."""
    found = proposals.propose(session, getattr(hall, who), now=NOW)
    return {one.code: one.names for one in found}


def test_a_new_hall_is_offered_all_that_it_needs(session: Session, hall: Cast) -> None:
    windows = ("A01 综合窗口", "A02 社保窗口", "A03 税务窗口")
    assert offered(session, hall) == {
        "window-daily": windows,
        "common-daily": ("一楼大厅",),
        "lead-monthly": windows,
        "fire-quarterly": ("一楼大厅",),
    }
    assert offered(session, hall, "lead") == {
        "window-daily": windows[:2], "lead-monthly": windows[:2],
    }  # fmt: skip
    assert offered(session, hall, "staff") == {}


def test_all_is_taken_at_once_and_then_nothing_is_missing(session: Session, hall: Cast) -> None:
    found = proposals.propose(session, hall.officer, now=NOW)
    assert proposals.accept(session, hall.officer, found, now=NOW) == 8
    assert proposals.propose(session, hall.officer, now=NOW) == []
    assert service.list_tasks(session, hall.lead, day=TODAY, own=True, now=NOW)


def test_the_strictest_rule_is_proposed(session: Session, hall: Cast) -> None:
    site = session.get_one(Site, hall.site_id)

    def timings() -> dict[str, Timing]:
        return {one.code: one.timing for one in proposals.propose(session, hall.officer, now=NOW)}

    assert timings()["fire-quarterly"].unit is Unit.MONTH, "a crowded place"
    site.crowded_place = False
    assert timings()["fire-quarterly"].unit is Unit.QUARTER
    assert timings()["common-daily"].slots is None
    site.public_gathering = True
    slots = timings()["common-daily"].slots or ()
    assert [(slot.part, slot.every_minutes) for slot in slots] == [
        ("opening", None), ("during", 90), ("closing", None),
    ]  # fmt: skip
    assert duties.below("common-daily", site, Rhythm.DAILY, None, None, slots) == []
