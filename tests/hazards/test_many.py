"""Many hazards at once are what one after the other would be."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hazards.errors import PlaceMissing
from hazards.models import Category, Hazard, HazardStep, Level, Origin, Status, Step
from hazards.service import Found, assign, report, report_all
from safety_app.core import journal
from tests.cast import NOW, Cast
from tests.factories import make_hazard

GIVEN: dict[str, Any] = {
    "what": "灭火器已到报废期",
    "what_en": "Extinguisher at its scrap date",
    "level": Level.SERIOUS,
    "days": 7,
    "category": Category.FIRE_EQUIPMENT,
    "place": "立柱旁",
    "measures": "更换",
    "interim_measure": "停用",
}


def found(n: int, hall: Cast, **facts: Any) -> Found:
    """What the worker found at window A01, handed to its lead."""
    source = f"equipment:MHQ-{n}/scrap"
    place = {"window_id": hall.a01, "owner_id": hall.lead.user_id}
    return Found(source, f"{source}/2026-11-01", **{**GIVEN, **place, **facts})


def all_at_once(session: Session, hall: Cast, *those: Found) -> list[Hazard]:
    """What is new of them."""
    return report_all(session, hall.site_id, those, origin=Origin.CHECK, now=NOW)


def single(session: Session, hall: Cast) -> Hazard:
    """The same, registered by itself."""
    facts = {name: GIVEN[name] for name in ("what", "what_en", "level", "category", "place")}
    return report(
        session, None, site_id=hall.site_id, origin=Origin.CHECK, now=NOW, preset_days=7,
        preset_level=Level.SERIOUS, source="equipment:MHQ-0/scrap",
        client_key="equipment:MHQ-0/scrap/2026-11-01", window_id=hall.a01, **facts,
    )  # fmt: skip


def test_each_is_what_a_single_report_would_be(session: Session, hall: Cast) -> None:
    one = single(session, hall)
    [bulk] = all_at_once(session, hall, found(1, hall, owner_id=None))
    check_same(session, bulk, one)
    assert (bulk.number, bulk.status) == ("HZ-2026-0002", Status.REGISTERED)
    assert steps(session, bulk) == steps(session, one)


def test_one_that_is_handed_out_is_what_assigning_would_make_it(
    session: Session, hall: Cast
) -> None:
    one = single(session, hall)
    assert one.fix_by is not None
    assign(
        session, hall.officer, one.id, owner_id=hall.lead.user_id, fix_by=one.fix_by,
        measures=GIVEN["measures"], interim_measure=GIVEN["interim_measure"],
        row_version=None, now=NOW,
    )  # fmt: skip
    [bulk] = all_at_once(session, hall, found(1, hall))
    check_same(session, bulk, one)
    assert (bulk.number, bulk.status) == ("HZ-2026-0002", Status.ASSIGNED)
    assert bulk.original_fix_by == bulk.fix_by is not None
    assert steps(session, bulk, "actor_id") == steps(session, one, "actor_id")
    by = select(HazardStep.step, HazardStep.actor_id).where(HazardStep.hazard_id == bulk.id)
    assert dict(session.execute(by).all()) == {Step.REGISTER: None, Step.ASSIGN: None}


def check_same(session: Session, bulk: Hazard, one: Hazard) -> None:
    """Every fact of a hazard is that of the other, and the journal is whole."""
    session.flush()
    session.expire_all()
    own = {"id", "number", "source", "client_key", "row_version"}
    for name in {column.key for column in inspect(Hazard).columns} - own:
        assert getattr(bulk, name) == getattr(one, name), name
    assert journal.first_break(session) is None


def steps(session: Session, hazard: Hazard, *but: str) -> list[tuple[Any, ...]]:
    """Every step with its facts, but for some."""
    names = [column.key for column in inspect(HazardStep).columns]
    query = select(HazardStep).where(HazardStep.hazard_id == hazard.id).order_by(HazardStep.id)
    told = [name for name in names if name not in ("id", "hazard_id", *but)]
    return [tuple(getattr(one, name) for name in told) for one in session.scalars(query)]


def test_numbers_go_on_without_a_gap(session: Session, hall: Cast) -> None:
    make_hazard(session, hall)
    numbers = [one.number for one in all_at_once(session, hall, *(found(n, hall) for n in (1, 2)))]
    assert numbers == ["HZ-2026-0002", "HZ-2026-0003"]
    assert make_hazard(session, hall).number == "HZ-2026-0004"


def test_what_is_known_is_left_out(session: Session, hall: Cast) -> None:
    [first] = all_at_once(session, hall, found(1, hall))
    assert not all_at_once(session, hall, found(1, hall))
    first.status, first.closed_at = Status.VOIDED, NOW
    session.flush()
    assert not all_at_once(session, hall, found(1, hall))
    later = Found("equipment:MHQ-1/scrap", "another key", **GIVEN, window_id=hall.a01)
    [again] = all_at_once(session, hall, later)
    assert again.repeat_of_id is None and again.status == Status.REGISTERED


def test_one_that_comes_back_is_a_repeat(session: Session, hall: Cast) -> None:
    [first] = all_at_once(session, hall, found(1, hall))
    first.status, first.closed_at = Status.CLOSED, NOW - timedelta(days=89)
    session.flush()
    later = Found("equipment:MHQ-1/scrap", "another key", **GIVEN, window_id=hall.a01)
    [again] = all_at_once(session, hall, later, found(2, hall))[:1]
    assert again.repeat_of_id == first.id


def test_without_an_owner_it_waits_and_without_a_place_it_is_refused(
    session: Session, hall: Cast
) -> None:
    [one] = all_at_once(session, hall, found(1, hall, owner_id=None))
    assert (one.status, one.measures, one.original_fix_by) == (Status.REGISTERED, "", None)
    assert one.fix_by == date(2026, 11, 30)
    assert list(session.scalars(select(HazardStep.step))) == [Step.REGISTER]
    with pytest.raises(PlaceMissing):
        all_at_once(session, hall, found(2, hall, window_id=None, place=""))
