"""The papers of plans: for those who may, with what they must say, in both languages."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills.plans.content import Card, Map, Maps, Words
from drills.plans.routes import ROUTES
from drills.plans.service import discard
from safety_app.accounts.models import User
from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.core.file_store import FileStore
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace
from tests.cast import NOW, Cast
from tests.core.papers import picture
from tests.dialects import sqlite_only
from tests.drills.plans.documents import make_draft, make_plan, next_version, put_in_force, save
from tests.hazards.test_api import SignedIn

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def words(content: bytes) -> str:
    """All words of a paper, without spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def with_map(session: Session, hall: Cast) -> tuple[int, str]:
    """A published fire plan with a map; its id and the key of the picture."""
    document = make_draft(session, hall)
    shown = files.receive(session, hall.officer, picture(), "图.jpg", now=NOW)
    save(session, hall, document, Maps(maps=(Map(file_id=shown.id, caption=Words(zh="一楼")),)))
    put_in_force(session, hall, document)
    return document.id, shown.key


def test_the_whole_plan_says_who_does_what_and_on_what_it_rests(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        plan, _key = with_map(session, hall)
    with browser(hall.staff) as page:
        chinese = page.get(f"/emergency-plans/{plan}.pdf")
        english = page.get(f"/emergency-plans/{plan}.pdf?lang=en")
    said = words(chinese.content)
    for part in ("火灾现场处置方案", "YA-01", "第1版", "陈静", "灭火行动组", "119", "第三十九条",
                 "批准人：", "单位（盖章）"):  # fmt: skip
        assert part in said, part
    assert "On-siteplan:fire" in words(english.content) and "ChenJing" in words(english.content)
    assert chinese.content == again(hall, f"/emergency-plans/{plan}.pdf")


def again(hall: Cast, address: str) -> bytes:
    """The same paper, printed by somebody else."""
    with browser(hall.manager) as page:
        return page.get(address).content


def test_an_older_version_is_printed_as_it_was(database: Database, hall: Cast) -> None:
    with transaction() as session:
        document = make_plan(session, hall)
        session.get_one(User, hall.manager.user_id).name = "陈某"
        next_version(session, hall, document, days=0)
    with browser(hall.staff) as page:
        old = page.get(f"/emergency-plans/{document.id}.pdf?version=1")
        new = page.get(f"/emergency-plans/{document.id}.pdf")
        assert page.get(f"/emergency-plans/{document.id}.pdf?version=9").status_code == 404
        assert page.get(f"/emergency-plans/{document.id}.pdf?version=draft").status_code == 404
    assert "增设组" in words(new.content) and "增设组" not in words(old.content)


def test_a_lost_picture_is_said_and_the_rest_is_printed(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan, key = with_map(session, hall)
    FileStore(settings().file_dir).path(key).unlink()
    with browser(hall.staff) as page:
        assert "图片“一楼”无法读取" in words(page.get(f"/emergency-plans/{plan}.pdf").content)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("a5", (420, 595))])
def test_a_card_is_one_page_whatever_stands_on_it(
    database: Database, hall: Cast, paper: str, size: tuple[int, int]
) -> None:
    with transaction() as session:
        session.get_one(User, hall.manager.user_id).phone = "13800000001"
        plan = make_plan(session, hall).id
        long = make_draft(session, hall, "evacuation")
        many = "\n".join(f"第{n}步：{'说明' * 18}" for n in range(1, 9))
        save(session, hall, long, Card(lines=Words(zh=many)))
        put_in_force(session, hall, long)
    with browser(hall.staff) as page:
        one = page.get(f"/emergency-plans/{plan}/card.pdf?paper={paper}")
        both = page.get(f"/emergency-plans/cards.pdf?paper={paper}")
    assert len(PdfReader(io.BytesIO(one.content)).pages) == 1
    pages = PdfReader(io.BytesIO(both.content)).pages
    assert len(pages) == 2
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == size
    said = words(one.content)
    for part in ("119", "大声示警", "总指挥陈静", "13800000001", "YA-01"):
        assert part in said, part
    assert "第8步" in words(both.content)


def test_the_contact_list_has_who_leads_with_todays_numbers(database: Database, hall: Cast) -> None:
    with transaction() as session:
        make_plan(session, hall)
        make_plan(session, hall, "evacuation", deputy_id=hall.lead.user_id, member_ids=())
        session.get_one(User, hall.manager.user_id).phone = "138-1"
        session.get_one(User, hall.officer.user_id).is_active = False
    with browser(hall.staff) as page:
        said = words(page.get("/emergency-plans/contacts.pdf").content)
    assert "陈静" in said and "138-1" in said and "李敏" in said
    assert "刘洋" not in said and "王晓燕" not in said, "who left, and who is only led"
    assert "名册中没有电话：李敏" in said


def test_which_plans_were_in_force_on_a_day_is_a_paper(database: Database, hall: Cast) -> None:
    with transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
        version = make_plan(session, hall).current_id
    with browser(hall.staff) as page:
        today = words(page.get("/emergency-plans/register.pdf").content)
        before = words(page.get("/emergency-plans/register.pdf?day=2026-11-22").content)
        month = words(page.get("/emergency-plans/register/2026-10.pdf").content)
        ahead = page.get("/emergency-plans/register.pdf?day=2099-01-01")
        assert page.get("/emergency-plans/register/2026-13.pdf").status_code == 404
        assert page.get("/emergency-plans/register.pdf?day=x").status_code == 404
    assert version and "YA-01" in today and "0/8" in today
    assert "这一天没有现行预案" in before and "这一天没有现行预案" in month
    assert "2026年11月23日" in words(ahead.content)


def test_what_is_not_in_force_or_not_there_is_a_sentence(database: Database, hall: Cast) -> None:
    with transaction() as session:
        document = make_draft(session, hall)
        rules = put_in_force(session, hall, make_draft(session, hall, "visitor_rules"))
    with browser(hall.staff) as page:
        assert page.get(f"/emergency-plans/{document.id}.pdf").status_code == 409
        assert page.get("/emergency-plans/cards.pdf").status_code == 404
        assert page.get("/emergency-plans/999.pdf").status_code == 404
        assert page.get(f"/emergency-plans/{rules.document_id}.pdf").status_code == 404
        assert page.get(f"/hall-rules/{rules.document_id}.pdf").status_code == 200
        assert page.get("/hall-rules/poster.pdf?for=staff").status_code == 404
        poster = page.get("/hall-rules/poster.pdf")
    assert "http://testserver/rules/visitors" in words(poster.content)
    with browser(hall.foreign_manager) as page:
        assert page.get(f"/hall-rules/{rules.document_id}.pdf").status_code == 404
    with transaction() as session:
        discard(session, hall.officer, document.id, now=NOW)
