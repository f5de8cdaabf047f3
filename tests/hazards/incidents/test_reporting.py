"""How an incident comes in: everybody may, twice is once, and what cannot be is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import errors
from hazards.incidents.deadlines import State
from hazards.incidents.level import FEN, Level
from hazards.incidents.lifecycle import allowed
from hazards.incidents.models import (
    Authority,
    Incident,
    IncidentPhoto,
    IncidentStep,
    Kind,
    Status,
    Step,
    Way,
)
from hazards.incidents.service import figures, notifying, reporting
from hazards.incidents.service.detail import get
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.moving import move_all
from hazards.incidents.service.queries import counts, pressing
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.journal import Entry
from tests.cast import NOW, Cast
from tests.factories import make_photo
from tests.hazards.incidents.cases import AT, NOBODY, ONE_DEAD, make_incident


def test_everybody_reports_with_kind_and_place_alone(session: Session, hall: Cast) -> None:
    for actor in hall.everyone().values():
        found = reporting.report(
            session, actor, kind=Kind.NEAR_MISS, occurred_at=NOW, window_id=hall.a01, now=NOW
        )
        assert (found.status, found.level) == (Status.REPORTED, Level.NEAR_MISS)


def test_numbers_run_by_year(session: Session, hall: Cast) -> None:
    found = [make_incident(session, hall).number for _ in range(2)]
    assert found == ["SG-2026-0001", "SG-2026-0002"]


def test_the_same_form_sent_twice_is_one_incident(session: Session, hall: Cast) -> None:
    first = make_incident(session, hall, client_key="form-1")
    assert make_incident(session, hall, client_key="form-1").id == first.id
    assert make_incident(session, hall, client_key="form-2").id != first.id


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(minutes=3)])
def test_nothing_is_reported_that_is_still_to_come(
    session: Session, hall: Cast, ahead: timedelta
) -> None:
    with pytest.raises(errors.IncidentInFuture) as raised:
        make_incident(session, hall, occurred_at=NOW + ahead)
    assert "11月23日 09:04" in raised.value.message()
    assert session.scalars(select(Incident)).all() == []


def test_a_clock_that_is_a_minute_fast_is_forgiven_and_cut_to_now(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, occurred_at=NOW + timedelta(minutes=1))
    assert found.occurred_at == NOW


def test_what_is_more_than_a_year_ago_is_a_typo_or_a_paper(session: Session, hall: Cast) -> None:
    make_incident(session, hall, occurred_at=NOW - timedelta(days=365))
    with pytest.raises(errors.IncidentTooOld):
        make_incident(session, hall, occurred_at=NOW - timedelta(days=365, seconds=1))


def test_it_needs_a_place_that_exists(session: Session, hall: Cast) -> None:
    with pytest.raises(errors.IncidentPlaceMissing):
        make_incident(session, hall, place="  ")
    with pytest.raises(errors.IncidentPlaceUnknown):
        make_incident(session, hall, window_id=hall.foreign_window)
    with pytest.raises(errors.IncidentPlaceUnknown):
        make_incident(session, hall, location_id=999)


def test_a_near_miss_hurts_nobody(session: Session, hall: Cast) -> None:
    for harmful in (Numbers(minor=1, loss_fen=0), Numbers(loss_fen=1)):
        with pytest.raises(errors.NearMissHurtsNobody):
            make_incident(session, hall, kind=Kind.NEAR_MISS, numbers=harmful)


@pytest.mark.parametrize(
    "wrong",
    [
        Numbers(deaths=-1),
        Numbers(minor=10_001),
        Numbers(loss_fen=-1),
        Numbers(loss_fen=figures.MOST_YUAN * FEN + 1),
    ],
)
def test_figures_that_cannot_be_are_refused(session: Session, hall: Cast, wrong: Numbers) -> None:
    with pytest.raises(errors.FiguresNotPossible):
        make_incident(session, hall, numbers=wrong)


def test_pictures_come_with_it(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, photos=[make_photo("a"), make_photo("a"), make_photo("b")])
    keys = select(IncidentPhoto.key).where(IncidentPhoto.incident_id == found.id)
    assert len(session.scalars(keys).all()) == 2


def test_a_manager_who_reports_has_been_told(session: Session, hall: Cast) -> None:
    assert make_incident(session, hall, by=hall.manager).head_told_at == NOW
    assert make_incident(session, hall).head_told_at is None


def test_the_journal_holds_no_words(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, what="王某某摔倒")
    entry = session.scalars(select(Entry).where(Entry.object == "incident")).one()
    assert (entry.action, entry.object_id) == ("incidents:report", found.id)
    step = session.scalars(select(IncidentStep)).one()
    assert step.note == "" and len(entry.digest) == 64


def test_the_reporter_completes_it_until_it_is_confirmed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, what="")

    def amend(actor: Actor) -> None:
        reporting.amend(
            session, actor, found.id, kind=Kind.INJURY, occurred_at=AT, window_id=hall.a02,
            location_id=None, place="", what="摔倒", course="取号时滑倒", row_version=None, now=NOW,
        )  # fmt: skip

    amend(hall.staff)
    assert (found.what, found.course, found.window_id) == ("摔倒", "取号时滑倒", hall.a02)
    with pytest.raises(NotFound):
        amend(hall.other_staff)
    reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        amend(hall.staff)
    amend(hall.officer)


def test_an_earlier_time_of_it_stays_on_record(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    reporting.amend(
        session, hall.officer, found.id, kind=Kind.INJURY, occurred_at=AT - timedelta(hours=1),
        window_id=hall.a01, location_id=None, place="", row_version=None, now=NOW,
    )  # fmt: skip
    step = session.scalars(select(IncidentStep).where(IncidentStep.step == Step.AMEND)).one()
    assert step.moment == AT


def test_other_facts_are_of_a_place_that_exists_and_are_judged_anew(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, kind=Kind.INTERRUPTION, numbers=NOBODY)
    assert found.level is Level.INTERRUPTION

    def amend(window_id: int) -> None:
        reporting.amend(
            session, hall.officer, found.id, kind=Kind.OTHER, occurred_at=AT, window_id=window_id,
            location_id=None, place="", what=found.what, row_version=None, now=NOW,
        )  # fmt: skip

    with pytest.raises(errors.IncidentPlaceUnknown):
        amend(hall.foreign_window)
    amend(hall.a02)
    assert (found.level, found.window_id) == (Level.NEAR_MISS, hall.a02)


def test_a_harmful_incident_does_not_become_a_near_miss(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=Numbers(minor=1))
    with pytest.raises(errors.NearMissHurtsNobody):
        reporting.amend(
            session, hall.officer, found.id, kind=Kind.NEAR_MISS, occurred_at=AT,
            window_id=hall.a01, location_id=None, place="", row_version=None, now=NOW,
        )  # fmt: skip


def test_it_is_confirmed_once_what_and_who_is_hurt_are_known(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, what="", numbers=None)
    with pytest.raises(errors.IncompleteFacts) as raised:
        reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)
    assert "发生了什么" in raised.value.message() and "伤亡" in raised.value.message()


def test_only_officer_and_manager_confirm_and_only_a_manager_voids(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall)
    for actor in (hall.staff, hall.lead):
        with pytest.raises(NotAllowed):
            reporting.confirm(session, actor, found.id, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        reporting.void(session, hall.officer, found.id, reason="重复", row_version=None, now=NOW)
    reporting.void(session, hall.manager, found.id, reason="重复", row_version=None, now=NOW)
    assert (found.status, found.closed_at) == (Status.VOIDED, NOW)
    with pytest.raises(errors.IncidentStepNotPossible):
        reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)


def test_why_it_is_untrue_is_said_and_then_it_presses_nobody(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, kind=Kind.LOSS, numbers=Numbers(loss_fen=2_000_000 * FEN))
    unsure = make_incident(session, hall, numbers=None)

    def void(incident: Incident, reason: str) -> None:
        reporting.void(session, hall.manager, incident.id, reason=reason, row_version=None, now=NOW)

    with pytest.raises(TextMissing):
        void(found, " ")
    assert [one.row.id for one in pressing(session, hall.officer, NOW)] == [found.id]
    assert counts(session, hall.manager).accidents == 1
    for one in (found, unsure):
        void(one, "误报")
    assert counts(session, hall.manager).accidents == 0
    assert pressing(session, hall.officer, NOW) == []
    assert get(session, hall.manager, unsure.id, now=NOW).clock.state is State.NOT_COUNTED


@pytest.mark.parametrize(
    "numbers",
    [ONE_DEAD, Numbers(missing=1), Numbers(serious=1)],
    ids=["dead", "missing", "badly hurt"],
)
def test_harm_is_not_concealed_by_one_person(
    session: Session, hall: Cast, numbers: Numbers
) -> None:
    found = make_incident(session, hall, numbers=numbers)

    def void() -> None:
        reporting.void(session, hall.manager, found.id, reason="误报", row_version=None, now=NOW)

    def correct(by: Actor, numbers: Numbers) -> None:
        figures.count(
            session, by, found.id, numbers=numbers, reason="与另一起重复", row_version=None, now=NOW
        )

    with pytest.raises(errors.VoidHidesHarm):
        void()
    correct(hall.manager, Numbers(minor=1))
    with pytest.raises(errors.VoidHidesHarm):
        void()
    assert reporting.why_not_void(session, hall.manager, found)
    correct(hall.officer, NOBODY)
    assert reporting.why_not_void(session, hall.manager, found) == ""
    void()
    assert found.status == Status.VOIDED


def test_what_an_authority_was_told_of_is_not_taken_out(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, numbers=NOBODY)
    notifying.notify(
        session, hall.officer, found.id, authority=Authority.OTHER, name="街道办", told_at=NOW,
        way=Way.PHONE, now=NOW,
    )  # fmt: skip
    with pytest.raises(errors.VoidAfterTelling):
        reporting.void(session, hall.manager, found.id, reason="误报", row_version=None, now=NOW)
    assert found.status == Status.REPORTED


def test_a_form_drawn_before_somebody_elses_step_is_told(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    drawn = found.row_version
    reporting.confirm(session, hall.officer, found.id, row_version=drawn, now=NOW)
    with pytest.raises(errors.IncidentChanged) as raised:
        reporting.void(session, hall.manager, found.id, reason="重复", row_version=drawn, now=NOW)
    assert "刘洋" in raised.value.message() and found.status == Status.CONFIRMED


def test_who_sees_it(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    for actor in (hall.staff, hall.lead, hall.officer, hall.manager):
        assert get(session, actor, found.number, now=NOW).number == found.number
    for actor in (
        hall.second_staff, hall.other_staff, hall.other_lead, hall.administrator,
        hall.third_party, hall.foreign_manager,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            get(session, actor, found.number, now=NOW)


def test_what_happened_in_a_common_area_is_seen_by_every_lead(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, location_id=hall.floor)
    for actor in (hall.lead, hall.other_lead):
        assert get(session, actor, found.number, now=NOW).number == found.number
    with pytest.raises(NotFound):
        get(session, hall.second_staff, found.number, now=NOW)


def test_open_cases_go_on_with_their_window_and_closed_ones_stay(
    session: Session, hall: Cast
) -> None:
    found = [make_incident(session, hall, status) for status in (Status.REPORTED, Status.CLOSED)]
    move_all(session, hall.administrator, hall.a01, hall.a03, NOW)
    assert [one.window_id for one in found] == [hall.a03, hall.a01]


def test_nobody_of_another_hall_may_take_any_step(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    everyone = frozenset({hall.foreign_manager.user_id})
    assert allowed(hall.foreign_manager, found, everyone) == frozenset()
    assert Step.VOID in allowed(hall.manager, found, frozenset())


@pytest.mark.parametrize("wrong", ["SG-2026-9999", "", "x\x00y", "’", "SG-2026-0001'--"])
def test_a_number_that_is_none_is_not_found(session: Session, hall: Cast, wrong: str) -> None:
    with pytest.raises(NotFound):
        get(session, hall.manager, wrong, now=NOW)


def test_when_the_head_was_told_lies_between_the_incident_and_now(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, numbers=ONE_DEAD)
    for wrong in (AT - timedelta(minutes=1), NOW + timedelta(minutes=3)):
        with pytest.raises(errors.MomentNotPossible):
            reporting.tell_head(
                session, hall.staff, found.id, told_at=wrong, row_version=None, now=NOW
            )
    reporting.tell_head(session, hall.staff, found.id, told_at=AT, row_version=None, now=NOW)
    assert found.head_told_at == AT
    assert get(session, hall.officer, found.id, now=NOW).clock.due_at == AT + timedelta(hours=1)


def test_the_reporter_tells_of_the_head_by_the_minute_and_after_confirming(
    session: Session, hall: Cast
) -> None:
    half_past = AT + timedelta(seconds=30)
    found = make_incident(session, hall, Status.CONFIRMED, numbers=ONE_DEAD, occurred_at=half_past)
    reporting.tell_head(session, hall.staff, found.id, told_at=AT, row_version=None, now=NOW)
    assert found.head_told_at == AT


def test_a_draft_is_kept_for_its_author_and_goes_when_it_is_sent(
    session: Session, hall: Cast
) -> None:
    facts = {"kind": "fire", "what": "冒烟"}
    reporting.keep_draft(session, hall.staff, form="f1", facts=facts, now=NOW)
    reporting.keep_draft(session, hall.staff, form="f1", facts={**facts, "place": "w1"}, now=NOW)
    kept = reporting.find_draft(session, hall.staff, NOW)
    assert kept is not None and kept.facts == {**facts, "place": "w1"}
    assert reporting.find_draft(session, hall.second_staff, NOW) is None
    make_incident(session, hall, client_key="f1")
    assert reporting.find_draft(session, hall.staff, NOW) is None


def test_drafts_nobody_goes_on_with_are_swept_once(session: Session, hall: Cast) -> None:
    reporting.keep_draft(session, hall.staff, form="f1", facts={}, now=NOW)
    later = NOW + timedelta(days=3)
    assert reporting.find_draft(session, hall.staff, later)
    assert reporting.sweep_drafts(session, later) == 0
    later += timedelta(seconds=1)
    assert reporting.find_draft(session, hall.staff, later) is None
    assert [reporting.sweep_drafts(session, later) for _ in range(2)] == [1, 0]


def test_words_are_not_longer_than_their_column(session: Session, hall: Cast) -> None:
    with pytest.raises(TextTooLong):
        make_incident(session, hall, what="长" * 201)
    assert make_incident(session, hall, what="长" * 200, numbers=NOBODY).what
