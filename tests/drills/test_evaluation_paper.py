"""The evaluation as a paper: all points, the last drill beside them, problems and the signature."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills import evaluation
from drills.documents.evaluation import evaluation_blocks, evaluation_pdf, result_lines
from drills.documents.paper import head_of
from drills.evaluation_paper import ROUTES
from drills.models import Drill, DrillPlan
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Heading, Table
from safety_app.web import middleware
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.test_evaluation import BROADCAST, evaluate, held, with_plan
from tests.web.doors import SIGNED_IN, Finder

TASK = {"value": "1", "note": "写明轮椅引导", "disposal": "task"}


@pytest.fixture
def drill(session: Session, hall: Cast) -> Drill:
    """The second drill of a plan, with a hazard, a task, and points that did not apply."""
    old = held(session, hall, title="上半年演练", now=NOW - timedelta(days=180))
    plan_id = with_plan(session, hall, old)
    old.held_on = TODAY - timedelta(days=180)
    evaluate(
        session, hall.officer, old, {"G08": {**BROADCAST, "value": "1"}, "G10": {"value": "3"}}
    )
    new = held(session, hall, title="下半年演练")
    session.add(DrillPlan(drill_id=new.id, plan_id=plan_id))
    session.flush()
    said = {
        "G08": BROADCAST, "G20": TASK, "G12": {"value": "N", "reason": "not_played"},
        "G04": {"value": "4"},
    }  # fmt: skip
    evaluate(session, hall.officer, new, said)
    return new


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_paper_tells_points_comparison_problems_and_the_grade(
    session: Session, hall: Cast, drill: Drill
) -> None:
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found
    assert result_lines(found) == [
        "已评 19 项，得 87 分，满分 95 分，得分率 91 %，等级为优。",
        "与本预案上次演练（YL-2026-01，2026年5月27日，94 %，优）相比："
        "2 项提高，2 项下降，15 项持平。",
    ]
    text = text_of(evaluation_pdf(session, drill, found, NOW)).replace("\n", "")
    wanted = ["应急演练评估表", "G20", "二楼东侧听不清", "本次情景不涉及", "优 90 % 起"]
    wanted += ["待交办", "写明轮椅引导", "评估人（签字）", found.problems[0].reference]
    for words in wanted:
        assert words in text, words


def test_the_table_has_every_point_with_the_last_score_beside_it(
    session: Session, hall: Cast, drill: Drill
) -> None:
    found = evaluation.result(session, hall.site_id, drill.code)
    assert found
    blocks = evaluation_blocks(session, drill, found, head_of(session, hall.site_id, NOW))
    points, problems, _signature = (block for block in blocks if isinstance(block, Table))
    rows = {row[0]: row[2:4] for row in points.rows}
    assert len(rows) == 20
    assert (rows["G08"], rows["G12"], rows["G04"]) == (("2", "1"), ("不适用", "5"), ("4", "5"))
    assert [row[:3] for row in problems.rows] == [
        ("G08", "疏散广播听不清或有盲区", found.problems[0].reference),
        ("G20", "预案修订意见未落实：写明轮椅引导", "修订《火灾现场处置方案》"),
    ]
    unsigned = evaluation_blocks(
        session, drill, found, head_of(session, hall.site_id, NOW), is_signed=False
    )
    assert len(unsigned) == len(blocks) - 1 and isinstance(unsigned[0], Heading)


def test_it_speaks_english_and_prints_the_same_twice(
    session: Session, hall: Cast, drill: Drill
) -> None:
    with use_language("en"):
        found = evaluation.result(session, hall.site_id, drill.code)
        assert found
        first = evaluation_pdf(session, drill, found, NOW)
        assert first == evaluation_pdf(session, drill, found, NOW + timedelta(seconds=50))
    assert "Drill evaluation" in text_of(first) and "Excellent" in text_of(first)


def visitor(actor: Actor) -> TestClient:
    app = Starlette(routes=list(ROUTES), middleware=middleware.stack(Finder(actor)))
    return TestClient(app, base_url="http://hall.example", headers=SIGNED_IN)


@sqlite_only
def test_the_address_answers_with_the_paper_or_a_sentence(database: Database, hall: Cast) -> None:
    client = visitor(hall.staff)
    with database.transaction() as session:
        drill = held(session, hall)
        code = drill.code
    assert client.get(f"/drills/{code}/evaluation.pdf").status_code == 404
    assert client.get("/drills/YL-2026-99/evaluation.pdf").status_code == 404
    with database.transaction() as session:
        evaluate(session, hall.officer, session.get_one(Drill, drill.id), {})
    assert visitor(hall.foreign_manager).get(f"/drills/{code}/evaluation.pdf").status_code == 404
    answer = client.get(f"/drills/{code}/evaluation.pdf?lang=en")
    assert answer.headers["content-type"] == "application/pdf"
    assert "100 %" in text_of(answer.content)
