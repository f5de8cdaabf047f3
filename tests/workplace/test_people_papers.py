"""Slips and handovers as papers, over the real routes and guard."""

import io
import re

import pypdfium2
import pytest
from sqlalchemy import select

from safety_app.accounts import gate, service
from safety_app.accounts.models import FirstCode, User
from safety_app.core import clock
from safety_app.core.db import Database, reading
from safety_app.features import features
from tests.accounts.people import give_secrets
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.workplace.doors import browser, sign_in

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def _ready(database: Database) -> None:
    features()
    with database.transaction() as session:
        give_secrets(session, "wangxy", "limin", "admin")


def words_of(content: bytes) -> tuple[int, str]:
    """How many pages, and all words on them."""
    paper = pypdfium2.PdfDocument(io.BytesIO(content))
    return len(paper), "\n".join(page.get_textpage().get_text_range() for page in paper)


def printed(client, users: list[int], **fields: str):  # type: ignore[no-untyped-def]
    """Press the button of the page."""

    live = gate.find_live(client.cookies["safety_session"], clock.now())
    assert live
    pairs = [("csrf", live.csrf), *(("user", str(one)) for one in users), *fields.items()]
    body = "&".join(f"{name}={value}" for name, value in pairs)
    return client.post("/people/slips.pdf", content=body, headers=FORM)


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "用户名：wangxy"), ("en", "wangxy")])
def test_slips_carry_codes_that_work(
    database: Database, hall: Cast, language: str, word: str
) -> None:
    with browser() as client:
        sign_in(client, login="admin")
        users = [hall.staff.user_id, hall.second_staff.user_id]
        answer = printed(client, users, lang=language)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    pages, words = words_of(answer.content)
    assert pages == 1 and word in words and "http://hall.example/first" in words
    codes = CODE.findall(words)
    assert len(codes) == 2
    with browser() as client:
        whose = [client.get(f"/first?code={code}").text for code in codes]
    assert {"王晓燕" in one for one in whose} == {True, False}
    assert {"周航" in one for one in whose} == {True, False}


@sqlite_only
def test_eleven_slips_take_two_sheets(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        users = [
            service.create_user(
                session, None, site_id=hall.site_id, login=f"many{n}", name=f"很多{n}",
                now=clock.now(),
            ).id
            for n in range(11)
        ]  # fmt: skip
    with browser() as client:
        sign_in(client, login="admin")
        pages, words = words_of(printed(client, users).content)
    assert pages == 2 and len(set(CODE.findall(words))) == 11


@sqlite_only
def test_one_person_out_of_reach_prints_nothing_for_anybody(database: Database, hall: Cast) -> None:
    with browser() as client:
        sign_in(client, login="limin")
        users = [hall.staff.user_id, hall.other_staff.user_id]
        assert printed(client, users).status_code == 403
        assert printed(client, []).status_code == 422
        assert printed(client, [hall.staff.user_id], lang="tlh").status_code == 422
        assert client.post("/people/slips.pdf", content="user=1", headers=FORM).status_code == 403
    with reading() as session:
        assert session.scalars(select(FirstCode)).all() == []
        assert session.get_one(User, hall.staff.user_id).password_hash is not None


@sqlite_only
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_slips_are_not_fetched_by_their_address(
    database: Database, hall: Cast, accept: str
) -> None:
    with browser() as client:
        sign_in(client, login="admin")
        answer = client.get("/people/slips.pdf", headers={"accept": accept})
    assert answer.status_code == 404
    assert "返回" in answer.text


@sqlite_only
def test_nobody_signed_in_prints_nothing(database: Database, hall: Cast) -> None:
    with browser() as client:
        answer = client.post("/people/slips.pdf", content="user=1", headers=FORM)
        assert answer.status_code == 401


@sqlite_only
def test_a_handover_is_printed_in_both_languages(database: Database, hall: Cast) -> None:
    lead = hall.lead.user_id
    with browser() as client:
        sign_in(client, login="admin")
        assert client.get(f"/people/{lead}/handover.pdf").status_code == 404
        with database.transaction() as session:
            now = clock.now()
            things = service.held_by(session, hall.administrator, lead, now=now)
            to = {one.id: hall.other_lead.user_id for one in things}
            service.hand_over(session, hall.administrator, lead, to, now=now)
        _pages, chinese = words_of(client.get(f"/people/{lead}/handover.pdf").content)
        _pages, english = words_of(client.get(f"/people/{lead}/handover.pdf?lang=en").content)
        assert "工作交接单" in chinese and "A01 综合窗口负责人" in chinese and "孙丽" in chinese
        assert "Lead of A02 Social insurance" in english and "Sun Li" in english
        assert not re.search("[\u4e00-\u9fff]", english)
    with browser() as client:
        sign_in(client, login="limin")
        assert client.get(f"/people/{lead}/handover.pdf").status_code == 404
