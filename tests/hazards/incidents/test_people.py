"""Personal data: seen by those who need it, forgotten after the case, never in the journal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hazards.incidents import errors
from hazards.incidents.models import (
    Figures,
    Incident,
    IncidentFile,
    IncidentPerson,
    IncidentStep,
    Part,
    Status,
)
from hazards.incidents.service import evidence, figures, investigating, people, reporting
from hazards.incidents.service.detail import IncidentDetail, get, of_paper
from hazards.incidents.service.figures import Numbers
from safety_app.accounts import service as accounts
from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.journal import Entry
from safety_app.core.settings import settings
from tests.cast import NOW, TODAY, Cast
from tests.core.papers import pdf
from tests.factories import make_photo
from tests.hazards.incidents.cases import make_incident


def hear(session: Session, by: Actor, incident: Incident, **facts: object) -> IncidentPerson:
    """A woman who fell, told by somebody."""
    told = {"part": Part.MINOR, "name": "张桂英", "contact": "13800000000", "health": "左腕骨折",
            "statement": "地上有水", **facts}  # fmt: skip
    return people.hear(session, by, incident.id, now=NOW, **told)  # type: ignore[arg-type]


def seen(session: Session, actor: Actor, incident: Incident) -> IncidentDetail:
    """The incident as this person's page shows it."""
    return get(session, actor, incident.id, now=NOW)


