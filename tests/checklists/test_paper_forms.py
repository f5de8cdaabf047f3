"""Paper sheets of missed patrols: taken, confirmed, refused, and counted apart."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import dossier, service
from checklists.documents import patrols
from checklists.errors import (
    NotYourCountersignature,
    NotYourPatrol,
    OwnSheet,
    PaperAlreadyThere,
    PaperDecided,
    PaperFileUsed,
    PaperNeedsPicture,
    PaperNotNeeded,
    PaperRefusedTwice,
    PaperTooLate,
    PaperWalkerUnfit,
    RefusalNeedsReason,
)
from checklists.models import MissedReason, PaperForm, Task
from checklists.record import Place
from checklists.recurrence import State
from checklists.service.paper_forms import DAYS, may_see_file, scans_of
from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.file_errors import FileGone
from safety_app.core.i18n import moment_text, use_language
from safety_app.core.pdf.blocks import Table
from safety_app.core.settings import settings
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task

EVENING = NOW + timedelta(hours=12)


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def missed(session: Session, hall: Cast) -> Task:
    """A01's opening patrol, which nobody did."""
    return make_task(session, hall)


def scan(session: Session, who: Actor, shade: int = 200) -> int:
    """A photographed form that somebody sent."""
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (shade, shade, 180)).save(out, "JPEG")
    return files.receive(session, who, out.getvalue(), "form.jpg", now=NOW).id


def hand_in(
    session: Session,
    who: Actor,
    task: Task,
    *,
    walker: Actor | None = None,
    shade: int = 200,
    now: datetime = EVENING,
    **facts: Any,
) -> PaperForm:
    """Hand in a form of a task."""
    given = {"file_ids": [scan(session, who, shade)], "note": "停电", **facts}
    return service.hand_in(
        session, who, task.id, walked_by=(walker or who).user_id, now=now, **given
    )


def state(session: Session, who: Actor, task: Task, now: datetime = EVENING) -> State:
    """How the list shows the task."""
    rows = service.list_tasks(session, who, day=task.on_date, now=now)
    return next(row.state for row in rows if row.id == task.id)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_papers_say_when_it_was_handed_in_and_confirmed_and_hold_its_scans(
    session: Session, hall: Cast, missed: Task, language: str
) -> None:
    other = make_task(session, hall, part="during")
    form = hand_in(session, hall.staff, missed)
    hand_in(session, hall.staff, other, shade=40)
    later = EVENING + timedelta(hours=1)
    service.confirm(session, hall.lead, form.id, now=later)
    (scan,) = scans_of(session, [form.id])[form.id]
    now = later + timedelta(minutes=5)
    with use_language(language):
        chapter = dossier.patrol_records(session, hall.site_id, now)
        place = Place(hall.a01, None, "A01", "A01")
        record = patrols.of_month(session, hall.site_id, place, 2026, 11, now=now)
        row = next(r for b in patrols.record_blocks(record) if isinstance(b, Table) for r in b.rows)
        moments = [moment_text(at, record.head.timezone) for at in (EVENING, later)]
        sheet = load_workbook(io.BytesIO(patrols.record_xlsx(record))).worksheets[0]
    assert chapter.scans == (scan.id,), "only of what was confirmed"
    said = str(row[2])
    assert moments[0] in said and moments[1] in str(row[4])
    assert "XC-20261123-A01-1" in said and scan.name in said
    first = [cell.value for cell in sheet[2]][-4:]
    assert (first[0], str(scan.id) in str(first[3])) == ("XC-20261123-A01-1", True)
    assert str(first[1]) < str(first[2])


def test_a_confirmed_form_counts_apart_and_never_as_done(
    session: Session, hall: Cast, missed: Task
) -> None:
    form = hand_in(session, hall.staff, missed)
    assert state(session, hall.staff, missed) is State.MISSED
    assert [one.id for one in service.papers_waiting(session, hall.lead)] == [form.id]
    service.confirm(session, hall.lead, form.id, now=EVENING)
    assert state(session, hall.staff, missed) is State.ON_PAPER
    assert service.papers_waiting(session, hall.lead) == []
    counts = service.counts(session, hall.lead, first=TODAY, last=TODAY, now=EVENING)
    assert (counts.done, counts.late, counts.paper) == (0, 0, 1)
    (shown,) = service.papers_of(session, hall.staff, missed.id)
    assert (shown.walked_by_name, shown.decided_by_name) == ("王晓燕", "李敏")
    assert journal.first_break(session) is None


def test_a_refused_form_leaves_it_missed_and_says_why(
    session: Session, hall: Cast, missed: Task
) -> None:
    form = hand_in(session, hall.staff, missed)
    with pytest.raises(RefusalNeedsReason):
        service.refuse(session, hall.lead, form.id, reason=" ", now=EVENING)
    service.refuse(session, hall.lead, form.id, reason="无签名", now=EVENING)
    assert state(session, hall.staff, missed) is State.MISSED
    (shown,) = service.papers_of(session, hall.staff, missed.id)
    assert (shown.standing, shown.refusal) == (service.Standing.REFUSED, "无签名")
    with pytest.raises(PaperDecided):
        service.refuse(session, hall.lead, form.id, reason="再", now=EVENING)
    with pytest.raises(PaperDecided):
        service.confirm(session, hall.lead, form.id, now=EVENING)


