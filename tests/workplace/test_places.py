"""The hall, its windows, and the command that founds a hall."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from safety_app import migrate
from safety_app.accounts import service as accounts
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.commands import set_up
from safety_app.workplace.errors import (
    LocationNameTaken,
    SiteExists,
    UnknownTimeZone,
    UnknownWindow,
    WindowCodeTaken,
    WindowCodeUnclear,
)
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def test_a_hall_has_the_legal_profile_of_a_service_hall(session: Session, hall: Cast) -> None:
    site = service.create_site(session, name="新中心", now=NOW)
    profile = (site.unit_kind, site.key_fire_unit, site.public_gathering, site.crowded_place)
    assert profile == ("organ", False, False, True)
    assert service.site(session, site.id) is site
    with pytest.raises(UnknownTimeZone):
        service.create_site(session, name="新中心", timezone="Mars/Olympus", now=NOW)
    with pytest.raises(TextMissing):
        service.create_site(session, name=" ", now=NOW)
    with pytest.raises(NotFound):
        service.site(session, 999_999)


def test_windows_are_found_by_code_in_their_own_hall(session: Session, hall: Cast) -> None:
    assert service.get_window(session, hall.site_id, " A01 ").id == hall.a01
    assert service.get_window(session, hall.foreign_site_id, "A01").id == hall.foreign_window
    with pytest.raises(UnknownWindow):
        service.get_window(session, hall.site_id, "Z99")
    assert [w.code for w in service.list_windows(session, hall.site_id)] == ["A01", "A02", "A03"]


def test_a_code_is_given_once_in_a_hall(session: Session, hall: Cast) -> None:
    facts = {"site_id": hall.site_id, "name": "新窗口", "now": NOW}
    service.create_window(session, hall.administrator, code="A04", **facts)  # type: ignore[arg-type]
    with pytest.raises(WindowCodeTaken):
        service.create_window(session, hall.administrator, code="A04", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["A01", "a01", " A01 ", "Ａ０１"])
def test_a_code_that_reads_the_same_is_the_same(session: Session, hall: Cast, code: str) -> None:
    with pytest.raises(WindowCodeTaken) as told:
        service.create_window(session, None, site_id=hall.site_id, code=code, name="x", now=NOW)
    assert "A01" in told.value.message()


@pytest.mark.parametrize("code", ["A/1,2", "Y 1", "Y,2", "A、1", "A，1", "A;1", "A\t1", "A　1"])
def test_a_code_that_a_list_would_part_is_refused(session: Session, hall: Cast, code: str) -> None:
    with pytest.raises(WindowCodeUnclear):
        service.create_window(session, None, site_id=hall.site_id, code=code, name="x", now=NOW)


@pytest.mark.parametrize("code", ["B-1", "B_1", "B.1", "二楼3号", " b1 ", "Ｂ０１"])
def test_letters_digits_and_characters_are_a_code(session: Session, hall: Cast, code: str) -> None:
    facts = {"site_id": hall.site_id, "code": code, "name": "x", "now": NOW}
    assert " " not in service.create_window(session, None, **facts).code  # type: ignore[arg-type]


def test_a_window_is_renamed_and_its_number_stays(session: Session, hall: Cast) -> None:
    for actor, error in ((hall.lead, NotAllowed), (hall.administrator, None)):
        facts = {
            "site_id": hall.site_id,
            "name": " 综合受理 ",
            "location_id": hall.floor,
            "now": NOW,
        }
        if error:
            with pytest.raises(error):
                service.update_window(session, actor, hall.a01, **facts)  # type: ignore[arg-type]
        else:
            service.update_window(session, actor, hall.a01, **facts)  # type: ignore[arg-type]
    found = service.get_window(session, hall.site_id, "A01")
    assert (found.id, found.name, found.location_id) == (hall.a01, "综合受理", hall.floor)
    with pytest.raises(NotFound):
        service.update_window(
            session, hall.administrator, hall.foreign_window, site_id=hall.site_id, name="x",
            now=NOW,
        )  # fmt: skip


def test_a_window_is_called_as_it_was_on_a_day(session: Session, hall: Cast) -> None:
    def rename(name: str, days: int) -> None:
        service.update_window(
            session, None, hall.a01, site_id=hall.site_id, name=name, name_en="General",
            now=NOW + timedelta(days=days),
        )  # fmt: skip

    rename("综合受理", 0)
    rename("综合受理窗口", 0)  # a slip put right on the same day
    rename("一窗受理", 10)
    rename("一窗受理", 12)
    assert [(one.name, one.until) for one in service.former_names(session, hall.a01)] == [
        ("综合受理窗口", TODAY + timedelta(days=10)),
        ("综合窗口", TODAY),
    ]

    def called(days: int | None) -> str:
        on = None if days is None else TODAY + timedelta(days=days)
        return service.window_names(session, hall.site_id, on)[hall.a01]

    assert [called(day) for day in (-1, 0, 9, 10, None)] == [
        "A01 综合窗口", "A01 综合受理窗口", "A01 综合受理窗口", "A01 一窗受理", "A01 一窗受理",
    ]  # fmt: skip
    assert service.window_names(session, hall.site_id, TODAY)[hall.a02] == "A02 社保窗口"


def test_a_place_is_named_once_and_keeps_its_records(session: Session, hall: Cast) -> None:
    with pytest.raises(LocationNameTaken):
        service.create_location(session, None, site_id=hall.site_id, name="一楼大厅", now=NOW)
    service.update_location(
        session, None, hall.floor, site_id=hall.site_id, name="一楼大厅", is_active=False, now=NOW
    )
    assert service.list_locations(session, hall.site_id) == []
    assert len(service.list_locations(session, hall.site_id, active=False)) == 1
    assert hall.floor in service.location_names(session, hall.site_id)


def test_places_are_set_up_by_the_administrator_alone(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.create_window(
                    session, actor, site_id=hall.site_id, code="B", name="x", now=NOW
                )
            with pytest.raises(NotAllowed):
                service.create_location(session, actor, site_id=hall.site_id, name="x", now=NOW)


def test_a_window_stands_in_a_place_of_its_own_hall(session: Session, hall: Cast) -> None:
    foreign = service.create_location(
        session, None, site_id=hall.foreign_site_id, name="别处", now=NOW
    )
    with pytest.raises(NotFound):
        service.create_window(
            session,
            None,
            site_id=hall.site_id,
            code="B1",
            name="x",
            location_id=foreign.id,
            now=NOW,
        )


def test_names_follow_the_language(session: Session, hall: Cast) -> None:
    assert service.window_names(session, hall.site_id)[hall.a01] == "A01 综合窗口"
    assert service.location_names(session, hall.site_id) == {hall.floor: "一楼大厅"}
    with use_language("en"):
        assert service.window_names(session, hall.site_id)[hall.a01] == "A01 General services"
        assert service.location_names(session, hall.site_id)[hall.floor] == "Ground floor"


def test_a_hall_is_founded_only_where_there_is_none(session: Session, hall: Cast) -> None:
    with pytest.raises(SiteExists):
        _found(session)


def test_founding_a_hall_gives_it_hours_a_calendar_and_one_administrator(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    migrate.upgrade(database)
    with database.transaction() as session:
        site_id = _found(session).id
    with database.reading() as session:
        assert service.day(session, site_id, TODAY).is_open
        assert not service.day(session, site_id, date(2026, 10, 1)).is_open
        (person,) = accounts.list_people(session, site_id)
        assert person.roles == {Role.ADMINISTRATOR}
        assert not service.site(session, site_id).is_demo
    database.engine.dispose()


def _found(session: Session) -> Site:
    return set_up(
        session,
        name="第二中心",
        name_en="",
        timezone="Asia/Shanghai",
        login="root1",
        person="管理员",
        password="long-enough-1",
    )


def test_an_administrator_sets_up_and_no_more(hall: Cast) -> None:
    assert hall.administrator.roles == {Role.ADMINISTRATOR}
    assert hall.administrator.may("workplace:settings")
    assert not hall.administrator.may("hazards:verify", window_id=hall.a01)
