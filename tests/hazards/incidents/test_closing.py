"""From confirmed to closed: the investigation, measures as hazards, the four conditions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.errors import NotRightYet
from hazards.incidents import errors, hooks
from hazards.incidents.level import Level
from hazards.incidents.models import (
    Action,
    Answer,
    Cause,
    Incident,
    Kind,
    Moment,
    Origin,
    RootClass,
    Status,
)
from hazards.incidents.rules import conditions
from hazards.incidents.service import closing, figures, investigating, reporting, scene
from hazards.incidents.service.detail import get
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.loading import team_of
from hazards.incidents.service.queries import counts
from hazards.models import Hazard
from hazards.models import Origin as HazardOrigin
from hazards.service import Level as HazardLevel
from safety_app.accounts.service import User
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_photo
from tests.hazards.incidents.cases import (
    AT,
    NOBODY,
    ONE_DEAD,
    begin,
    explain,
    fix_action,
    fulfil,
    make_incident,
    raise_action,
    tell_both,
)


def test_it_goes_from_reported_to_closed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.CLOSED)
    assert (found.status, found.closed_at) == (Status.CLOSED, NOW)
    detail = get(session, hall.manager, found.id, now=NOW)
    assert detail.lacking == () and detail.next_step is None


def test_the_team_investigates_and_nobody_else(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    explain(session, hall, found)
    investigating.log_moment(
        session, hall.second_staff, found.id, happened_at=AT, what="听到响声",
        origin=Origin.WITNESS, now=NOW,
    )  # fmt: skip
    for outsider in (hall.staff, hall.lead):
        with pytest.raises(NotAllowed):
            investigating.log_moment(
                session, outsider, found.id, happened_at=AT, what="x", origin=Origin.OTHER, now=NOW
            )
    whats = [one.what for one in investigating.moments_of(session, found.id)]
    assert whats == ["保洁拖地后未放警示牌", "听到响声"]


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_an_investigation_ends_on_a_possible_day(session: Session, hall: Cast, day: date) -> None:
    found = make_incident(session, hall, Status.CONFIRMED)
    with pytest.raises(errors.DeadlineNotPossible):
        investigating.investigate(
            session, hall.officer, found.id, leader_id=hall.officer.user_id, investigate_by=day,
            row_version=None, now=NOW,
        )  # fmt: skip


def test_investigators_are_of_this_hall(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.CONFIRMED)
    with pytest.raises(errors.InvestigatorUnknown):
        investigating.investigate(
            session, hall.officer, found.id, leader_id=hall.foreign_manager.user_id,
            investigate_by=TODAY, row_version=None, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(("is_legal", "days"), [(True, 60), (False, 15)], ids=["by law", "own"])
def test_the_day_proposed_follows_the_rule(is_legal: bool, days: int) -> None:
    assert investigating.proposed_day(TODAY, TODAY, is_legal=is_legal) == TODAY + timedelta(days)
    late = TODAY + timedelta(days=99)
    assert investigating.proposed_day(TODAY, late, is_legal=is_legal) == late


def test_an_investigation_ends_with_a_cause(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(errors.CauseMissing):
        investigating.conclude(session, hall.officer, found.id, row_version=None, now=NOW)
    explain(session, hall, found)
    cause = session.scalars(select(Cause)).one()
    investigating.withdraw_cause(session, hall.officer, found.id, cause.id, now=NOW)
    with pytest.raises(errors.CauseMissing):
        investigating.conclude(session, hall.officer, found.id, row_version=None, now=NOW)


def test_a_chain_has_one_to_five_whys(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(TextMissing):
        investigating.explain(
            session, hall.officer, found.id, whys=["", " "], root=RootClass.PEOPLE, now=NOW
        )
    with pytest.raises(errors.TooManyWhys):
        investigating.explain(
            session, hall.officer, found.id, whys=["x"] * 6, root=RootClass.PEOPLE, now=NOW
        )
    kept = investigating.explain(
        session, hall.officer, found.id, whys=["a", "", "b"], root=RootClass.PEOPLE, now=NOW
    )
    assert kept.whys == ["a", "b"]


def test_a_wrong_moment_is_withdrawn_and_stays_on_record(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    explain(session, hall, found)
    row = session.scalars(select(Moment)).one()
    other = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(NotFound):
        investigating.withdraw_moment(session, hall.officer, other.id, row.id, now=NOW)
    investigating.withdraw_moment(session, hall.officer, found.id, row.id, now=NOW)
    assert investigating.moments_of(session, found.id) == []
    assert session.get_one(Moment, row.id).withdrawn_at == NOW


def test_a_moment_to_come_is_refused(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(errors.MomentInFuture):
        investigating.log_moment(
            session, hall.officer, found.id, happened_at=NOW + timedelta(minutes=3), what="x",
            origin=Origin.OTHER, now=NOW,
        )  # fmt: skip


def test_a_measure_is_a_hazard_with_owner_day_and_source(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    hazard_id = raise_action(session, hall, found)
    second = raise_action(session, hall, found, what="加装防滑垫")
    hazard = session.get_one(Hazard, hazard_id)
    assert hazard.source == f"incidents:{found.number}/1"
    assert (hazard.owner_id, hazard.fix_by) == (
        hall.second_staff.user_id, TODAY + timedelta(days=7),
    )  # fmt: skip
    assert (hazard.origin, hazard.window_id) == (HazardOrigin.INCIDENT, hall.a01)
    assert session.get_one(Hazard, second).source == f"incidents:{found.number}/2"


def test_a_manager_raises_a_measure_that_the_lead_hands_out(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    hazard = session.get_one(Hazard, raise_action(session, hall, found, by=hall.manager))
    assert (hazard.owner_id, hazard.status) == (None, "registered")
    assert hazard.fix_by == TODAY + timedelta(days=7)


@pytest.mark.parametrize("days", [-1, 367])
def test_a_measure_has_a_possible_day(session: Session, hall: Cast, days: int) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(errors.DeadlineNotPossible):
        raise_action(session, hall, found, fix_by=TODAY + timedelta(days=days))
    assert session.scalar(select(func.count(Action.id))) == 0


@pytest.mark.parametrize("days", [0, 366])
def test_today_and_a_year_ahead_are_possible_days(session: Session, hall: Cast, days: int) -> None:
    day = TODAY + timedelta(days=days)
    found = make_incident(session, hall, Status.CONFIRMED)
    investigating.investigate(
        session, hall.officer, found.id, leader_id=hall.officer.user_id, investigate_by=day,
        row_version=None, now=NOW,
    )  # fmt: skip
    assert found.investigate_by == day
    hazard = session.get_one(Hazard, raise_action(session, hall, found, fix_by=day))
    assert hazard.fix_by == day


def test_a_grave_measure_without_its_plan_leaves_nothing_behind(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    with pytest.raises(hazards_error()), session.begin_nested():
        raise_action(session, hall, found, level=HazardLevel.SERIOUS)
    assert session.scalar(select(func.count(Hazard.id))) == 0
    raise_action(session, hall, found, level=HazardLevel.SERIOUS, interim_measure="停用")


def hazards_error() -> type[Exception]:
    """What hazards raise for a plan that lacks a fact."""
    from hazards.errors import PlanIncomplete

    return PlanIncomplete


def test_closing_is_refused_with_the_list_of_all_that_is_missing(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.ACTING)
    hazard_id = raise_action(session, hall, found)
    scene.mark(session, hall.staff, found.id, code="cordon", is_done=True, now=NOW)
    with pytest.raises(errors.NotReadyToClose) as raised:
        closing.close(session, hall.manager, found.id, row_version=None, now=NOW)
    said = raised.value.message()
    number = session.get_one(Hazard, hazard_id).number
    for words in (
        "现场保护尚未解除", number, "原因未查清", "责任人员未处理", "整改措施未落实",
        "有关人员未受到教育",
    ):  # fmt: skip
        assert words in said, words
    assert found.status == Status.ACTING


def refusal(session: Session, hall: Cast, incident: Incident) -> str:
    """Why the manager may not close it yet."""
    with pytest.raises(errors.NotReadyToClose) as raised:
        closing.close(session, hall.manager, incident.id, row_version=None, now=NOW)
    return raised.value.message()


def test_a_cause_that_is_withdrawn_in_the_end_is_missing(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    fulfil(session, hall, found)
    cause = session.scalars(select(Cause)).one()
    investigating.withdraw_cause(session, hall.officer, found.id, cause.id, now=NOW)
    assert "没有登记原因" in refusal(session, hall, found)
    explain(session, hall, found)
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW)


def test_answers_alone_carry_out_no_measure(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    assert [counts(session, who).waiting for who in (hall.manager, hall.lead)] == [1, 0]
    for one in conditions():
        closing.answer(session, hall.officer, found.id, condition=one.code, words="已落实", now=NOW)
    assert "没有登记整改措施" in refusal(session, hall, found)
    fix_action(session, hall, raise_action(session, hall, found))
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW)


def test_what_happened_is_still_said_when_it_is_closed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    fulfil(session, hall, found)
    reporting.amend(
        session, hall.officer, found.id, kind=Kind.INJURY, occurred_at=AT, window_id=hall.a01,
        location_id=None, place="", what="", row_version=None, now=NOW,
    )  # fmt: skip
    assert "发生了什么" in refusal(session, hall, found)


@pytest.mark.parametrize("left_out", ["cause", "responsible", "measures", "taught"])
def test_each_of_the_four_is_answered(session: Session, hall: Cast, left_out: str) -> None:
    found = make_incident(session, hall, Status.ACTING)
    fulfil(session, hall, found)
    for row in session.scalars(select(Answer).where(Answer.condition == left_out)).all():
        session.delete(row)
    session.flush()
    assert len(get(session, hall.manager, found.id, now=NOW).lacking) == 1
    with pytest.raises(errors.NotReadyToClose):
        closing.close(session, hall.manager, found.id, row_version=None, now=NOW)


def test_the_newest_answer_counts_and_an_empty_one_is_none(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    for words in ("旧", "新"):
        closing.answer(session, hall.officer, found.id, condition="cause", words=words, now=NOW)
    with pytest.raises(TextMissing):
        closing.answer(session, hall.officer, found.id, condition="cause", words=" ", now=NOW)
    with pytest.raises(NotFound):
        closing.answer(session, hall.officer, found.id, condition="x", words="x", now=NOW)
    first = get(session, hall.officer, found.id, now=NOW).conditions[0]
    assert (first.code, first.words, first.by) == ("cause", "新", "刘洋")


def test_an_open_measure_keeps_the_case_open(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    fulfil(session, hall, found)
    late = raise_action(session, hall, found, what="加装防滑垫")
    with pytest.raises(errors.NotReadyToClose):
        closing.close(session, hall.manager, found.id, row_version=None, now=NOW)
    fix_action(session, hall, late)
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW)


def test_only_a_manager_closes_and_opens_again(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.ACTING)
    fulfil(session, hall, found)
    with pytest.raises(NotAllowed):
        closing.close(session, hall.officer, found.id, row_version=None, now=NOW)
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW)
    with pytest.raises(TextMissing):
        closing.reopen(session, hall.manager, found.id, reason="", row_version=None, now=NOW)
    closing.reopen(session, hall.manager, found.id, reason="新证人", row_version=None, now=NOW)
    assert (found.status, found.closed_at) == (Status.INVESTIGATING, None)


def test_a_closed_case_is_opened_again_before_it_is_judged_anew(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.CLOSED)

    def void() -> None:
        reporting.void(session, hall.manager, found.id, reason="重复", row_version=None, now=NOW)

    def judge() -> None:
        figures.decide(
            session, hall.manager, found.id, is_accident=False, reason="自身疾病",
            row_version=None, now=NOW,
        )  # fmt: skip

    figures.count(
        session, hall.officer, found.id, numbers=Numbers(serious=1), reason="骨折",
        row_version=None, now=NOW,
    )  # fmt: skip
    for step in (void, judge):
        with pytest.raises(errors.IncidentStepNotPossible):
            step()
    assert found.status == Status.CLOSED
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    closing.reopen(session, hall.manager, found.id, reason="伤情加重", row_version=None, now=NOW)
    judge()
    assert found.level == Level.OUTSIDE


@pytest.mark.parametrize(
    ("kind", "level"),
    [(Kind.NEAR_MISS, Level.NEAR_MISS), (Kind.INTERRUPTION, Level.INTERRUPTION)],
)
def test_what_is_light_is_closed_with_cause_and_measure_alone(
    session: Session, hall: Cast, kind: Kind, level: Level
) -> None:
    found = make_incident(session, hall, Status.CONFIRMED, kind=kind, numbers=NOBODY)
    asked = [one.code for one in closing.conditions_of(session, found)]
    assert (found.level, asked) == (level, ["cause", "measures"])
    for code in asked:
        closing.answer(session, hall.officer, found.id, condition=code, words="已处理", now=NOW)
    closing.close(session, hall.manager, found.id, row_version=None, now=NOW)


def test_an_accident_is_not_closed_without_an_investigation(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.CONFIRMED, kind=Kind.LOSS,
                          numbers=Numbers(loss_fen=5))  # fmt: skip
    fulfil(session, hall, found)
    with pytest.raises(errors.NotReadyToClose) as raised:
        closing.close(session, hall.manager, found.id, row_version=None, now=NOW)
    assert "没有调查" in raised.value.message()


def test_a_case_of_the_law_waits_for_authorities_and_for_the_days_of_changes(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.ACTING, kind=Kind.FIRE, numbers=ONE_DEAD)
    fulfil(session, hall, found)
    said = " ".join(get(session, hall.manager, found.id, now=NOW).lacking)
    assert "应急管理部门" in said and "行业主管部门" in said and "2026年11月30日" in said
    tell_both(session, hall, found, told_at=NOW, now=NOW)
    over = NOW + timedelta(days=7)
    with pytest.raises(errors.NotReadyToClose):
        closing.close(session, hall.manager, found.id, row_version=None, now=over)
    over += timedelta(days=1)
    closing.close(session, hall.manager, found.id, row_version=None, now=over)


def test_a_measure_is_not_accepted_while_its_scene_is_protected(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    hazard_id = raise_action(session, hall, found)
    scene.mark(session, hall.lead, found.id, code="cordon", is_done=True, now=NOW)
    with pytest.raises(NotRightYet):
        fix_action(session, hall, hazard_id)
    scene.release(session, hall.officer, found.id, note="安监同意", row_version=None, now=NOW)
    hazards.accept(session, hall.officer, hazard_id, row_version=None, now=NOW)


def test_hazards_know_the_incident_and_the_article_behind(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    source = f"incidents:{found.number}/1"
    page = hooks.source_page(source)
    assert page is not None and page[1:] == (
        found.number, f"/incidents?no={found.number}&part=closing",
    )  # fmt: skip
    assert "第三十三条" in hooks.rule_behind(session, hall.site_id, source)
    for other in ("equipment:MHQ-0001/service", "incidents:"):
        assert hooks.source_page(other) is None
        assert hooks.rule_behind(session, hall.site_id, other) == ""
        assert hooks.bars_closing(session, hall.site_id, other, NOW) == ""


def test_the_scene_list_keeps_time_and_person_and_a_tick_may_be_taken_back(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall)
    later = NOW + timedelta(minutes=3)
    scene.mark(session, hall.staff, found.id, code="cordon", is_done=True, now=NOW)
    scene.mark(session, hall.lead, found.id, code="cordon", is_done=True, now=later)
    tick = next(one for one in scene.ticks(session, found.id) if one.code == "cordon")
    assert (tick.at, tick.by) == (NOW, hall.staff.user_id), "ticked twice is ticked once"
    scene.mark(session, hall.lead, found.id, code="cordon", is_done=False, now=later)
    assert all(one.at is None for one in scene.ticks(session, found.id))
    with pytest.raises(NotFound):
        scene.mark(session, hall.staff, found.id, code="x", is_done=True, now=NOW)
    with pytest.raises(NotFound):
        scene.mark(session, hall.other_staff, found.id, code="cordon", is_done=True, now=NOW)


def test_only_a_protected_scene_is_given_free_by_who_handles_it(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall)
    with pytest.raises(errors.SceneIsKept):
        scene.release(session, hall.officer, found.id, note="同意", row_version=None, now=NOW)
    scene.mark(session, hall.staff, found.id, code="photos", is_done=True, now=NOW)
    with pytest.raises(NotAllowed):
        scene.release(session, hall.staff, found.id, note="同意", row_version=None, now=NOW)
    with pytest.raises(TextMissing):
        scene.release(session, hall.officer, found.id, note="", row_version=None, now=NOW)


def test_a_leader_who_leaves_hands_the_investigation_over(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    held = investigating.held(session, hall.site_id, hall.officer.user_id, TODAY)
    assert [one.key for one in held] == [found.number] and "2026年12月4日" in held[0].text

    def hand_to(user_id: int) -> None:
        investigating.hand_over(
            session, hall.manager, [found.number], hall.officer.user_id, user_id, now=NOW
        )

    session.get_one(User, hall.lead.user_id).is_active = False
    session.flush()
    with pytest.raises(errors.InvestigatorUnknown):
        hand_to(hall.lead.user_id)
    explain(session, hall, found)
    investigating.conclude(session, hall.officer, found.id, row_version=None, now=NOW)
    held = investigating.held(session, hall.site_id, hall.officer.user_id, TODAY)
    assert [one.key for one in held] == [found.number], "its measures are still to be carried out"
    hand_to(hall.second_staff.user_id)
    assert get(session, hall.second_staff, found.id, now=NOW).leader == "周航"
    assert investigating.held(session, hall.site_id, hall.officer.user_id, TODAY) == []


def test_only_who_leads_it_hands_an_investigation_over_and_is_no_member_besides(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.CONFIRMED)
    officer, second = hall.officer.user_id, hall.second_staff.user_id
    investigating.investigate(
        session, hall.officer, found.id, leader_id=officer, member_ids=[officer, second],
        investigate_by=TODAY, row_version=None, now=NOW,
    )  # fmt: skip
    for from_id, leader_id in ((hall.lead.user_id, officer), (officer, second)):
        investigating.hand_over(session, hall.manager, [found.number], from_id, second, now=NOW)
        assert found.leader_id == leader_id
    assert team_of(session, found) == {second}


def test_photos_after_confirming_are_for_those_who_handle_it(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING, photos=[make_photo("a")])
    begin(session, hall, found)
    assert len(get(session, hall.second_staff, found.id, now=NOW).photos) == 1
