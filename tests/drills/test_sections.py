"""Drills in a monthly report on any past date, and in the papers for an inspector."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from drills import dossier, sections, service
from drills.models import FileKind
from drills.service import problems, proofs
from hazards import service as hazards
from hazards.service import Level
from safety_app.core import clock
from safety_app.core.feature import Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Block, Heading, Note, Paragraph, Table
from safety_app.core.settings import settings
from safety_app.papers import gaps
from safety_app.reports.dossier import collect
from safety_app.reports.months import period_of
from safety_app.reports.service import site_report
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import facts_of, make_drill
from tests.drills.clocks import held
from tests.drills.plans.documents import make_plan
from tests.drills.test_evaluation import BROADCAST, evaluate
from tests.drills.test_finishing import paper
from tests.equipment.items import make_file

HOUR = timedelta(hours=1)
LATER = NOW + 3 * HOUR


@pytest.fixture(autouse=True)
def _today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def month(number: int = 11, *, now: datetime = LATER, year: int = 2026) -> Period:
    return period_of(year, number, "Asia/Shanghai", now=now)


def built(
    session: Session, hall: Cast, period: Period | None = None, *, window: int | None = None
) -> SectionContent:
    return sections.build(session, hall.site_id, window, period or month())


def figures(content: SectionContent) -> dict[str, tuple[float | None, float | None]]:
    return {one.key: (one.value, one.of) for one in content.figures}


def said(blocks: Iterable[Block]) -> str:
    found = []
    for one in blocks:
        if isinstance(one, Heading | Paragraph | Note):
            found.append(one.text)
        if isinstance(one, Table):
            found += [str(cell) for row in one.rows for cell in row]
    return "\n".join(found)


def test_a_month_without_drills_and_duties_says_nothing(session: Session, hall: Cast) -> None:
    assert built(session, hall) == SectionContent()


def test_a_month_tells_what_was_held_who_came_and_what_it_came_to(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, make_drill(session, hall))
    evaluate(session, hall.officer, drill, {"G08": BROADCAST}, now=NOW + HOUR)
    found = built(session, hall)
    there, wanted = figures(found)["drills.present"]
    assert (there, figures(found)["drills.held"][0], figures(found)["drills.open"][0]) == (2, 1, 1)
    assert f"“{drill.title}”，应到 {wanted} 人，实到 {there} 人" in " ".join(found.paragraphs)
    assert "97% 优" in said(found.blocks) and len(found.sheets) == 1
    assert any("演练发现的 1 个问题" in words for words in found.focus), found.focus
    with use_language("en"):
        assert "Drill held on" in " ".join(built(session, hall).paragraphs)


def test_a_report_of_then_knows_nothing_of_later(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    before = built(session, hall, month(now=NOW + 5 * timedelta(minutes=1)))
    assert "drills.held" not in figures(before) or figures(before)["drills.held"][0] == 0
    evaluate(session, hall.officer, drill, {"G08": BROADCAST}, now=NOW + 2 * HOUR)
    between = built(session, hall, month(now=NOW + HOUR))
    assert figures(between)["drills.held"][0] == 1
    assert figures(between)["drills.open"][0] == 0 and "97%" not in said(between.blocks)


def test_a_problem_counts_as_open_until_its_hazard_was_closed(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    row = problems.add_hazard(
        session, hall.officer, drill.id, what="广播听不清", level=Level.MINOR, now=NOW + HOUR
    )
    hazards.void(
        session, hall.manager, row.hazard_id or 0, reason="误记", row_version=None,
        now=NOW + 2 * HOUR,
    )  # fmt: skip
    then, now = month(now=NOW + HOUR + timedelta(minutes=30)), month()
    assert figures(built(session, hall, then))["drills.open"][0] == 1
    assert figures(built(session, hall, now))["drills.open"][0] == 0


def test_a_plan_that_is_to_be_revised_is_an_open_problem_too(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    problems.add_revision(
        session, hall.officer, drill.id, what="集合点不对", plan_id=make_plan(session, hall).id,
        owner_id=hall.officer.user_id, due_on=TODAY + timedelta(days=14), now=NOW + HOUR,
    )  # fmt: skip
    found = built(session, hall)
    assert figures(found)["drills.open"][0] == 1
    assert any("演练发现的 1 个问题" in words for words in found.focus)


def test_a_duty_that_fell_due_and_was_not_drilled_is_told(session: Session, hall: Cast) -> None:
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    found = built(session, hall, month(6))
    met, due = figures(found)["drills.met"]
    assert met == 0 and due and due >= 2
    assert "2026年上半年" in " ".join(found.paragraphs)


def test_what_is_planned_next_and_what_slipped_are_told(session: Session, hall: Cast) -> None:
    make_drill(session, hall, on=date(2026, 12, 8), title="岁末演练")
    assert any("岁末演练" in words and "12月8日" in words for words in built(session, hall).focus)
    late = period_of(2026, 12, "Asia/Shanghai", now=NOW + timedelta(days=60))
    (missing,) = built(session, hall, late).missing
    assert "岁末演练" in missing[0] and missing[1] == "/drills?drill=YL-2026-01"


def test_a_drill_of_the_last_day_of_the_month_slipped_by(session: Session, hall: Cast) -> None:
    make_drill(session, hall, on=date(2026, 11, 30))
    for day, is_told in ((29, False), (30, True)):
        now = datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(days=day)
        content = built(session, hall, month(now=now))
        told = "".join(words for words, _address in content.missing)
        assert ("既未举行也未调整日期" in told) is is_told


def test_a_report_is_as_known_at_its_cut_off_whatever_is_entered_later(
    session: Session, hall: Cast
) -> None:
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    cut = datetime(2027, 1, 3, tzinfo=UTC)
    before = built(session, hall, month(12, now=cut))
    start = datetime(2026, 12, 10, 2, tzinfo=UTC)
    late = paper(hall, started_at=start, ended_at=start + timedelta(minutes=20))
    service.enter_new(session, hall.officer, facts_of(hall), late, now=cut + timedelta(days=30))
    assert built(session, hall, month(12, now=cut)) == before


def test_a_window_hears_of_its_own_people_and_not_of_anothers_drill(
    session: Session, hall: Cast
) -> None:
    held(session, hall, make_drill(session, hall), present=(hall.staff, hall.other_lead))
    found = built(session, hall, window=hall.a01)
    assert figures(found)["drills.present"][0] == 1 and found.facts["drills"]["duties"] == []
    other = make_drill(session, hall, window_id=hall.a03, commander_id=None)
    held(session, hall, other, present=(hall.other_staff,), at=3600, by=hall.other_lead)
    assert figures(built(session, hall, window=hall.a01))["drills.held"][0] == 1
    assert figures(built(session, hall, window=hall.a03))["drills.held"][0] == 2


def test_the_hall_report_carries_the_chapter(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    report = site_report(session, None, hall.site_id, 2026, 11, now=LATER)
    assert any(drill.code in said(part.content.blocks) for part in report.parts)


def test_chapter_nine_has_duties_drills_and_the_latest_records_in_full(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, make_drill(session, hall))
    scan = make_file(session, hall.officer)
    proofs.add_files(session, hall.officer, drill.id, [scan], kind=FileKind.SIGN_IN, now=LATER)
    found = dossier.drills(session, hall.site_id, LATER)
    words = said(found.blocks)
    for part in ("公安部令第61号第四十条", f"{drill.code} {drill.title}", "王晓燕", "时间进程"):
        assert part in words, part
    assert found.scans == (scan,) and drill.code in found.captions[scan]
    assert found.missing == () and found.shortfalls == ()


def test_the_chapter_names_what_is_not_done_and_what_is_not_filed(
    session: Session, hall: Cast
) -> None:
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    drill = make_drill(session, hall)
    service.enter(session, hall.lead, drill.id, paper(hall), now=NOW)
    found = dossier.drills(session, hall.site_id, NOW + timedelta(days=30))
    assert any("2026年上半年" in words for words in found.shortfalls)
    assert any(f"{drill.code} 已举行" in words and "评估" in words for words in found.shortfalls)
    assert any(drill.code in words and "签到表" in words for words in found.missing)


def test_without_any_drill_the_chapter_says_only_what_is_missing(
    session: Session, hall: Cast
) -> None:
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    found = dossier.drills(session, hall.site_id, NOW)
    assert found.blocks == () and any("2026年上半年" in words for words in found.shortfalls)


def test_records_stand_for_the_paper_once_a_drill_was_held(session: Session, hall: Cast) -> None:
    def asked() -> bool:
        found = gaps.list_gaps(session, hall.officer, today=TODAY)
        return "drill" in {one.kind.code for one in found}

    drill = make_drill(session, hall)
    assert asked() and dossier.stands_for(session, hall.site_id) == frozenset()
    held(session, hall, drill)
    assert not asked()
    assert dossier.stands_for(session, hall.foreign_site_id) == frozenset()


def test_the_inspectors_papers_carry_the_chapter(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    found = collect(session, hall.manager, hall.site_id, now=LATER, step=lambda *_: None)
    (chapter,) = [one for one in found.chapters if one.kind.number == 9]
    assert any(drill.code in said(share.blocks) for share in chapter.shares)
