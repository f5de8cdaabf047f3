"""A list that comes again, better known: what is there is filled in, nothing is doubled."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.models import Item, Step
from equipment.service import moving, register
from equipment.service.importing.lines import Fate
from tests.cast import NOW, Cast
from tests.equipment.items import make_item, steps_of
from tests.equipment.test_importing import bring_in, good, hints, items, plan, said

POINT: dict[str, Any] = {"摆放位置": "1号点"}
UNTOLD: dict[str, Any] = {**POINT, "出厂年月": "不详"}


def fates(session: Session, hall: Cast, *rows: list[Any]) -> list[Fate]:
    return [line.fate for line in plan(session, hall, *rows).lines]


def made(session: Session) -> list[date | None]:
    session.expire_all()
    return [item.made_on for item in items(session)]


def test_a_date_that_was_found_out_is_filled_in(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**UNTOLD))
    [line] = plan(session, hall, good(**POINT)).lines
    assert line.fate is Fate.CHANGED
    [change] = line.changes
    assert (change.column, change.old, change.new) == ("出厂年月", "暂不清楚", "2024年3月")
    assert line.why == "台账中：MHQ-0001"
    done = bring_in(session, hall, good(**POINT))
    assert (done.pieces_new, done.pieces_changed) == (0, 1)
    session.expire_all()
    [item] = items(session)
    assert (item.made_on, item.made_precision) == (date(2024, 3, 1), Precision.MONTH)
    assert item.made_unknown_since is None and item.scrap_on == date(2034, 3, 1)
    assert steps_of(session, item) == [Step.EDIT]
    assert fates(session, hall, good(**POINT)) == [Fate.SAME]


def test_all_pieces_of_a_row_are_filled_in(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(数量=4, 出厂年月=""))
    done = bring_in(session, hall, good(数量=3), good(出厂年月="2025-05"))
    assert (done.pieces_new, done.pieces_changed) == (0, 4)
    assert made(session) == [date(2024, 3, 1)] * 3 + [date(2025, 5, 1)]
    assert plan(session, hall, good(数量=3), good(), good(出厂年月="2025-05")).pieces == 1


def test_what_is_still_unknown_stands_for_itself(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**UNTOLD), good(**UNTOLD))
    assert fates(session, hall, good(**POINT), good(**UNTOLD)) == [Fate.CHANGED, Fate.SAME]
    assert fates(session, hall, good(**UNTOLD), good(**POINT), good(**POINT)) == [
        Fate.SAME, Fate.CHANGED, Fate.NEW,
    ]  # fmt: skip


def test_a_list_that_does_not_know_yet_doubles_nothing(session: Session, hall: Cast) -> None:
    make_item(session, hall, common=True, placing="1号点")
    assert fates(session, hall, good(**UNTOLD), good(**UNTOLD)) == [Fate.SAME, Fate.NEW]
    assert fates(session, hall, good(出厂年月="不详")) == [Fate.NEW], "it may be any in the hall"


def test_what_cannot_be_read_needs_a_word_to_become_readable(session: Session, hall: Cast) -> None:
    make_item(
        session, hall, common=True, placing="1号点", made_on=None, precision=Precision.UNREADABLE
    )
    assert "备注" in said(plan(session, hall, good(**POINT)))[0]
    assert fates(session, hall, good(**POINT, 备注="擦净后看清钢印")) == [Fate.CHANGED]


def test_another_custodian_and_what_else_is_new_comes_over(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**POINT, 责任人="刘洋"))
    told = good(**POINT, 责任人="李敏", 生产厂家="安泰", 出厂编号="S9", 最近维修="2025-06")
    [line] = plan(session, hall, told).lines
    assert [one.field for one in line.changes] == ["maker", "serial", "custodian", "last_services"]
    bring_in(session, hall, told)
    session.expire_all()
    [item] = items(session)
    assert (item.custodian_id, item.maker, item.serial) == (hall.lead.user_id, "安泰", "S9")
    assert item.last_services == {"service": "2025-06-01"}
    assert steps_of(session, item) == [Step.EDIT, Step.MOVE]
    assert fates(session, hall, told) == [Fate.SAME]


def test_of_several_alike_the_custodian_tells_which(session: Session, hall: Cast) -> None:
    for who in (hall.lead, hall.officer, hall.staff):
        make_item(session, hall, common=True, custodian_id=who.user_id)
    made = plan(session, hall, good(责任人="刘洋"), good(责任人="李敏"), good(责任人="吴涛"))
    assert [line.fate for line in made.lines] == [Fate.SAME, Fate.SAME, Fate.CHANGED]
    [change] = made.lines[2].changes
    assert (change.old, change.new) == ("王晓燕", "吴涛")


def test_only_the_pieces_that_change_have_a_step(session: Session, hall: Cast) -> None:
    one = make_item(session, hall, common=True, custodian_id=hall.officer.user_id)
    other = make_item(session, hall, common=True)
    done = bring_in(session, hall, good(数量=2, 责任人="刘洋"))
    assert done.pieces_changed == 1
    assert (steps_of(session, one), steps_of(session, other)) == ([], [Step.MOVE])


def test_what_was_filled_in_and_moved_is_still_known(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**UNTOLD))
    bring_in(session, hall, good(**POINT))
    session.expire_all()
    [item] = items(session)
    moving.move(
        session, hall.officer, item.id, window_id=hall.a01, location_id=None, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    assert fates(session, hall, good(**POINT)) == [Fate.SAME]


def test_what_was_found_out_on_its_page_is_known(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**UNTOLD))
    [item] = items(session)
    facts: dict[str, Any] = {"made_on": date(2024, 3, 1), "precision": Precision.MONTH}
    register.edit_item(
        session, hall.officer, item.id, row_version=item.row_version, now=NOW, **facts
    )
    assert fates(session, hall, good(**UNTOLD)) == [Fate.SAME]
    assert fates(session, hall, good(**POINT)) == [Fate.SAME]


def test_two_serial_numbers_are_two_pieces(session: Session, hall: Cast) -> None:
    make_item(session, hall, common=True, serial="S1")
    assert fates(session, hall, good(出厂编号="S2")) == [Fate.NEW]
    assert fates(session, hall, good(出厂编号="S1")) == [Fate.SAME]


def test_what_is_known_by_its_code_is_nobody_elses(session: Session, hall: Cast) -> None:
    item: Item = make_item(session, hall, common=True, placing="1号点")
    assert fates(session, hall, good(**POINT), good(**POINT, 编号=item.code)) == [
        Fate.NEW, Fate.SAME,
    ]  # fmt: skip


def test_another_piece_at_the_same_point_is_asked_about(session: Session, hall: Cast) -> None:
    make_item(session, hall, common=True, placing="1号点")
    found = plan(session, hall, good(**{**POINT, "出厂年月": "2025-01"}))
    assert [line.fate for line in found.lines] == [Fate.NEW]
    assert any("MHQ-0001" in hint and "更换" in hint for hint in hints(found))
    assert not hints(plan(session, hall, good(出厂年月="2025-01")))


def test_further_pieces_come_in_on_request_all_the_same(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(**UNTOLD))
    assert plan(session, hall, good(**POINT), again=True).pieces == 1
