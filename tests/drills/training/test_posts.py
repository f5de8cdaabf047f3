"""A post is the same however it is written: whom a requirement of a post binds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from drills.training.asking import refuses_more
from drills.training.errors import NobodyMeant, RequirementDoubled
from drills.training.models import GatePeriod, Occasion, Who
from drills.training.needs import Rule, Rules, Stay, Worker, binds
from drills.training.posts import plain_post
from drills.training.service.course_keeping import (
    RequirementFacts,
    add_requirement,
    change_requirement,
    outlook,
)
from drills.training.service.matrix import standing
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import course, here_since, only, requirement
from tests.screens import open_page, text_of

DAY = timedelta(days=1)
POST, ENGLISH = "消防控制室值班员", "Fire control room operator"
NAMES = (POST, ENGLISH, "导办员", "Guide", "电工 2 组", "A01 窗口人员")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
FACTS = RequirementFacts(who=Who.POST, who_value="导办员", occasion=Occasion.NEW)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@st.composite
def written(draw: st.DrawFn, name: str) -> str:
    """A name as somebody may type it."""
    gaps = st.sampled_from(("", "", " ", "\u3000", "\u00a0"))
    found = "".join(draw(gaps) + char for char in name) + draw(gaps)
    found = draw(st.sampled_from((found, found.upper(), found.translate(WIDE))))
    return found + draw(st.sampled_from(("", "（兼）", "(acting)", "【夜班】", "（一）（兼）")))


@given(data=st.data(), wanted=st.sampled_from(NAMES), has=st.sampled_from(NAMES))
def test_how_a_post_is_written_on_either_side_decides_nothing(
    data: st.DataObject, wanted: str, has: str
) -> None:
    rule = Rule(1, 1, Who.POST, data.draw(written(wanted)), Occasion.NEW)
    post = data.draw(written(has))
    expected = wanted == has or {wanted, has} == {POST, ENGLISH}
    for names in ((post, ""), ("", post), ("别的", post), (post, "Another")):
        stay = Stay(date.min, date.max, frozenset({Role.STAFF}), frozenset(), *names)
        assert binds(rule, stay, frozenset()) is expected
        found = Rules((rule,), ahead_days=30).needs(Worker(1, date.min, (stay,)), TODAY)
        assert bool(found) is expected


@pytest.mark.parametrize("name", ["", " ", "（兼）", "(A) (B)"])
def test_brackets_alone_are_a_name_and_nothing_is_none(name: str) -> None:
    rule = Rule(1, 1, Who.POST, name, Occasion.NEW)
    nobody = Stay(date.min, date.max, frozenset({Role.STAFF}), frozenset())
    assert not binds(rule, nobody, frozenset())
    assert bool(plain_post(name)) is bool(name.strip())


def post_of(session: Session, hall: Cast, **names: str) -> int:
    user_id = hall.second_staff.user_id
    accounts.update_person(session, hall.administrator, user_id, now=NOW, **names)  # type: ignore[arg-type]
    return user_id


@pytest.mark.parametrize(
    "names",
    [
        {"post": "消防控制室 值班员"},
        {"post": "消防控制室值班员（兼）"},
        {"post": "Fire  control room operator"},
        {"post_en": ENGLISH},
        {"post": "值班员", "post_en": "FIRE CONTROL ROOM OPERATOR (nights)"},
    ],
)
def test_nobody_escapes_the_gate_by_how_their_post_is_written(
    session: Session, hall: Cast, names: dict[str, str]
) -> None:
    here_since(session, hall)
    only(session, hall, "CONTROL-ROOM")
    session.add(GatePeriod(site_id=hall.site_id, starts_on=TODAY, grace_days=0, set_at=NOW))
    user_id = post_of(session, hall, **names)
    assert workplace.find_bar(session, hall.site_id, user_id, TODAY) is not None
    assert user_id in standing(session, hall.site_id, TODAY).grid.user_ids
    assert workplace.find_bar(session, hall.site_id, hall.staff.user_id, TODAY) is None


def test_a_post_of_a_requirement_is_stored_as_it_is_meant(session: Session, hall: Cast) -> None:
    course_id = course(session, hall, "FIRE").id
    wanted = replace(FACTS, who_value=" \u200e导办员\t")
    row = add_requirement(session, hall.officer, course_id, wanted, now=NOW)
    assert (row.who_value, row.code) == ("导办员", "FIRE/new/post/导办员")
    changed = change_requirement(
        session, hall.officer, row.id, replace(FACTS, who_value=" 保安 "), now=NOW
    )
    assert changed.who_value == "保安"
    with pytest.raises(NobodyMeant):
        add_requirement(
            session, hall.officer, course_id, replace(FACTS, who_value="\u200e "), now=NOW
        )


def test_a_post_under_another_spelling_is_required_already(session: Session, hall: Cast) -> None:
    course_id = course(session, hall, "FIRE").id
    add_requirement(session, hall.officer, course_id, FACTS, now=NOW)
    with pytest.raises(RequirementDoubled):
        add_requirement(
            session, hall.officer, course_id, replace(FACTS, who_value="导 办员（兼）"), now=NOW
        )
    add_requirement(session, hall.officer, course_id, replace(FACTS, who_value="保安"), now=NOW)


def test_another_spelling_asks_no_more_of_anybody() -> None:
    assert not refuses_more(replace(FACTS, who_value="导 办员"), FACTS)
    assert refuses_more(replace(FACTS, who_value="导办组长"), FACTS)


def test_what_was_stored_with_spaces_binds_all_the_same(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "CONTROL-ROOM")
    requirement(session, hall, "CONTROL-ROOM/new/post/消防控制室值班员").who_value = " 导 办员 "
    user_id = post_of(session, hall, post="导办员")
    assert standing(session, hall.site_id, TODAY, [user_id]).grid.worst()[0]


def test_a_post_of_days_gone_by_keeps_its_english_name(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "CONTROL-ROOM")
    user_id = post_of(session, hall, post="操作员", post_en=ENGLISH)
    accounts.set_roles(
        session, hall.administrator, user_id, staff_at=[hall.a03], leads=(), for_the_site=(),
        now=NOW + DAY,
    )  # fmt: skip
    lights = [standing(session, hall.site_id, TODAY + n * DAY, [user_id]).grid for n in (0, 1)]
    assert all(one.worst()[0] for one in lights)
    accounts.update_person(
        session, hall.administrator, user_id, post="讲解员", post_en="Guide", now=NOW + 2 * DAY
    )
    later = standing(session, hall.site_id, TODAY + 2 * DAY, [user_id])
    assert not later.grid.worst()[0]


def test_the_outlook_knows_whether_anybody_has_the_post(session: Session, hall: Cast) -> None:
    course_id = course(session, hall, "FIRE").id

    def has_holders(**facts: object) -> bool:
        wanted = replace(FACTS, **facts)  # type: ignore[arg-type]
        return outlook(session, hall.officer, course_id, wanted, now=NOW).has_holders

    assert not has_holders()
    post_of(session, hall, post="导办员（一楼）")
    assert has_holders()
    assert has_holders(who_value=" 导 办员")
    assert not has_holders(who_value="导办组长")
    assert has_holders(who=Who.EVERYBODY)


@sqlite_only
def test_the_form_says_when_nobody_has_the_post(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        post_of(session, hall, post="导办员")
        row = requirement(session, hall, "CONTROL-ROOM/new/post/消防控制室值班员")
        address = {"id": str(row.course_id), "do": "need", "need": str(row.id)}
    page = open_page(hall.officer, "training-courses", **address)
    told = "目前没有人在这个岗位，请按人员名单中的写法填写。"
    assert told in " ".join(text_of(page))
    page.text_input(key=f"need.{row.id}.post").set_value("导 办员")
    assert told not in " ".join(text_of(page.run()))
    page.text_input(key=f"need.{row.id}.post").set_value(" ")
    assert told not in " ".join(text_of(page.run()))
