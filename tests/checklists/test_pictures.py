"""Pictures of findings: once, in order, with their hazard, removable before signing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import (
    PhotoInHazard,
    RunSubmitted,
    SequenceGap,
    TooManyFindingPhotos,
    UnknownItem,
)
from checklists.models import Finding, FindingPhoto, LateEntry
from checklists.service.pictures import PhotoReceipt
from hazards.models import HazardPhoto
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_photo, make_task


@pytest.fixture
def tablet(session: Session, hall: Cast) -> Tablet:
    """A sheet with one failed item."""
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.answer("D07", "F", disposal="hazard")
    return tablet


def send(
    tablet: Tablet, name: str, *, seq: int | None = None, code: str | None = "D07", key: str = ""
) -> PhotoReceipt:
    """Send a picture with the next number, or again with an old one."""
    if seq is None:
        tablet.seq += 1
        seq = tablet.seq
    return service.add_photo(
        tablet.session,
        tablet.opened.token,
        make_photo(name),
        seq=seq,
        client_key=key or f"photo-{name}",
        item_id=tablet.items[code].id if code else None,
        entry_key=None if code else "key-00000001",
        now=tablet.now,
    )


def photos(session: Session) -> int:
    """Rows of pictures."""
    return session.scalar(select(func.count()).select_from(FindingPhoto)) or 0


def test_a_photo_gives_a_receipt_with_its_key(session: Session, tablet: Tablet) -> None:
    kept = send(tablet, "one")
    assert (kept.receipt.seq, kept.receipt.saved, kept.key) == (2, 1, make_photo("one").key)
    row = session.scalars(select(FindingPhoto)).one()
    assert row.dhash == "fffffffffffffffb"


def test_the_same_photo_again_is_kept_once(session: Session, tablet: Tablet) -> None:
    first = send(tablet, "one")
    assert send(tablet, "one", seq=2) == first
    assert send(tablet, "one").key == first.key, "after a crash the queue may number it anew"
    assert photos(session) == 1


def test_a_photo_may_come_before_its_answer(session: Session, tablet: Tablet) -> None:
    send(tablet, "one", code="D09")
    tablet.answer("D09", "F", disposal="spot")
    assert session.scalar(select(func.count()).select_from(Finding)) == 2
    tablet.pass_all(but=("D07", "D09"))
    assert tablet.submit().hazards


def test_photos_share_the_order_of_the_answers(tablet: Tablet) -> None:
    with pytest.raises(SequenceGap):
        send(tablet, "one", seq=5)


def test_a_photo_needs_one_place_on_this_sheet(session: Session, tablet: Tablet) -> None:
    for item_id in (None, 999_999):
        with pytest.raises(UnknownItem):
            service.add_photo(
                session,
                tablet.opened.token,
                make_photo(),
                seq=2,
                client_key="photo-one",
                now=NOW,
                item_id=item_id,
            )


def test_one_point_takes_nine_photos(tablet: Tablet) -> None:
    for number in range(9):
        send(tablet, f"n{number}")
    with pytest.raises(TooManyFindingPhotos):
        send(tablet, "ten")


def test_photos_go_to_the_hazard_when_the_sheet_is_signed(session: Session, tablet: Tablet) -> None:
    send(tablet, "one")
    tablet.pass_all(but=("D07",))
    tablet.submit()
    assert session.scalars(select(HazardPhoto.key)).one() == make_photo("one").key


def test_later_photos_go_to_the_urgent_hazard_at_once(session: Session, tablet: Tablet) -> None:
    tablet.answer("D07", "F", disposal="hazard", level="urgent")
    send(tablet, "one")
    assert session.scalars(select(HazardPhoto.key)).one() == make_photo("one").key


def test_another_hazard_has_photos_too(session: Session, tablet: Tablet) -> None:
    send(tablet, "one", code=None)
    facts = {"client_key": "key-00000001", "what": "天花板渗水", "category": "building"}
    tablet.answer(None, "F", disposal="hazard", **facts)
    tablet.pass_all(but=("D07",))
    assert len(tablet.submit().hazards) == 2
    assert session.scalars(select(HazardPhoto.key)).one() == make_photo("one").key


def test_a_photo_from_a_lost_tablet_is_kept_beside(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    Tablet(session, hall.second_staff, tablet.task)
    assert send(tablet, "one").receipt.beside
    assert photos(session) == 0
    assert session.scalars(select(LateEntry.photo_key)).one() == make_photo("one").key
    assert service.in_use(session, [make_photo("one").key, "x"]) == {make_photo("one").key}


def test_a_photo_can_be_removed_until_the_sheet_is_signed(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    send(tablet, "one")
    send(tablet, "two")
    for _twice in range(2):
        service.remove_photo(session, hall.staff, tablet.opened.run_id, "photo-one", now=NOW)
    tablet.pass_all(but=("D07",))
    tablet.submit()
    assert session.scalars(select(HazardPhoto.key)).all() == [make_photo("two").key]
    with pytest.raises(RunSubmitted):
        service.remove_photo(session, hall.staff, tablet.opened.run_id, "photo-two", now=NOW)


def test_a_photo_of_a_registered_hazard_stays(session: Session, hall: Cast, tablet: Tablet) -> None:
    tablet.answer("D07", "F", disposal="hazard", level="urgent")
    send(tablet, "one")
    with pytest.raises(PhotoInHazard):
        service.remove_photo(session, hall.staff, tablet.opened.run_id, "photo-one", now=NOW)


def test_who_may_see_the_sheet_may_see_its_photos(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    send(tablet, "one")
    key = make_photo("one").key
    seen = {
        name: service.may_see(session, getattr(hall, name), key)
        for name in ("staff", "lead", "officer", "manager", "other_staff", "foreign_manager")
    }
    assert seen == {
        "staff": True, "lead": True, "officer": True, "manager": True,
        "other_staff": False, "foreign_manager": False,
    }  # fmt: skip


def test_a_camera_without_a_zone_is_read_on_the_clock_of_the_site(
    session: Session, tablet: Tablet
) -> None:
    from dataclasses import replace

    photo = replace(make_photo(), taken_at=datetime(2026, 11, 23, 9, 3))
    service.add_photo(
        session,
        tablet.opened.token,
        photo,
        seq=2,
        client_key="photo-one",
        item_id=tablet.items["D07"].id,
        now=NOW,
    )
    session.expire_all()
    assert session.scalars(select(FindingPhoto.taken_at)).one() == NOW - timedelta(minutes=1)
