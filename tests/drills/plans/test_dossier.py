"""Chapter 2 of an inspector's papers, what the plans stand for on the shelf, and setting up."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from drills.plans import dossier
from drills.plans.content import Annex, Annexes, Map, Maps
from drills.plans.service import withdraw
from drills.plans.service.files import may_see_file
from drills.plans.steps import published, ruled
from safety_app.accounts.models import User
from safety_app.core import clock
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Block, Heading, Paragraph, Table
from safety_app.core.settings import settings
from safety_app.papers import gaps
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_draft, make_picture, make_plan, put_in_force, save
from tests.equipment.items import make_file


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def texts(blocks: Iterable[Block]) -> str:
    """Headings, paragraphs and cells."""
    found = []
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [str(cell) for row in block.rows for cell in row]
    return "\n".join(found)


def test_the_chapter_has_the_list_the_rules_and_each_plan_in_full(
    session: Session, hall: Cast
) -> None:
    put_in_force(session, hall, make_draft(session, hall, "staff_rules"))
    document = make_draft(session, hall)
    annex = make_file(session, hall.officer)
    save(session, hall, document, Annexes(files=(Annex(file_id=annex, title="平面图"),)))
    put_in_force(session, hall, document)
    found = dossier.plans_and_rules(session, hall.site_id, NOW)
    said = texts(found.blocks)
    for part in ("ZD-01", "YA-01 火灾现场处置方案　第 1 版", "灭火行动组", "一、目的", "陈静"):
        assert part in said, part
    assert found.scans == (annex,) and found.captions[annex] == "YA-01 平面图"
    assert found.shortfalls == ()
    with use_language("en"):
        english = dossier.plans_and_rules(session, hall.site_id, NOW)
    assert "YA-01 On-site plan: fire, version 1" in texts(english.blocks)


def test_a_hall_without_plans_gives_nothing_and_stands_for_nothing(
    session: Session, hall: Cast
) -> None:
    make_draft(session, hall)
    assert dossier.plans_and_rules(session, hall.site_id, NOW).blocks == ()
    assert dossier.stands_for(session, hall.site_id) == frozenset()
    assert published(session, hall.site_id) == ruled(session, hall.site_id) == (False, "")


def test_what_is_not_in_order_is_a_shortfall(session: Session, hall: Cast) -> None:
    make_plan(session, hall)
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    late = NOW + timedelta(days=1200)
    found = dossier.plans_and_rules(session, hall.site_id, late).shortfalls
    assert len(found) == 2
    assert "评估期限为 2029年11月23日" in found[0] and "王晓燕已离岗" in found[1]


def test_plans_and_rules_in_force_need_no_paper(session: Session, hall: Cast) -> None:
    def lacking() -> set[str]:
        return {one.kind.code for one in gaps.list_gaps(session, hall.officer, today=TODAY)}

    assert {"plan", "rules"} <= lacking()
    make_plan(session, hall, "evacuation")
    assert "plan" in lacking(), "the law asks for the one against fire"
    fire = make_plan(session, hall)
    put_in_force(session, hall, make_draft(session, hall, "staff_rules"))
    assert not {"plan", "rules"} & lacking()
    assert published(session, hall.site_id) == (True, "现行 2 项")
    assert ruled(session, hall.site_id)[0]
    withdraw(session, hall.manager, fire.id, reason="试", now=NOW)
    assert "plan" in lacking()


def test_maps_and_annexes_are_everybodys_of_the_hall(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    picture, other = make_picture(session, hall.officer), make_picture(session, hall.officer, "x")
    save(session, hall, document, Maps(maps=(Map(file_id=picture),)))
    for actor in hall.everyone().values():
        assert may_see_file(session, actor, picture)
        assert not may_see_file(session, actor, other)
    assert not may_see_file(session, hall.foreign_manager, picture)
