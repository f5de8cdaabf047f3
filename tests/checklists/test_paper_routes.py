"""The papers' addresses: who may have them, in which language, and what cannot be."""

import io

import pytest
from openpyxl import load_workbook

from checklists.models import Task
from safety_app.core import clock
from safety_app.core.db import Database, transaction
from tests.cast import NOW, Cast
from tests.checklists.test_api import browser
from tests.dialects import sqlite_only
from tests.factories import make_task

pytestmark = sqlite_only


@pytest.fixture
def task(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Task:
    """The patrol before opening at window A01, at 09:04."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        return make_task(session, hall)


RECORD = "/patrols/record/A01/2026-11"


@pytest.mark.parametrize("who", ["staff", "lead", "officer", "manager"])
def test_whoever_sees_the_patrols_may_print_their_record(
    hall: Cast,
    task: Task,
    who: str,
) -> None:
    with browser(getattr(hall, who)) as client:
        answer = client.get(f"{RECORD}.pdf?lang=en")
        table = client.get(f"{RECORD}.xlsx")
    assert answer.status_code == table.status_code == 200
    assert answer.content.startswith(b"%PDF") and "inline" in answer.headers["content-disposition"]
    names = load_workbook(io.BytesIO(table.content)).sheetnames
    assert names == ["防火巡查记录", "隐患", "巡查项目"]


@pytest.mark.parametrize("who", ["other_staff", "other_lead", "third_party", "administrator"])
def test_nobody_else_may(hall: Cast, task: Task, who: str) -> None:
    with browser(getattr(hall, who)) as client:
        for path in (f"{RECORD}.pdf", "/patrols/checks/A01/2026.pdf",
                     f"/patrols/blank/task/{task.id}.pdf"):  # fmt: skip
            assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/patrols/record/A01/2026-13.pdf", 422),
        ("/patrols/record/A01/1066-10.pdf", 422),
        ("/patrols/record/A01/2026-12.pdf", 422),
        ("/patrols/record/A01/2027-12.xlsx", 422),
        ("/patrols/record/location/1/2027-12.pdf", 422),
        ("/patrols/record/Z99/2026-11.pdf", 404),
        ("/patrols/record/location/999/2026-11.pdf", 404),
        ("/patrols/checks/A01/99999.pdf", 422),
        ("/patrols/blank/2026-02-30.pdf", 422),
        ("/patrols/blank/2026-11-23.pdf?days=400", 422),
        ("/patrols/blank/2026-11-23.pdf?days=x", 422),
        ("/patrols/blank/2026-11-22.pdf", 404),
        ("/patrols/blank/task/999.pdf", 404),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    hall: Cast,
    task: Task,
    path: str,
    status: int,
) -> None:
    with browser(hall.officer) as client:
        assert client.get(path).status_code == status


def test_common_areas_checks_and_blank_sheets_have_addresses_too(
    hall: Cast,
    task: Task,
) -> None:
    with browser(hall.officer) as client:
        for path in (
            f"/patrols/record/location/{hall.floor}/2026-11.pdf",
            f"/patrols/checks/location/{hall.floor}/2026.xlsx",
            "/patrols/checks/A01/2026.pdf",
            f"/patrols/blank/task/{task.id}.pdf",
            "/patrols/blank/2026-11-23.pdf",
            "/patrols/blank/2026-11-23.pdf?window=A01&days=7",
        ):
            assert client.get(path).status_code == 200, path


def test_another_hall_is_out_of_sight(database: Database, hall: Cast, task: Task) -> None:
    with browser(hall.foreign_manager) as client:
        assert client.get(f"/patrols/blank/task/{task.id}.pdf").status_code == 404
        assert client.get(f"/patrols/record/location/{hall.floor}/2026-11.pdf").status_code == 404
