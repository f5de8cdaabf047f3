"""A hall's own courses and requirements: what held stays for then, what cannot be is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills.training.errors import (
    CodeTaken,
    CourseIsRequired,
    EventKnown,
    EventTooFar,
    IntervalMissing,
    NobodyMeant,
    NumberNotPossible,
    OwnRecord,
    RequirementDoubled,
)
from drills.training.grid import Light
from drills.training.models import Course, CourseKind, Event, EventKind, Occasion, Who
from drills.training.service.course_keeping import (
    CourseFacts,
    RequirementFacts,
    add_course,
    add_requirement,
    change_course,
    change_requirement,
    end_requirement,
    offer_course,
)
from drills.training.service.courses import follow, requirements_of
from drills.training.service.events import events_of, record_event, withdraw_event
from drills.training.service.matrix import row_of, standing
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import course, here_since, only, passed, requirement

DAY = timedelta(days=1)
AED = CourseFacts(name="AED 使用培训", kind=CourseKind.SPECIAL, hours=2)
EVERYBODY = RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.NEW)


def own(session: Session, hall: Cast, **facts: Any) -> Course:
    wanted = CourseFacts(**{"name": "AED 使用培训", "kind": CourseKind.SPECIAL, **facts})
    return add_course(session, hall.officer, "aed", wanted, now=NOW)


def light(session: Session, hall: Cast, who: Actor, code: str, on: date = TODAY) -> Light | None:
    found = standing(session, hall.site_id, on)
    row = row_of(found, who.user_id)
    ids = {one.id: one.code for one in found.courses}
    return next((c.light for c in row.cells if ids[c.course_id] == code), None) if row else None


def test_a_hall_adds_a_course_and_says_who_needs_it(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    made = own(session, hall)
    assert (made.code, made.is_own) == ("AED", True)
    assert light(session, hall, hall.staff, "AED") is None
    add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)
    assert light(session, hall, hall.staff, "AED") is Light.LACKING
    assert light(session, hall, hall.staff, "AED", TODAY - DAY) is None, "then it held for nobody"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": " "}, TextMissing),
        ({"hours": -1}, NumberNotPossible),
        ({"hours": 501}, NumberNotPossible),
        ({"validity_months": 0}, NumberNotPossible),
        ({"validity_months": 121}, NumberNotPossible),
        ({"pass_mark": 0}, NumberNotPossible),
        ({"pass_mark": 101}, NumberNotPossible),
    ],
)
def test_a_course_that_cannot_be_is_refused(
    session: Session, hall: Cast, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        own(session, hall, **facts)


def test_a_code_is_taken_once(session: Session, hall: Cast) -> None:
    own(session, hall)
    with pytest.raises(CodeTaken):
        own(session, hall)


def test_what_a_hall_changes_of_a_shipped_course_outlasts_updates(
    session: Session, hall: Cast
) -> None:
    fire = course(session, hall, "FIRE")
    facts = CourseFacts(
        name=fire.name, name_en=fire.name_en, kind=CourseKind(fire.kind), hours=4,
        needs_exam=True, pass_mark=90,
    )  # fmt: skip
    change_course(session, hall.administrator, fire.id, facts, now=NOW)
    assert fire.changed == ["hours", "pass_mark"]
    follow(session, hall.site_id, NOW)
    assert (fire.hours, fire.pass_mark) == (4, 90)


def test_a_changed_requirement_judges_days_gone_by_as_before(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    passed(session, hall, hall.staff.user_id, "FIRE", TODAY - 300 * DAY)
    rule = requirement(session, hall, "FIRE/periodic/everybody")
    facts = RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.PERIODIC, interval_months=6)
    fresh = change_requirement(session, hall.officer, rule.id, facts, now=NOW)
    assert (rule.last, fresh.first) == (TODAY - DAY, TODAY)
    assert light(session, hall, hall.staff, "FIRE", TODAY - DAY) is Light.COVERED
    assert light(session, hall, hall.staff, "FIRE") is Light.EXPIRED
    again = RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.PERIODIC, interval_months=12)
    assert change_requirement(session, hall.officer, fresh.id, again, now=NOW).id == fresh.id
    assert light(session, hall, hall.staff, "FIRE") is Light.COVERED
    with pytest.raises(NotFound):
        change_requirement(session, hall.officer, rule.id, again, now=NOW)


def test_a_requirement_that_ended_holds_no_more_and_did_before(
    session: Session, hall: Cast
) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    for code in ("FIRE/new/everybody", "FIRE/periodic/everybody"):
        end_requirement(session, hall.officer, requirement(session, hall, code).id, now=NOW)
    assert light(session, hall, hall.staff, "FIRE") is None
    assert light(session, hall, hall.staff, "FIRE", TODAY - DAY) is Light.LACKING
    follow(session, hall.site_id, NOW)
    assert light(session, hall, hall.staff, "FIRE") is None, "an update does not bring it back"


def test_a_course_that_is_required_is_not_taken_off_unawares(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    fire = course(session, hall, "FIRE")
    with pytest.raises(CourseIsRequired):
        offer_course(session, hall.officer, fire.id, is_active=False, now=NOW)
    assert fire.is_active
    offer_course(session, hall.officer, fire.id, is_active=False, ends_requirements=True, now=NOW)
    assert fire.id not in requirements_of(session, hall.site_id, TODAY)
    assert light(session, hall, hall.staff, "FIRE") is None
    again = offer_course(session, hall.officer, fire.id, is_active=True, now=NOW)
    assert again.is_active


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"occasion": Occasion.PERIODIC}, IntervalMissing),
        ({"occasion": Occasion.PERIODIC, "interval_months": 0}, NumberNotPossible),
        ({"occasion": Occasion.PERIODIC, "interval_months": 121}, NumberNotPossible),
        (
            {"occasion": Occasion.PERIODIC, "interval_months": 12, "public_months": 500},
            NumberNotPossible,
        ),
        ({"who": Who.ROLE}, NobodyMeant),
        ({"who": Who.ROLE, "who_value": "king"}, NobodyMeant),
        ({"who": Who.POST, "who_value": " "}, NobodyMeant),
        ({"who": Who.APPOINTED, "who_value": "staff"}, NobodyMeant),
    ],
)
def test_a_requirement_that_cannot_be_is_refused(
    session: Session, hall: Cast, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    wanted = RequirementFacts(**{"who": Who.EVERYBODY, "occasion": Occasion.NEW, **facts})
    with pytest.raises(refusal):
        add_requirement(session, hall.officer, own(session, hall).id, wanted, now=NOW)


def test_the_same_requirement_stands_once(session: Session, hall: Cast) -> None:
    made = own(session, hall)
    add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)
    with pytest.raises(RequirementDoubled):
        add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)


def test_a_requirement_that_ended_may_be_made_again(session: Session, hall: Cast) -> None:
    made = own(session, hall)
    ended = add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)
    end_requirement(session, hall.officer, ended.id, now=NOW)
    again = add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)
    assert requirements_of(session, hall.site_id, TODAY)[made.id] == [again]


def test_who_keeps_courses(session: Session, hall: Cast) -> None:
    for actor in (hall.officer, hall.manager, hall.administrator):
        facts = CourseFacts(name="x", kind=CourseKind.SPECIAL)
        add_course(session, actor, f"x{actor.user_id}", facts, now=NOW)
    made = own(session, hall)
    rule = add_requirement(session, hall.officer, made.id, EVERYBODY, now=NOW)
    for nobody in (hall.lead, hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            change_course(session, nobody, made.id, AED, now=NOW)
        with pytest.raises(NotAllowed):
            add_requirement(session, nobody, made.id, EVERYBODY, now=NOW)
        with pytest.raises(NotAllowed):
            change_requirement(session, nobody, rule.id, EVERYBODY, now=NOW)
        with pytest.raises(NotAllowed):
            end_requirement(session, nobody, rule.id, now=NOW)
        with pytest.raises(NotAllowed):
            offer_course(session, nobody, made.id, is_active=False, now=NOW)
        with pytest.raises(NotAllowed):
            add_course(session, nobody, "own", AED, now=NOW)
    with pytest.raises(NotFound):
        change_course(session, hall.foreign_manager, made.id, AED, now=NOW)


def test_a_transfer_that_is_recorded_asks_for_two_levels_again(
    session: Session, hall: Cast
) -> None:
    here_since(session, hall)
    only(session, hall, "PRE-CENTRE", "PRE-WINDOW")
    for code in ("PRE-CENTRE", "PRE-WINDOW"):
        passed(session, hall, hall.staff.user_id, code, date(2024, 1, 8))
    event = record_event(
        session, hall.officer, user_id=hall.staff.user_id, kind=EventKind.TRANSFERRED,
        on=TODAY, note="调入 A03", now=NOW,
    )  # fmt: skip
    assert light(session, hall, hall.staff, "PRE-CENTRE") is Light.COVERED
    assert light(session, hall, hall.staff, "PRE-WINDOW") is Light.EXPIRED
    with pytest.raises(EventKnown):
        record_event(
            session, hall.officer, user_id=hall.staff.user_id, kind=EventKind.TRANSFERRED,
            on=TODAY, now=NOW,
        )  # fmt: skip
    with pytest.raises(TextMissing):
        withdraw_event(session, hall.officer, event.id, because=" ", now=NOW)
    withdraw_event(session, hall.officer, event.id, because="仅临时支援", now=NOW)
    assert light(session, hall, hall.staff, "PRE-WINDOW") is Light.COVERED
    (row,) = events_of(session, hall.staff.user_id)
    assert (row.is_withdrawn, row.because) == (True, "仅临时支援")
    with pytest.raises(NotFound):
        withdraw_event(session, hall.officer, event.id, because="again", now=NOW)
    record_event(
        session, hall.officer, user_id=hall.staff.user_id, kind=EventKind.TRANSFERRED,
        on=TODAY, now=NOW,
    )  # fmt: skip
    assert light(session, hall, hall.staff, "PRE-WINDOW") is Light.EXPIRED


@pytest.mark.parametrize("days", [-367, 91])
def test_a_transfer_far_away_is_a_slip_of_the_pen(session: Session, hall: Cast, days: int) -> None:
    with pytest.raises(EventTooFar):
        record_event(
            session, hall.officer, user_id=hall.staff.user_id, kind=EventKind.BACK,
            on=TODAY + days * DAY, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("days", [-366, 90])
def test_a_transfer_of_the_last_year_or_the_next_three_months_is_recorded(
    session: Session, hall: Cast, days: int
) -> None:
    day = TODAY + days * DAY
    event = record_event(
        session, hall.officer, user_id=hall.staff.user_id, kind=EventKind.BACK, on=day, now=NOW
    )
    assert event.on_date == day


def test_who_records_transfers(session: Session, hall: Cast) -> None:
    for nobody in (hall.lead, hall.staff, hall.foreign_manager):
        with pytest.raises((NotAllowed, NotFound)):
            record_event(
                session, nobody, user_id=hall.staff.user_id, kind=EventKind.BACK, on=TODAY,
                now=NOW,
            )  # fmt: skip


def test_nobody_says_of_themselves_whether_they_were_transferred(
    session: Session, hall: Cast
) -> None:
    def record(by: Actor) -> Event:
        return record_event(
            session, by, user_id=hall.officer.user_id, kind=EventKind.TRANSFERRED, on=TODAY, now=NOW
        )

    with pytest.raises(OwnRecord):
        record(hall.officer)
    event = record(hall.manager)
    with pytest.raises(OwnRecord):
        withdraw_event(session, hall.officer, event.id, because="仅临时支援", now=NOW)
    assert event.withdrawn_at is None
    withdraw_event(session, hall.manager, event.id, because="仅临时支援", now=NOW)
