"""Enrolling shared tablets."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import EnrolmentOver
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, Cast


def _code(session: Session, hall: Cast) -> str:
    return service.open_enrolment(
        session,
        hall.administrator,
        site_id=hall.site_id,
        name="公用平板 03",
        window_ids=[hall.a02, hall.a01],
        now=NOW,
    )


def test_a_link_enrols_one_tablet_once(session: Session, hall: Cast) -> None:
    code = _code(session, hall)
    assert service.find_enrolment(session, code, now=NOW) == "公用平板 03"
    _device, token = service.use_enrolment(session, code, now=NOW)
    found = service.tablet_of(session, token)
    assert found is not None
    assert found.name == "公用平板 03"
    assert found.window_ids == {hall.a01, hall.a02}
    with pytest.raises(EnrolmentOver):
        service.use_enrolment(session, code, now=NOW)


def test_a_link_is_over_after_half_an_hour(session: Session, hall: Cast) -> None:
    code = _code(session, hall)
    with pytest.raises(EnrolmentOver):
        service.use_enrolment(session, code, now=NOW + timedelta(minutes=30))
    assert service.use_enrolment(session, code, now=NOW + timedelta(minutes=29))


def test_a_guessed_link_enrols_nothing(session: Session, hall: Cast) -> None:
    _code(session, hall)
    with pytest.raises(EnrolmentOver):
        service.find_enrolment(session, "guess", now=NOW)


def test_only_the_administrator_of_the_site_enrols(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.open_enrolment(
                    session, actor, site_id=hall.site_id, name="x", window_ids=[], now=NOW
                )
    with pytest.raises(NotFound):
        service.open_enrolment(
            session,
            hall.administrator,
            site_id=hall.foreign_site_id,
            name="x",
            window_ids=[],
            now=NOW,
        )


def test_a_tablet_needs_a_name_and_known_windows(session: Session, hall: Cast) -> None:
    facts = {"site_id": hall.site_id, "now": NOW}
    with pytest.raises(TextMissing):
        service.enrol_device(session, None, name=" ", window_ids=[], **facts)  # type: ignore[arg-type]
    for window in (999_999, hall.foreign_window):
        with pytest.raises(NotFound):
            service.enrol_device(session, None, name="x", window_ids=[window], **facts)  # type: ignore[arg-type]