def test_names_are_for_officer_manager_and_team_others_see_numbers(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    hear(session, hall.officer, found)
    for actor in (hall.officer, hall.manager, hall.second_staff):
        assert [one.name for one in seen(session, actor, found).people] == ["张桂英"]
    for actor in (hall.staff, hall.lead):
        detail = seen(session, actor, found)
        assert detail.people == () and detail.parts[Part.MINOR] == 1
        assert not detail.sees_all_people


def test_the_reporter_sees_what_was_entered_with_the_own_report(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall)
    hear(session, hall.staff, found)
    hear(session, hall.officer, found, name="李大爷", part=Part.WITNESS)
    assert [one.name for one in seen(session, hall.staff, found).people] == ["张桂英"]
    assert seen(session, hall.staff, found).parts == {Part.MINOR: 1, Part.WITNESS: 1}


def test_who_is_in_no_team_records_nobody(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.CONFIRMED)
    for actor in (hall.staff, hall.lead):
        with pytest.raises(NotAllowed):
            hear(session, actor, found)


def test_somebody_of_the_hall_or_a_name_is_needed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    with pytest.raises(errors.PersonUnnamed):
        hear(session, hall.officer, found, name=" ")
    with pytest.raises(errors.InvestigatorUnknown):
        hear(session, hall.officer, found, user_id=hall.foreign_manager.user_id)
    row = hear(session, hall.officer, found, user_id=hall.staff.user_id, name="别名")
    assert row.name == "", "the name is looked up, so that it can be erased"


def test_neither_steps_nor_journal_hold_a_name(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    hear(session, hall.officer, found)
    steps = session.scalars(select(IncidentStep)).all()
    entries = session.scalars(select(Entry)).all()
    said = " ".join(str(value) for row in (*steps, *entries) for value in vars(row).values())
    assert all(word not in said for word in ("张桂英", "13800000000", "骨折", "地上有水"))


DIAGNOSIS = "医院检查：左腕软组织挫伤"
ILLNESS = "心脏病发作，自身疾病"


def tell_how_they_are(session: Session, by: Actor, hall: Cast, incident: Incident) -> None:
    """Figures with a diagnosis, and a decision that speaks of an illness."""
    figures.count(
        session, by, incident.id, numbers=Numbers(serious=1), reason=DIAGNOSIS, row_version=None,
        now=NOW,
    )  # fmt: skip
    figures.decide(
        session, hall.manager, incident.id, is_accident=False, reason=ILLNESS, row_version=None,
        now=NOW,
    )  # fmt: skip


def test_how_somebody_is_stands_with_the_personal_data(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    tell_how_they_are(session, hall.officer, hall, found)
    for actor in (hall.officer, hall.manager, hall.second_staff):
        detail = seen(session, actor, found)
        assert detail.figures[-1].reason == DIAGNOSIS
        assert {DIAGNOSIS, ILLNESS} <= {one.note for one in detail.steps}
    for actor in (hall.staff, hall.lead):
        said = repr(seen(session, actor, found))
        assert DIAGNOSIS not in said and ILLNESS not in said
    said = repr(of_paper(session, hall.site_id, found.id, timezone="Asia/Shanghai", now=NOW))
    assert DIAGNOSIS not in said and ILLNESS not in said


def test_the_reporter_reads_the_own_words_on_how_somebody_is(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    tell_how_they_are(session, hall.staff, hall, found)
    said = repr(seen(session, hall.staff, found))
    assert DIAGNOSIS in said and ILLNESS not in said
    assert DIAGNOSIS not in repr(seen(session, hall.lead, found))


def test_who_has_left_the_team_sees_no_longer_what_they_entered(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING, by=hall.lead)
    hear(session, hall.second_staff, found)
    tell_how_they_are(session, hall.officer, hall, found)
    session.execute(update(Figures).values(by=hall.second_staff.user_id))
    found.window_id = hall.a01
    assert seen(session, hall.second_staff, found).people
    investigating.investigate(
        session, hall.officer, found.id, leader_id=hall.officer.user_id,
        investigate_by=TODAY + timedelta(days=9), row_version=None, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotFound):
        seen(session, hall.second_staff, found)
    lead = replace(hall.second_staff, roles=hall.lead.roles, led=hall.lead.led)
    detail = seen(session, lead, found)
    assert detail.people == () and DIAGNOSIS not in repr(detail)


def test_words_on_what_was_done_are_for_whoever_sees_it(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    reporting.confirm(
        session, hall.officer, found.id, note="已到现场核实", row_version=None, now=NOW
    )
    assert "已到现场核实" in repr(seen(session, hall.staff, found).steps)


def test_how_figures_became_known_is_forgotten_too(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    tell_how_they_are(session, hall.officer, hall, found)
    found.status = Status.CLOSED
    people.forget(session, hall.manager, found.id, row_version=None, now=NOW)
    session.expire_all()
    said = repr(seen(session, hall.officer, found))
    assert DIAGNOSIS not in said and ILLNESS in said, "why it was judged none is still shown"


def test_who_was_entered_by_mistake_is_emptied(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    row = hear(session, hall.officer, found)
    with pytest.raises(NotAllowed):
        people.withdraw_person(session, hall.staff, found.id, row.id, now=NOW)
    people.withdraw_person(session, hall.officer, found.id, row.id, now=NOW)
    assert (row.name, row.statement) == ("", "")
    assert seen(session, hall.officer, found).parts.total() == 0


def test_who_handles_it_takes_out_what_the_reporter_entered(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    row = hear(session, hall.staff, found)
    people.withdraw_person(session, hall.officer, found.id, row.id, now=NOW)
    assert row.name == ""


def test_the_reporter_adds_documents_until_it_is_confirmed(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall)
    evidence.attach(session, hall.staff, found.id, now=NOW)
    reporting.confirm(session, hall.officer, found.id, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        evidence.attach(session, hall.staff, found.id, now=NOW)


def test_a_closed_case_forgets_its_people_and_keeps_their_number(
    session: Session, hall: Cast
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    row = hear(session, hall.officer, found)
    with pytest.raises(errors.IncidentStepNotPossible):
        people.forget(session, hall.manager, found.id, row_version=None, now=NOW)
    closed = make_incident(session, hall, Status.CONFIRMED)
    row = hear(session, hall.officer, closed)
    closed.status = Status.CLOSED
    with pytest.raises(NotAllowed):
        people.forget(session, hall.officer, closed.id, row_version=None, now=NOW)
    assert people.forget(session, hall.manager, closed.id, row_version=None, now=NOW) == 1
    assert (row.name, row.contact, row.health, row.statement) == ("", "", "", "")
    shown = seen(session, hall.manager, closed).people
    assert [(one.name, one.is_forgotten) for one in shown] == [("姓名已清除", True)]


def test_an_erased_person_is_nameless_in_every_part(session: Session, hall: Cast) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING, by=hall.second_staff)
    hear(session, hall.officer, found, user_id=hall.second_staff.user_id, part=Part.WITNESS)
    accounts.leave(session, hall.administrator, hall.second_staff.user_id, on=TODAY, now=NOW)
    later = NOW + timedelta(days=1)
    accounts.erase_person(
        session, hall.administrator, hall.second_staff.user_id, typed="周航", now=later
    )
    detail = seen(session, hall.officer, found)
    number = f"{hall.second_staff.user_id:04}"
    assert detail.reported_by == detail.people[0].name == f"已注销人员 {number}"
    assert "周航" not in repr(detail)
    assert journal.first_break(session) is None


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for the bytes of scans."""
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def scan(session: Session, hall: Cast, incident: Incident, *, is_personal: bool) -> int:
    """A scan handed in by the officer."""
    title = "就诊记录" if is_personal else "现场简图"
    file = files.receive(session, hall.officer, pdf(), f"{is_personal}.pdf", now=NOW)
    evidence.attach(
        session, hall.officer, incident.id, file_ids=[file.id], title=title,
        is_personal=is_personal, now=NOW,
    )  # fmt: skip
    return file.id


def test_a_personal_scan_is_for_few_and_its_title_is_in_no_step(
    session: Session, hall: Cast, store: None
) -> None:
    found = make_incident(session, hall, Status.INVESTIGATING)
    personal = scan(session, hall, found, is_personal=True)
    plain = scan(session, hall, found, is_personal=False)
    for actor in (hall.officer, hall.manager, hall.second_staff):
        assert evidence.may_see_file(session, actor, personal)
    for actor in (hall.lead, hall.staff):
        assert not evidence.may_see_file(session, actor, personal)
        assert evidence.may_see_file(session, actor, plain)
        detail = seen(session, actor, found)
        assert [one.id for one in detail.scans] == [plain] and detail.hidden_scans == 1
    assert not evidence.may_see_file(session, hall.other_lead, plain)
    notes = session.scalars(select(IncidentStep.note)).all()
    assert "就诊记录" not in notes and "现场简图" in notes
    assert session.scalars(select(IncidentFile)).all()


def test_pictures_are_seen_with_the_incident(session: Session, hall: Cast) -> None:
    photo = make_photo("x")
    make_incident(session, hall, photos=[photo])
    assert evidence.may_see_photo(session, hall.lead, photo.key)
    assert not evidence.may_see_photo(session, hall.other_lead, photo.key)
    assert evidence.photos_in_use(session, [photo.key, "y"]) == {photo.key}
