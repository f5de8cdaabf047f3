"""How hazards come onto the list, once each, with their number and proposed deadline."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazards import errors, service
from hazards.models import (
    Category,
    Hazard,
    HazardPhoto,
    HazardStep,
    Kind,
    Level,
    Origin,
    Status,
    Step,
)
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard, make_photo

SOURCE = "checklists:window/A01/D07"


def report(session: Session, actor: Actor | None, hall: Cast, **facts: Any) -> Hazard:
    """A report with usual facts."""
    facts = {
        "what": "插排破损",
        "level": Level.MODERATE,
        "category": Category.ELECTRICITY,
        "origin": Origin.PATROL,
        "window_id": hall.a01,
        "now": NOW,
        "site_id": hall.site_id,
        **facts,
    }
    return service.report(session, actor, **facts)


def count(session: Session, hazard: Hazard, step: Step) -> int:
    """How often a step was taken."""
    query = select(func.count()).where(HazardStep.hazard_id == hazard.id, HazardStep.step == step)
    return session.scalar(query) or 0


def test_numbers_follow_each_other_within_site_and_local_year(session: Session, hall: Cast) -> None:
    first, second = report(session, hall.staff, hall), report(session, hall.staff, hall)
    assert (first.number, second.number) == ("HZ-2026-0001", "HZ-2026-0002")
    new_year_in_shanghai = datetime.fromisoformat("2026-12-31T16:00:00+00:00")
    later = report(session, hall.staff, hall, now=new_year_in_shanghai)
    assert later.number == "HZ-2027-0001"
    foreign = report(
        session, hall.foreign_manager, hall, site_id=None, window_id=hall.foreign_window
    )
    assert foreign.number == "HZ-2026-0001"


def test_the_worker_reports_for_a_site_without_an_actor(session: Session, hall: Cast) -> None:
    hazard = report(session, None, hall)
    assert (hazard.site_id, hazard.registered_by) == (hall.site_id, None)


def test_the_same_key_gives_the_same_hazard(session: Session, hall: Cast) -> None:
    first = report(session, hall.staff, hall, client_key="k1", source=SOURCE)
    again = report(session, hall.staff, hall, client_key="k1", source=SOURCE)
    assert again.id == first.id
    assert count(session, first, Step.SIGHT) == 0


def test_an_open_hazard_of_the_same_source_is_seen_again_once_a_run(
    session: Session, hall: Cast
) -> None:
    first = report(session, hall.staff, hall, source=SOURCE, run_id=1)
    assert report(session, hall.staff, hall, source=SOURCE, run_id=1).id == first.id
    assert count(session, first, Step.SIGHT) == 0
    for _again in range(2):
        photos = [make_photo("seen")]
        assert report(session, hall.staff, hall, source=SOURCE, run_id=2, photos=photos) is first
    assert count(session, first, Step.SIGHT) == 1
    pictures = select(func.count()).where(HazardPhoto.hazard_id == first.id)
    assert session.scalar(pictures) == 1


def test_another_source_is_another_hazard(session: Session, hall: Cast) -> None:
    first = report(session, hall.staff, hall, source=SOURCE)
    assert report(session, hall.staff, hall, source=SOURCE + "#2").id != first.id


@pytest.mark.parametrize(("days", "repeated"), [(90, True), (91, False)])
def test_a_hazard_within_90_days_of_a_closed_one_is_linked(
    session: Session, hall: Cast, days: int, repeated: bool
) -> None:
    old = make_hazard(session, hall, Status.CLOSED, source=SOURCE)
    new = report(session, hall.staff, hall, source=SOURCE, now=NOW + timedelta(days=days))
    assert (new.repeat_of_id == old.id) is repeated


def test_a_second_problem_at_the_same_item_counts_as_a_repeat_too(
    session: Session, hall: Cast
) -> None:
    old = make_hazard(session, hall, Status.CLOSED, source=SOURCE + "#2")
    assert report(session, hall.staff, hall, source=SOURCE).repeat_of_id == old.id


def test_a_voided_one_is_no_reason_to_count_a_repeat(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.VOIDED, source=SOURCE)
    assert report(session, hall.staff, hall, source=SOURCE).repeat_of_id is None


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ({"window_id": None}, errors.PlaceMissing),
        ({"window_id": 999_999}, errors.PlaceUnknown),
        ({"window_id": None, "location_id": 999_999}, errors.PlaceUnknown),
    ],
)
def test_an_unknown_place_is_refused(
    session: Session, hall: Cast, where: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        report(session, hall.staff, hall, **where)


def test_a_window_of_another_site_is_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(errors.PlaceUnknown):
        report(session, hall.staff, hall, window_id=hall.foreign_window)


def test_a_hazard_without_words_is_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(TextMissing):
        report(session, hall.staff, hall, what="  ")


def test_open_hazards_are_found_by_the_beginning_of_their_source(
    session: Session, hall: Cast
) -> None:
    one = report(session, hall.staff, hall, source=SOURCE)
    report(session, hall.staff, hall, source="checklists:window/A010/D07")
    report(session, hall.staff, hall, source="checklists:windowXA01/D07")
    make_hazard(session, hall, Status.CLOSED, source="checklists:window/A01/D09")
    found = service.open_by_source(session, hall.site_id, "checklists:window/A01/")
    assert [(source, known.number) for source, known in found.items()] == [(SOURCE, one.number)]


@pytest.mark.parametrize(
    ("level", "preset", "days", "today", "expected"),
    [
        # The item's days, unless the level was changed.
        (Level.MODERATE, Level.MODERATE, 2, TODAY, date(2026, 11, 25)),
        (Level.MINOR, Level.MODERATE, 2, TODAY, date(2026, 12, 8)),
        # The same day, even on a closed one.
        (Level.SERIOUS, Level.SERIOUS, 0, TODAY, TODAY),
        (Level.SERIOUS, Level.SERIOUS, 0, date(2026, 11, 28), date(2026, 11, 28)),
        # Up to three days count open days: Friday plus 3 is Wednesday.
        (Level.SERIOUS, None, None, date(2026, 11, 27), date(2026, 12, 2)),
        # Longer counts calendar days and falls back to the open day before.
        (Level.MODERATE, None, None, date(2026, 11, 28), date(2026, 12, 4)),
        (Level.MODERATE, Level.MODERATE, 5, TODAY, date(2026, 11, 27)),
        (Level.URGENT, None, None, TODAY, date(2026, 11, 24)),
        # A raised level takes the fewer days: the item's or the level's own.
        (Level.URGENT, Level.SERIOUS, 0, TODAY, TODAY),
        (Level.SERIOUS, Level.MODERATE, 2, TODAY, date(2026, 11, 25)),
        (Level.SERIOUS, Level.MODERATE, 30, TODAY, date(2026, 11, 26)),
        (Level.MINOR, None, None, TODAY, date(2026, 12, 8)),
        # National Day 2026 is off from 1 to 7 October; never before today.
        (Level.SERIOUS, None, None, date(2026, 9, 30), date(2026, 10, 10)),
        (Level.MODERATE, Level.MODERATE, 4, date(2026, 10, 2), date(2026, 10, 2)),
    ],
)
def test_the_proposed_deadline_follows_the_rules(
    session: Session,
    hall: Cast,
    level: Level,
    preset: Level | None,
    days: int | None,
    today: date,
    expected: date,
) -> None:
    found = service.proposed_fix_by(
        session, hall.site_id, level=level, preset_level=preset, preset_days=days, today=today
    )
    assert found == expected


def test_pictures_sent_ahead_are_attached_once(session: Session, hall: Cast) -> None:
    upload = service.store_upload(session, hall.staff, make_photo("a"), "k", NOW)
    assert service.store_upload(session, hall.staff, make_photo("b"), "k", NOW).id == upload.id
    hazard = report(session, hall.staff, hall, upload_ids=[upload.id])
    detail = service.get(session, hall.staff, hazard.id, now=NOW)
    assert [one.key for one in detail.before] == [make_photo("a").key]
    with pytest.raises(errors.UploadGone):
        report(session, hall.staff, hall, upload_ids=[upload.id])


@pytest.mark.parametrize("upload_id", [0, -1, 2**40])
def test_an_impossible_upload_is_refused(session: Session, hall: Cast, upload_id: int) -> None:
    with pytest.raises(errors.UploadGone):
        report(session, hall.staff, hall, upload_ids=[upload_id])


def test_a_picture_of_somebody_else_cannot_be_attached(session: Session, hall: Cast) -> None:
    upload = service.store_upload(session, hall.lead, make_photo("a"), "k", NOW)
    with pytest.raises(errors.UploadGone):
        report(session, hall.staff, hall, upload_ids=[upload.id])


def test_pictures_nobody_attached_go_after_a_day(session: Session, hall: Cast) -> None:
    photo = make_photo("left")
    service.store_upload(session, hall.staff, photo, "k", NOW)
    day = timedelta(days=1)
    assert service.sweep_uploads(session, NOW + day) == 0
    assert service.in_use(session, [photo.key]) == {photo.key}
    assert service.sweep_uploads(session, NOW + day + timedelta(seconds=1)) == 1
    assert service.sweep_uploads(session, NOW + 2 * day) == 0
    assert service.in_use(session, [photo.key]) == set()


def test_a_picture_is_seen_by_whoever_sees_the_hazard(session: Session, hall: Cast) -> None:
    photo = make_photo("secret")
    report(session, hall.staff, hall, photos=[photo])
    assert service.may_see(session, hall.lead, photo.key)
    assert not service.may_see(session, hall.other_staff, photo.key)
    assert not service.may_see(session, hall.foreign_manager, photo.key)


@pytest.mark.parametrize("role", ["lead", "officer", "manager", "staff", "third_party"])
def test_only_those_in_charge_report_a_service_point(
    session: Session, hall: Cast, role: str
) -> None:
    actor = hall.everyone()[role]
    facts = {"kind": Kind.SERVICE, "origin": Origin.MANUAL}
    if role in ("staff", "third_party"):
        with pytest.raises(NotAllowed):
            report(session, actor, hall, **facts)
    else:
        assert report(session, actor, hall, **facts).kind == Kind.SERVICE
