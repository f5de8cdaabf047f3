"""The list: who sees what, in which view, in which order, found by which words."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hazards import service
from hazards.lifecycle import allowed
from hazards.models import Hazard, Kind, Level, Status
from hazards.service import Filters, Listing, View
from hazards.service.detail import NEXT_STEP
from safety_app.core.access import Actor
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard

YESTERDAY = NOW - timedelta(days=1)


def listed(session: Session, actor: Actor, **filters: object) -> Listing:
    """A page of the list."""
    return service.list_hazards(session, actor, Filters(today=TODAY, **filters))  # type: ignore[arg-type]


def numbers(session: Session, actor: Actor, **filters: object) -> list[str]:
    """The numbers on a page of the list."""
    return [row.number for row in listed(session, actor, **filters).rows]


@pytest.fixture
def everything(session: Session, hall: Cast) -> list[Hazard]:
    """Hazards in every status at the own window, a foreign one and the common areas."""
    made = []
    for place in ({"window_id": hall.a01}, {"window_id": hall.a03}, {"common": True}):
        for status in Status:
            for owner in (hall.staff, hall.lead, hall.third_party):
                made.append(
                    make_hazard(
                        session, hall, status, owner=owner, by=hall.other_staff,
                        now=YESTERDAY, fix_by=TODAY - timedelta(days=1), **place,
                    )
                )  # fmt: skip
    return made


@pytest.mark.parametrize(
    "role", ["staff", "lead", "officer", "manager", "administrator", "third_party"]
)
def test_each_view_lists_as_many_as_it_counts(
    session: Session, hall: Cast, everything: list[Hazard], role: str
) -> None:
    actor = hall.everyone()[role]
    counts = service.counts(session, actor, NOW)
    for view in View:
        expected = counts.of(view)
        found = numbers(session, actor, view=view, size=200)
        assert expected is None or len(found) == expected, view
        assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "role", ["staff", "lead", "officer", "manager", "administrator", "third_party"]
)
def test_what_waits_is_just_what_this_person_may_do_next(
    session: Session, hall: Cast, everything: list[Hazard], role: str
) -> None:
    actor = hall.everyone()[role]
    own = [one for one in everything if NEXT_STEP.get(Status(one.status)) in allowed(actor, one)]
    waiting = numbers(session, actor, view=View.WAITING, size=200)
    assert sorted(waiting) == sorted(one.number for one in own)
    assert service.counts(session, actor, NOW).waiting == len(own)
    assert service.count_waiting(session, actor) == len(own)


def test_urgent_ones_come_first_then_the_nearest_deadline(session: Session, hall: Cast) -> None:
    late = make_hazard(session, hall, Status.ASSIGNED, fix_by=TODAY + timedelta(days=9))
    soon = make_hazard(session, hall, Status.ASSIGNED, fix_by=TODAY)
    urgent = make_hazard(session, hall, level=Level.URGENT)
    assert numbers(session, hall.lead) == [urgent.number, soon.number, late.number]
    assert [row.number for row in service.urgent_open(session, hall.lead, today=TODAY).rows] == [
        urgent.number
    ]


def test_raising_to_urgent_moves_it_to_the_top(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.ASSIGNED, fix_by=TODAY)
    raised = make_hazard(session, hall, level=Level.MINOR)
    service.set_level(session, hall.lead, raised.id, level=Level.URGENT, row_version=None, now=NOW)
    assert numbers(session, hall.lead)[0] == raised.number


def test_days_left_are_counted_and_stop_when_closed(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.ASSIGNED, now=YESTERDAY, fix_by=TODAY - timedelta(days=1))
    make_hazard(session, hall, Status.CLOSED)
    assert [row.days_left for row in listed(session, hall.lead).rows] == [-1]
    assert [row.days_left for row in listed(session, hall.lead, view=View.CLOSED).rows] == [None]


@pytest.mark.parametrize(
    "words", ["HZ-2026-0001", "0001", "插排", "POWER", "台下", "A01", "综合", "100%", " 插排 "]
)
def test_a_search_finds_number_words_and_place(session: Session, hall: Cast, words: str) -> None:
    wanted = make_hazard(
        session, hall, what="插排破损 100%", what_en="Damaged power strip", place="台下线槽"
    )
    make_hazard(session, hall, what="地面渗水", window_id=hall.a02)
    assert numbers(session, hall.lead, text=words) == [wanted.number]


@pytest.mark.parametrize("words", ["%", "_", "不存在", "\x00%"])
def test_signs_of_the_database_are_only_signs(session: Session, hall: Cast, words: str) -> None:
    make_hazard(session, hall)
    assert numbers(session, hall.lead, text=words) == []


def test_a_window_is_found_by_its_name_in_either_language(session: Session, hall: Cast) -> None:
    wanted = make_hazard(session, hall, window_id=hall.a02)
    make_hazard(session, hall)
    with use_language("en"):
        assert numbers(session, hall.lead, text="insurance") == [wanted.number]


def test_level_kind_window_and_common_areas_narrow_the_list(session: Session, hall: Cast) -> None:
    plain = make_hazard(session, hall)
    grave = make_hazard(session, hall, level=Level.SERIOUS, window_id=hall.a02)
    point = make_hazard(session, hall, kind=Kind.SERVICE, common=True)
    assert numbers(session, hall.officer, level=Level.SERIOUS) == [grave.number]
    assert numbers(session, hall.officer, kind=Kind.SERVICE) == [point.number]
    assert numbers(session, hall.officer, window_id=hall.a01) == [plain.number]
    assert numbers(session, hall.officer, common=True) == [point.number]


def test_service_points_are_counted_apart(session: Session, hall: Cast) -> None:
    early = NOW - timedelta(days=9)
    make_hazard(session, hall, Status.ASSIGNED, owner=hall.staff)
    over = make_hazard(
        session, hall, Status.ASSIGNED, owner=hall.staff, kind=Kind.SERVICE,
        level=Level.URGENT, now=early, fix_by=TODAY - timedelta(days=2),
    )  # fmt: skip
    assert service.urgent_open(session, hall.lead, today=TODAY).rows == ()
    safety = service.counts(session, hall.staff, NOW)
    assert (safety.open, safety.fixing, safety.overdue, safety.points) == (1, 1, 0, 1)
    points = service.counts(session, hall.staff, NOW, kind=Kind.SERVICE)
    assert (points.open, points.overdue, points.waiting) == (1, 1, 2)
    assert numbers(session, hall.staff, kind=Kind.SERVICE) == [over.number]


def test_pages_follow_each_other_without_overlap(session: Session, hall: Cast) -> None:
    made = {make_hazard(session, hall).number for _n in range(5)}
    first = listed(session, hall.lead, size=3)
    second = listed(session, hall.lead, size=3, page=2)
    assert {row.number for row in (*first.rows, *second.rows)} == made
    assert (first.more, second.more) == (True, False)


def test_the_story_names_people_and_the_next_step(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.FIXED, owner=hall.officer)
    detail = service.get(session, hall.staff, hazard.number, now=NOW)
    assert [(one.step.value, one.actor) for one in detail.steps] == [
        ("register", "王晓燕"), ("assign", "刘洋"), ("fix", "刘洋"),
    ]  # fmt: skip
    assert detail.next_by == "李敏、陈静"
    assert detail.primary is None
    assert detail.days_left == (date(2026, 11, 30) - TODAY).days
