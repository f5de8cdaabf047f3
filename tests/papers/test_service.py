"""The shelf: filed by who keeps it, with scans, found again, withdrawn and never deleted."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.file_errors import FileGone, UnknownFileKind
from safety_app.core.settings import settings
from safety_app.papers import service
from safety_app.papers.errors import (
    AlreadyWithdrawn,
    PaperFromFuture,
    ScanMissing,
    UnknownCategory,
    ValidBeforeDate,
)
from safety_app.papers.kinds import kinds
from safety_app.papers.models import Paper
from safety_app.papers.service import State, View
from tests.cast import NOW, TODAY, Cast
from tests.core import papers


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def scan(session: Session, actor: Actor, pages: int = 1) -> int:
    return files.receive(session, actor, papers.pdf(pages), "扫描.pdf", now=NOW).id


def file_paper(session: Session, hall: Cast, **facts: Any) -> Paper:
    actor = facts.pop("actor", hall.officer)
    scans = facts.pop("file_ids", None)
    known: dict[str, Any] = {"category": "facility-test", "title": "检测报告", "dated_on": TODAY}
    return service.file_paper(
        session, actor, now=NOW, **{**known, **facts},
        file_ids=scans if scans is not None else [scan(session, actor)],
    )  # fmt: skip


def test_a_paper_is_found_with_its_scans_in_order(session: Session, hall: Cast) -> None:
    ids = [scan(session, hall.officer, pages) for pages in (3, 1, 2)]
    paper = file_paper(session, hall, number="XF-2026-7", note="甲级", file_ids=ids)
    found = service.get_paper(session, hall.manager, paper.id, today=TODAY)
    assert [one.pages for one in found.scans] == [3, 1, 2]
    assert (found.row.kind.chapter, found.row.number, found.note) == (7, "XF-2026-7", "甲级")
    assert found.filed_by == "刘洋" and found.row.state is State.LASTING
    assert journal.first_break(session) is None


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"category": "nonsense"}, UnknownCategory),
        ({"title": "  "}, TextMissing),
        ({"title": "长" * 129}, TextTooLong),
        ({"dated_on": TODAY + timedelta(days=1)}, PaperFromFuture),
        ({"valid_until": TODAY - timedelta(days=1)}, ValidBeforeDate),
        ({"file_ids": []}, ScanMissing),
        ({"file_ids": [10**6]}, FileGone),
    ],
)
def test_a_broken_rule_keeps_a_paper_off_the_shelf(
    session: Session, hall: Cast, facts: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error):
        file_paper(session, hall, **facts)
    assert not session.query(Paper).count()


def test_a_scan_of_somebody_else_or_a_table_is_no_scan(session: Session, hall: Cast) -> None:
    with pytest.raises(FileGone):
        file_paper(session, hall, file_ids=[scan(session, hall.administrator)])
    table = files.receive(session, hall.officer, b"a,b", "a.csv", now=NOW)
    with pytest.raises(UnknownFileKind):
        file_paper(session, hall, file_ids=[table.id])


def test_who_keeps_and_who_sees(session: Session, hall: Cast) -> None:
    paper = file_paper(session, hall)
    file_paper(session, hall, actor=hall.administrator)
    for actor in (hall.manager, hall.lead, hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            file_paper(session, hall, actor=actor)
        with pytest.raises(NotAllowed):
            service.withdraw(session, actor, paper.id, reason="x", now=NOW)
    for actor in (hall.lead, hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            service.list_papers(session, actor, today=TODAY)
    assert len(service.list_papers(session, hall.manager, today=TODAY)) == 2
    assert not service.list_papers(session, hall.foreign_manager, today=TODAY)
    with pytest.raises(NotFound):
        service.get_paper(session, hall.foreign_manager, paper.id, today=TODAY)


def test_a_scan_is_for_those_who_see_the_paper(session: Session, hall: Cast) -> None:
    own = scan(session, hall.officer)
    loose = scan(session, hall.officer)
    file_paper(session, hall, file_ids=[own])
    seen = {
        name: service.may_see_file(session, actor, own) for name, actor in hall.everyone().items()
    }
    assert [name for name, may in seen.items() if may] == ["officer", "manager", "administrator"]
    assert not service.may_see_file(session, hall.foreign_manager, own)
    assert not service.may_see_file(session, hall.manager, loose)


def test_papers_that_end_are_marked_in_time(session: Session, hall: Cast) -> None:
    ends = {"a": -1, "b": 0, "c": 30, "d": 31}
    for title, days in ends.items():
        until = TODAY + timedelta(days=days)
        file_paper(session, hall, title=title, dated_on=date(2025, 1, 1), valid_until=until)
    file_paper(session, hall, title="e")
    rows = {row.title: row for row in service.list_papers(session, hall.officer, today=TODAY)}
    assert [rows[one].state for one in "abcde"] == [
        State.EXPIRED, State.SOON, State.SOON, State.VALID, State.LASTING
    ]  # fmt: skip
    ending = service.list_papers(session, hall.officer, today=TODAY, view=View.ENDING)
    assert {row.title for row in ending} == {"a", "b", "c"}


def test_the_shelf_is_searched_and_sorted_like_the_chapters(session: Session, hall: Cast) -> None:
    file_paper(session, hall, title="演练", category="drill")
    file_paper(session, hall, title="旧检测", dated_on=date(2025, 3, 1), number="Ab_7")
    file_paper(session, hall, title="新检测", note="百分之100%合格")
    file_paper(session, hall, title="制度", category="rules")

    def titles(**how: Any) -> list[str]:
        rows = service.list_papers(session, hall.officer, today=TODAY, **how)
        return [row.title for row in rows]

    assert titles() == ["制度", "新检测", "旧检测", "演练"]
    assert titles(category="facility-test") == ["新检测", "旧检测"]
    assert titles(text="检测") == ["新检测", "旧检测"]
    assert (titles(text="aB_7"), titles(text="0%合"), titles(text="_")) == (
        ["旧检测"], ["新检测"], ["旧检测"]
    )  # fmt: skip


def test_a_withdrawn_paper_stays_to_be_seen_with_its_reason(session: Session, hall: Cast) -> None:
    paper = file_paper(session, hall)
    with pytest.raises(TextMissing):
        service.withdraw(session, hall.officer, paper.id, reason=" ", now=NOW)
    service.withdraw(session, hall.officer, paper.id, reason="重复", now=NOW)
    with pytest.raises(AlreadyWithdrawn):
        service.withdraw(session, hall.officer, paper.id, reason="重复", now=NOW)
    assert not service.list_papers(session, hall.officer, today=TODAY)
    gone = service.list_papers(session, hall.officer, today=TODAY, view=View.WITHDRAWN)
    found = service.get_paper(session, hall.officer, gone[0].id, today=TODAY)
    assert found.withdrawn_because == "重复" and found.withdrawn_by == "刘洋" and found.scans
    with pytest.raises(NotFound):
        service.withdraw(session, hall.officer, 2**40, reason="x", now=NOW)


def test_old_records_are_history_by_themselves(session: Session, hall: Cast) -> None:
    assert file_paper(session, hall, category="old-patrols").is_history
    assert not file_paper(session, hall).is_history
    assert file_paper(session, hall, is_history=True).is_history


def test_every_expected_kind_has_a_source_and_fits_its_column() -> None:
    for kind in kinds().values():
        assert len(kind.code) <= 24 and kind.name and kind.name_en
        if kind.expected:
            assert kind.source and kind.source_en and kind.mark in set("TVKD"), kind.code