def test_after_two_refusals_there_is_no_third_form(
    session: Session, hall: Cast, missed: Task
) -> None:
    for shade in (10, 20):
        form = hand_in(session, hall.staff, missed, shade=shade)
        service.refuse(session, hall.lead, form.id, reason="看不清", now=EVENING)
    with pytest.raises(PaperRefusedTwice):
        hand_in(session, hall.staff, missed, shade=30)


def test_only_one_form_is_waited_for(session: Session, hall: Cast, missed: Task) -> None:
    form = hand_in(session, hall.staff, missed)
    with pytest.raises(PaperAlreadyThere):
        hand_in(session, hall.staff, missed, shade=30)
    service.confirm(session, hall.lead, form.id, now=EVENING)
    with pytest.raises(PaperNotNeeded):
        hand_in(session, hall.staff, missed, shade=30)


def test_what_is_not_missed_takes_none(session: Session, hall: Cast, missed: Task) -> None:
    with pytest.raises(PaperNotNeeded):
        hand_in(session, hall.staff, missed, now=missed.closes_at - timedelta(minutes=1))
    excused = make_task(session, hall, part="during")
    excused.counts = False
    session.flush()
    with pytest.raises(PaperNotNeeded):
        hand_in(session, hall.staff, excused, shade=30)
    done = make_task(session, hall, window_id=hall.a02)
    tablet = Tablet(session, hall.lead, done, now=done.due_at)
    tablet.pass_all()
    tablet.submit()
    with pytest.raises(PaperNotNeeded):
        hand_in(session, hall.lead, done, shade=40)


def test_a_week_later_it_is_too_late(session: Session, hall: Cast, missed: Task) -> None:
    with pytest.raises(PaperTooLate):
        hand_in(session, hall.staff, missed, now=EVENING + timedelta(days=DAYS + 1))
    assert hand_in(session, hall.staff, missed, now=EVENING + timedelta(days=DAYS - 1)).id


def test_a_form_needs_a_picture_of_its_own(session: Session, hall: Cast, missed: Task) -> None:
    with pytest.raises(PaperNeedsPicture):
        hand_in(session, hall.staff, missed, file_ids=[])
    other = make_task(session, hall, part="during")
    picture = scan(session, hall.staff)
    hand_in(session, hall.staff, missed, file_ids=[picture])
    with pytest.raises(PaperFileUsed):
        hand_in(session, hall.staff, other, file_ids=[picture])
    with pytest.raises(FileGone):
        hand_in(session, hall.staff, other, file_ids=[scan(session, hall.lead, 77)])


def test_who_walked_it_must_be_one_who_may(session: Session, hall: Cast, missed: Task) -> None:
    assert hall.other_staff.user_id not in service.walkers(session, hall.staff, missed.id)
    with pytest.raises(PaperWalkerUnfit):
        hand_in(session, hall.staff, missed, walker=hall.other_staff)
    with pytest.raises(NotFound):
        hand_in(session, hall.other_staff, missed)
    with pytest.raises(NotYourPatrol):
        hand_in(session, hall.manager, missed)


def test_the_walker_does_not_confirm_and_what_the_lead_walked_the_officer_does(
    session: Session, hall: Cast, missed: Task
) -> None:
    form = hand_in(session, hall.staff, missed, walker=hall.lead)
    with pytest.raises(OwnSheet):
        service.confirm(session, hall.lead, form.id, now=EVENING)
    with pytest.raises(NotYourCountersignature):
        service.confirm(session, hall.second_staff, form.id, now=EVENING)
    assert service.papers_waiting(session, hall.lead) == []
    assert [one.id for one in service.papers_waiting(session, hall.officer)] == [form.id]
    service.confirm(session, hall.officer, form.id, now=EVENING)


def test_common_areas_are_confirmed_by_the_manager_where_the_officer_walked(
    session: Session, hall: Cast
) -> None:
    task = make_task(session, hall, common=True)
    form = hand_in(session, hall.officer, task)
    assert [one.id for one in service.papers_waiting(session, hall.manager)] == [form.id]
    service.confirm(session, hall.manager, form.id, now=EVENING)


def test_the_scan_is_seen_by_those_who_see_the_patrol(
    session: Session, hall: Cast, missed: Task
) -> None:
    form = hand_in(session, hall.staff, missed)
    (shown,) = service.papers_of(session, hall.lead, missed.id)
    file_id = shown.scans[0].id
    assert form.id == shown.id
    for who, sees in ((hall.lead, True), (hall.manager, True), (hall.other_staff, False)):
        assert may_see_file(session, who, file_id) is sees
    assert not may_see_file(session, hall.foreign_manager, file_id)


def test_a_form_may_be_handed_in_after_a_reason_was_given(
    session: Session, hall: Cast, missed: Task
) -> None:
    service.explain_missed(
        session, hall.staff, missed.id, MissedReason.SYSTEM_DOWN, note="停电", now=EVENING
    )
    assert hand_in(session, hall.staff, missed).id
    assert session.scalars(select(Task.missed_reason).where(Task.id == missed.id)).one()
