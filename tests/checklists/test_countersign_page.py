"""The page of second signatures, the tile that leads there, and handing in a paper form."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checklists import service
from checklists.models import Run
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.core.settings import settings
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.checklists.test_paper_forms import hand_in
from tests.dialects import sqlite_only
from tests.factories import make_task
from tests.screens import open_page, text_of

pytestmark = sqlite_only
EVENING = NOW + timedelta(hours=12)


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def runs(database: Database, hall: Cast) -> list[Run]:
    """One sheet in order and one with a problem, both of A01."""
    with transaction() as session:
        found = [walk(session, hall, part, fails) for part, fails in PARTS]
        for run in found:
            session.refresh(run)
        session.expunge_all()
    return found


PARTS = (("opening", False), ("during", True))


def walk(session, hall: Cast, part: str, fails: bool) -> Run:  # type: ignore[no-untyped-def]
    """A submitted sheet."""
    task = make_task(session, hall, part=part)
    tablet = Tablet(session, hall.staff, task, now=task.due_at)
    first = next(iter(tablet.items))
    tablet.pass_all(but=(first,) if fails else ())
    if fails:
        tablet.answer(first, "F", disposal="hazard", note="插排发烫")
    tablet.submit()
    return tablet.run


def test_today_leads_the_lead_to_what_waits(hall: Cast, runs: list[Run]) -> None:
    shown = text_of(open_page(hall.lead))
    assert "待复核签字 2" in shown and "去签字" in shown
    for other in (hall.staff, hall.manager):
        assert "去签字" not in text_of(open_page(other))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_day_is_signed_at_once_but_a_problem_is_opened(
    hall: Cast, runs: list[Run], language: str
) -> None:
    page = open_page(hall.lead, "countersign", language=language)
    assert not page.exception
    shown = text_of(page)
    wanted = {
        "zh_CN": ("2 份记录待您签字", "须打开查看并单独签字", "发现问题", "为 1 份记录复核签字"),
        "en": ("2 sheets wait for you", "To be opened and signed one by one", "Problem found",
               "Countersign 1 sheet"),
    }[language]  # fmt: skip
    for expected in wanted:
        assert expected in shown, shown


def test_an_opened_sheet_shows_the_problem_and_its_hazard(hall: Cast, runs: list[Run]) -> None:
    page = open_page(hall.lead, "countersign", sheet=str(runs[1].id))
    assert not page.exception
    shown = " ".join(text_of(page))
    for expected in ("登记为隐患", "插排发烫", "HZ-2026-0001", "待交办", "为本记录复核签字"):
        assert expected in shown


def test_who_may_not_sign_reads_whose_signature_it_is(hall: Cast, runs: list[Run]) -> None:
    page = open_page(hall.manager, "countersign", sheet=str(runs[1].id))
    assert "该记录应由窗口负责人复核签字。" in text_of(page)
    lost = text_of(open_page(hall.other_lead, "countersign", sheet=str(runs[1].id)))
    assert "插排发烫" not in " ".join(lost)


def test_once_signed_it_shows_by_whom(hall: Cast, runs: list[Run]) -> None:
    from tests.checklists.sheets import INK

    with transaction() as session:
        service.countersign(
            session, hall.lead, [runs[1].id], signature=INK, remark="已看", now=EVENING
        )
    shown = text_of(open_page(hall.lead, "countersign", sheet=str(runs[1].id)))
    assert {"复核人", "已看", "已签字"} <= set(shown)


def test_with_nothing_to_sign_it_says_so(database: Database, hall: Cast) -> None:
    assert "没有待您复核签字的记录" in text_of(open_page(hall.lead, "countersign"))


def test_a_paper_form_is_confirmed_on_the_page(database: Database, hall: Cast) -> None:
    with transaction() as session:
        form = hand_in(session, hall.staff, make_task(session, hall))
    page = open_page(hall.lead, "countersign")
    assert "未巡查任务的纸质记录" in text_of(page)
    page.button(key=f"countersign.paper_{form.id}_yes").click().run()
    assert "纸质记录已确认。" in text_of(page)
    with reading() as session:
        assert service.papers_waiting(session, hall.lead) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_missed_patrol_takes_a_paper_form(database: Database, hall: Cast, language: str) -> None:
    with transaction() as session:
        task = make_task(session, hall)
    page = open_page(hall.staff, "paper", language=language, task=str(task.id))
    assert not page.exception
    walker = page.selectbox(key=f"paper.{task.id}_0_walker")
    assert walker.value is None, "whoever hands in is not thereby the one who walked"
    walker.select_index(0).run()
    page.button(key=f"paper.{task.id}_0_send").click().run()
    refusal = {"zh_CN": "请上传已签名纸质记录的照片或扫描件。",
               "en": "Please add a photo or a scan of the signed paper form."}  # fmt: skip
    assert refusal[language] in text_of(page)


def test_without_a_task_the_page_says_where_to_begin(database: Database, hall: Cast) -> None:
    for asked in ("", "abc", "99999"):
        shown = text_of(open_page(hall.staff, "paper", task=asked))
        assert "请先选择未巡查的任务" in shown


def test_what_is_not_missed_takes_none(database: Database, hall: Cast, runs: list[Run]) -> None:
    page = open_page(hall.staff, "paper", task=str(runs[0].task_id))
    assert "只有未巡查的任务可以补交纸质记录。" in text_of(page)
