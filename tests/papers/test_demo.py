"""The demonstration's shelf shows each state, and no paper passes for a real one."""

import io
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from safety_app.core import clock, files
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.papers import demo, gaps, service
from safety_app.papers.service import State
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only

pytestmark = sqlite_only


def test_the_shelf_is_lived_like_a_real_one(
    session: Session, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    features()
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.get_one(Site, hall.site_id).is_demo = True
    session.flush()
    demo.found(session, NOW - timedelta(days=92))
    lived = [date(2026, month, 5) for month in (9, 10, 11)]
    for day in (date(2026, 11, 4), *lived):
        demo.live(session, day, NOW, Random(1))
    rows = service.list_papers(session, hall.officer, today=TODAY)
    assert {row.state for row in rows} == {
        State.LASTING, State.VALID, State.SOON, State.EXPIRED
    }  # fmt: skip
    reports = [row.title for row in rows if row.kind.code == "care-report"]
    assert reports[0] == "2026 年 10 月消防设施维护保养报告" and len(reports) == 11
    lacking = {gap.kind.code for gap in gaps.list_gaps(session, hall.officer, today=TODAY)}
    assert not lacking & {"care-report", "acceptance"}
    for scan in service.scans_of(session, [row.id for row in rows]):
        said = PdfReader(io.BytesIO(files.read(scan))).pages[0].extract_text()
        assert "演示" in said and "not a real paper" in said
