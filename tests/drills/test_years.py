"""The year's plan of a hall: duties on any date, a proposal that is accepted once, choices."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills import service
from drills.errors import ChooseDrills, NothingToPlan, ReasonMissing, RuleNotYours
from drills.evidence import evidence
from drills.models import Form, Status
from drills.plans.service import withdraw
from drills.rhythm import State
from drills.service import listing, problems, settings, years
from drills.service.years import Accepted
from drills.shortfalls import entered_since, not_followed, unmet
from hazards.service import Level
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.workplace import service as workplace
from safety_app.workplace.models import UnitKind
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import facts_of, make_drill
from tests.drills.clocks import held
from tests.drills.plans.documents import make_plan

SINCE = date(2026, 1, 1)


@pytest.fixture
def since(session: Session, hall: Cast) -> None:
    """The hall has kept records all year."""
    workplace.site(session, hall.site_id).counts_from = SINCE


def states(session: Session, hall: Cast, at: datetime, year: int = 2026) -> dict[str, State]:
    found = years.year_of(session, hall.site_id, year, at)
    return {f"{one.rule.key}@{one.period.key}": one.state for one in found.duties}


@pytest.mark.usefixtures("since")
def test_a_hall_that_drilled_nothing_has_missed_its_first_half(
    session: Session, hall: Cast
) -> None:
    assert states(session, hall, NOW) == {
        "fire_half_yearly_crowded@2026-H1": State.MISSED,
        "hall_half_yearly@2026-H1": State.MISSED,
        "fire_half_yearly_crowded@2026-H2": State.OPEN,
        "hall_half_yearly@2026-H2": State.OPEN,
        "fire_yearly@2026": State.OPEN,
    }


def test_a_hall_that_began_in_november_owes_the_second_half_only(
    session: Session, hall: Cast
) -> None:
    assert {key.partition("@")[2] for key in states(session, hall, NOW)} == {"2026-H2", "2026"}


@pytest.mark.usefixtures("since")
def test_a_drill_counts_from_the_moment_at_which_it_was_finished(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    held(session, hall, drill)
    key = "hall_half_yearly@2026-H2"
    before, after = NOW + timedelta(minutes=9), NOW + timedelta(minutes=11)
    assert states(session, hall, NOW)[key] is State.OPEN
    assert states(session, hall, before)[key] is State.PLANNED
    assert states(session, hall, after)[key] is State.DONE


@pytest.mark.usefixtures("since")
def test_a_day_that_was_put_off_stands_as_it_was_known_then(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    later = NOW + timedelta(hours=1)
    service.reschedule(
        session, hall.officer, drill.id, planned_on=date(2026, 12, 8), reason="雨", now=later
    )
    (before,) = years.standings(session, hall.site_id, later)
    (after,) = years.standings(session, hall.site_id, later + timedelta(seconds=1))
    assert (before.planned_on, after.planned_on) == (TODAY, date(2026, 12, 8))
    service.cancel(session, hall.officer, drill.id, reason="雨", now=later + timedelta(hours=1))
    found = years.standings(session, hall.site_id, later + timedelta(hours=2))
    assert [one.status for one in found] == [Status.CANCELLED]
    assert states(session, hall, later + timedelta(hours=2))["hall_half_yearly@2026-H2"] is (
        State.OPEN
    )


@pytest.mark.usefixtures("since")
def test_a_proposal_is_accepted_with_own_days_and_owner_and_only_once(
    session: Session, hall: Cast
) -> None:
    (one,) = years.proposal_of(session, hall.site_id, 2026, NOW)
    assert (one.key, one.on) == ("2026-H2/hall", date(2026, 12, 7))
    wish = [Accepted(one.key, date(2026, 12, 3), hall.officer.user_id, hall.lead.user_id)]
    (drill,) = years.accept(session, hall.manager, 2026, wish, now=NOW)
    assert (drill.planned_on, drill.owner_id) == (date(2026, 12, 3), hall.officer.user_id)
    assert drill.title == "2026年下半年全大厅灭火和应急疏散演练"
    assert drill.title_en == "Second half of 2026: fire and evacuation drill of the hall"
    assert drill.commander_id == hall.lead.user_id
    with pytest.raises(NothingToPlan):
        years.accept(session, hall.manager, 2026, wish, now=NOW)
    later = NOW + timedelta(seconds=1)
    assert states(session, hall, later)["hall_half_yearly@2026-H2"] is State.PLANNED


def test_only_who_plans_for_the_hall_accepts(session: Session, hall: Cast) -> None:
    wish = [Accepted("2026-H2/hall", date(2026, 12, 3), hall.officer.user_id)]
    with pytest.raises(NotAllowed):
        years.accept(session, hall.lead, 2026, wish, now=NOW)
    with pytest.raises(ChooseDrills):
        years.accept(session, hall.manager, 2026, [], now=NOW)


def test_next_year_is_planned_ahead(session: Session, hall: Cast) -> None:
    found = years.proposal_of(session, hall.site_id, 2027, NOW)
    assert [one.key for one in found] == ["2027-H1/hall", "2027-H2/hall"]
    assert [one.on for one in found] == [date(2027, 6, 10), date(2027, 11, 9)]


def test_a_hall_switches_off_a_default_with_a_basis(session: Session, hall: Cast) -> None:
    wish = {"hall_half_yearly": False}
    with pytest.raises(ReasonMissing):
        settings.choose(
            session, hall.officer, is_each=False, changes=wish, notice_days=3, because=" ", now=NOW
        )
    settings.choose(
        session, hall.officer, is_each=False, changes=wish, notice_days=99,
        because="会议纪要〔2026〕8号", now=NOW,
    )  # fmt: skip
    assert "hall_half_yearly@2026-H2" not in states(session, hall, NOW)
    assert settings.notice_days(session, hall.site_id) == 30


def test_a_hall_adopts_a_rule_without_a_basis(session: Session, hall: Cast) -> None:
    settings.choose(
        session, hall.officer, is_each=True, changes={"on_site_half_yearly": True},
        notice_days=3, because="", now=NOW,
    )  # fmt: skip
    assert states(session, hall, NOW)["on_site_half_yearly@2026-H2"] is State.OPEN


@pytest.mark.parametrize("key", ["fire_yearly", "operator_half_yearly", "made_up"])
def test_what_the_law_settles_is_no_choice(session: Session, hall: Cast, key: str) -> None:
    with pytest.raises(RuleNotYours):
        settings.choose(
            session, hall.officer, is_each=False, changes={key: False}, notice_days=3,
            because="省事", now=NOW,
        )  # fmt: skip


def test_staff_choose_nothing(session: Session, hall: Cast) -> None:
    with pytest.raises(NotAllowed):
        settings.choose(
            session, hall.lead, is_each=False, changes={}, notice_days=3, because="", now=NOW
        )


@pytest.mark.parametrize(
    ("days", "is_near"), [(0, True), (1, True), (3, True), (4, False), (14, False)]
)
def test_who_was_not_told_is_named_when_the_day_is_near(
    session: Session, hall: Cast, days: int, is_near: bool
) -> None:
    drill = make_drill(
        session, hall, on=workplace.add_open_days(session, hall.site_id, TODAY, days)
    )
    near = years.unannounced(session, hall.site_id, [drill], TODAY)
    assert near == ([drill] if is_near else [])
    service.notify(session, hall.officer, drill.id, audience="全体", text="演练", now=NOW)
    assert not years.unannounced(session, hall.site_id, [drill], TODAY)


def test_after_a_new_day_people_are_told_anew(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    told: dict[str, Any] = {"audience": "全体", "text": "演练", "now": NOW}
    service.notify(session, hall.officer, drill.id, **told)
    tomorrow = TODAY + timedelta(days=1)
    service.reschedule(session, hall.officer, drill.id, planned_on=tomorrow, reason="雨", now=NOW)
    assert years.unannounced(session, hall.site_id, [drill], TODAY) == [drill]
    assert evidence(session, drill, TODAY)["G02"] == ("曾告知其他日期，新日期未见告知记录", False)
    service.notify(session, hall.officer, drill.id, **told)
    assert years.unannounced(session, hall.site_id, [drill], TODAY) == []
    assert evidence(session, drill, TODAY)["G02"] == ("11月23日已告知", True)


def test_a_day_that_passed_without_the_drill_is_named(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    found = years.standings(session, hall.site_id, NOW + timedelta(days=1))
    assert years.slipped(found, TODAY) == []
    assert [one.drill.id for one in years.slipped(found, TODAY + timedelta(days=1))] == [drill.id]


def test_the_names_of_proposals_follow_the_language(session: Session, hall: Cast) -> None:
    (one,) = years.proposal_of(session, hall.site_id, 2026, NOW)
    with use_language("en"):
        assert one.period.name == "Second half of 2026"
    assert years.title_of(one, {}, "zh_CN").startswith("2026年下半年")


@pytest.mark.usefixtures("since")
def test_a_day_gone_by_is_judged_by_the_profile_of_then(session: Session, hall: Cast) -> None:
    def become(*, crowded: bool, key_unit: bool, days: int) -> None:
        workplace.set_profile(
            session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind.INSTITUTION,
            key_fire_unit=key_unit, public_gathering=False, crowded_place=crowded,
            business_operator=False, now=NOW + timedelta(days=days),
        )  # fmt: skip

    before = states(session, hall, NOW)
    become(crowded=True, key_unit=True, days=10)
    become(crowded=False, key_unit=False, days=20)
    assert states(session, hall, NOW) == before
    between = states(session, hall, NOW + timedelta(days=15))
    assert "fire_half_yearly@2026-H2" in between and "fire_half_yearly@2026-H2" not in before
    after = states(session, hall, NOW + timedelta(days=21))
    assert "fire_half_yearly_crowded@2026-H2" not in after


@pytest.mark.usefixtures("since")
def test_a_day_gone_by_is_judged_by_the_choices_of_then(session: Session, hall: Cast) -> None:
    def choose(*, follows: bool, days: int) -> None:
        settings.choose(
            session, hall.officer, is_each=not follows, changes={"hall_half_yearly": follows},
            notice_days=5, because="会议纪要", now=NOW + timedelta(days=days),
        )  # fmt: skip

    choose(follows=False, days=5)
    choose(follows=True, days=10)
    key = "hall_half_yearly@2026-H2"
    found = {n: key in states(session, hall, NOW + timedelta(days=n)) for n in (0, 7, 11)}
    assert found == {0: True, 7: False, 11: True}


@pytest.mark.usefixtures("since")
def test_a_period_that_is_over_is_judged_by_what_held_at_its_end(
    session: Session, hall: Cast
) -> None:
    october = datetime(2026, 10, 1, 2, tzinfo=UTC)
    first = "@2026-H1"
    before = {key for key in states(session, hall, october) if key.endswith(first)}
    workplace.set_profile(
        session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind.INSTITUTION,
        key_fire_unit=True, public_gathering=False, crowded_place=True, business_operator=False,
        now=october,
    )  # fmt: skip
    settings.choose(
        session, hall.officer, is_each=False, changes={"hall_half_yearly": False}, notice_days=5,
        because="会议纪要", now=october + timedelta(days=8),
    )  # fmt: skip
    after = states(session, hall, october + timedelta(days=9))
    assert {key for key in after if key.endswith(first)} == before
    assert "hall_half_yearly@2026-H1" in before and "fire_half_yearly@2026-H1" not in before
    assert "hall_half_yearly@2026-H2" not in after and "fire_half_yearly@2026-H2" in after


@pytest.mark.usefixtures("since")
def test_a_withdrawn_plan_leaves_what_was_missed_before(session: Session, hall: Cast) -> None:
    def at(month: int, day: int) -> datetime:
        return datetime(2026, month, day, 2, tzinfo=UTC)

    settings.choose(
        session, hall.officer, is_each=True, changes={"on_site_half_yearly": True}, notice_days=5,
        because="会议纪要", now=at(1, 5),
    )  # fmt: skip
    gone = make_plan(session, hall, "outage", now=at(2, 2))
    withdraw(session, hall.manager, gone.id, reason="合并", now=at(8, 20))
    make_plan(session, hall, "illness", now=at(10, 8))
    for day in (at(8, 1), at(8, 21), at(10, 9)):
        year = years.year_of(session, hall.site_id, 2026, day)
        missed = {one.plan.id for one in year.duties if one.plan and one.state is State.MISSED}
        assert missed == {gone.id}


@pytest.mark.usefixtures("since")
def test_what_the_year_before_was_missed_is_told_until_it_is_drilled(
    session: Session, hall: Cast
) -> None:
    def told(at: datetime) -> set[str]:
        found = years.year_of(session, hall.site_id, 2027, at)
        left = years.left_over(session, hall.site_id, found, at)
        return {f"{one.rule.key}@{one.period.key}" for one in left}

    new_year = datetime(2027, 1, 4, 2, tzinfo=UTC)
    missed = told(new_year)
    assert {"hall_half_yearly@2026-H1", "hall_half_yearly@2026-H2", "fire_yearly@2026"} <= missed
    drill = make_drill(session, hall, on=new_year.date(), now=new_year, form=Form.TABLETOP)
    held(session, hall, drill, at=(new_year - NOW).total_seconds())
    later = told(new_year + timedelta(hours=2))
    assert later and not {one for one in later if one.startswith("hall_half_yearly")}


@pytest.mark.usefixtures("since")
def test_a_day_that_slipped_by_and_a_report_that_was_typed_in_late(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)

    def said(days: int) -> str:
        at = NOW + timedelta(days=days)
        found = years.year_of(session, hall.site_id, 2026, at)
        day = TODAY + timedelta(days=days)
        return "".join([*unmet(found.duties, day), *not_followed(found.standings, [], at, day)])

    assert "既未举行也未调整日期" not in said(0)
    assert f"“{drill.title}”计划于2026年11月23日举行，既未举行也未调整日期" in said(1)


@pytest.mark.usefixtures("since")
def test_a_drill_is_reported_on_the_day_that_is_written_down(session: Session, hall: Cast) -> None:
    workplace.set_profile(
        session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind.ENTERPRISE,
        key_fire_unit=False, public_gathering=False, crowded_place=True, business_operator=True,
        now=NOW - timedelta(days=300),
    )  # fmt: skip
    plan = make_plan(session, hall, now=NOW - timedelta(days=200))
    drill = held(session, hall, make_drill(session, hall, plan_ids=(plan.id,)))

    def is_wanting(days: int) -> bool:
        at = NOW + timedelta(days=days, hours=1)
        found = years.year_of(session, hall.site_id, 2026, at)
        return f"{drill.code} 未报送主管部门" in "".join(
            unmet(found.duties, TODAY + timedelta(days))
        )

    assert [is_wanting(days) for days in (0, 30, 31, 60)] == [False, False, True, True]
    service.report(
        session, hall.officer, drill.id, on=TODAY + timedelta(days=31), to="应急管理局",
        now=NOW + timedelta(days=50),
    )  # fmt: skip
    assert [is_wanting(days) for days in (30, 31, 60)] == [False, False, False]


@pytest.mark.usefixtures("since")
def test_a_drill_entered_from_paper_was_held_on_its_day_and_it_is_said(
    session: Session, hall: Cast
) -> None:
    start, entered = NOW - timedelta(days=4), NOW + timedelta(days=6)
    paper = service.OnPaper(
        started_at=start, ended_at=start + timedelta(minutes=10),
        present=frozenset({hall.staff.user_id}),
    )  # fmt: skip
    drill = service.enter_new(session, hall.officer, facts_of(hall), paper, now=entered)
    key = "hall_half_yearly@2026-H2"
    said = f"{drill.code} 于2026年11月19日举行，2026年11月29日根据纸质记录补录。"
    for days, state, words in (
        (-5, State.OPEN, []), (-4, State.DONE, [said]), (5, State.DONE, [said]),
        (7, State.DONE, []),
    ):  # fmt: skip
        at = NOW + timedelta(days=days)
        assert states(session, hall, at)[key] is state
        found = years.year_of(session, hall.site_id, 2026, at).drills
        assert list(entered_since(found, "Asia/Shanghai")) == words


def test_a_drill_is_shown_as_it_stood_on_a_day(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    later = NOW + timedelta(days=5)
    problems.add_hazard(
        session, hall.officer, drill.id, what="集合点太近", level=Level.MINOR, now=later
    )
    found = {}
    for at in (NOW - timedelta(minutes=1), NOW + timedelta(days=1), later + timedelta(days=1)):
        year = years.year_of(session, hall.site_id, 2026, at)
        found[at] = [
            (row.status, row.counts.present > 0, row.followed.open)
            for row in listing.rows(session, hall.site_id, year, at)
        ]
    assert [one[:1] for one in found.values()] == [
        [], [(Status.HELD, found[NOW + timedelta(days=1)][0][1], 0)],
        [(Status.HELD, found[NOW + timedelta(days=1)][0][1], 1)],
    ]  # fmt: skip
