"""Codes of a hall's own leave room for the numbers, and numbers always fit on a label."""

import pytest
from sqlalchemy.orm import Session

from equipment.code_errors import CodeNumberTooLong, CodeTaken
from equipment.models import Item
from equipment.service import register
from equipment.service.importing.checks import plan_import
from equipment.service.importing.doing import import_list
from equipment.service.importing.reading import listed
from equipment.service.numbering import next_codes
from tests.cast import NOW, Cast
from tests.equipment.items import make_file, make_item
from tests.equipment.lists import FULL, book, row


def test_a_long_number_behind_a_prefix_is_refused(session: Session, hall: Cast) -> None:
    for code in ("MHQ-999999999999", "MHQ-20240301", "mhq 1234567", "ＹＪＤ－20240301"):
        with pytest.raises(CodeNumberTooLong) as refused:
            make_item(session, hall, code=code)
        assert "最多 6 位" in refused.value.message()
    for code in ("MHQ-240301", "MHQ-A20240301", "XF-20240301", "20240301", "MHQ-2024-0301"):
        assert make_item(session, hall, code=code).code == code
    assert make_item(session, hall).code == "MHQ-240302"


def test_what_is_longer_does_not_lead_the_numbers(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    for code in ("MHQ-999999999999", "MHQ-20240301", "MHQ-1000000"):
        make_item(session, hall).code = code
        session.flush()
    assert next_codes(session, hall.site_id, "MHQ", 2) == ["MHQ-0002", "MHQ-0003"]
    assert item.code == "MHQ-0001"


def test_behind_the_highest_number_the_free_ones_are_used(session: Session, hall: Cast) -> None:
    make_item(session, hall, code="MHQ-2")
    make_item(session, hall, code="MHQ-999998")
    assert make_item(session, hall).code == "MHQ-999999"
    codes = next_codes(session, hall.site_id, "MHQ", 3)
    assert codes == ["MHQ-0001", "MHQ-0003", "MHQ-0004"]
    assert [make_item(session, hall).code for _n in range(2)] == codes[:2]
    with pytest.raises(CodeTaken):
        make_item(session, hall, code="MHQ-999999")


def test_a_list_is_told_so_too(session: Session, hall: Cast) -> None:
    known = make_item(session, hall, common=True, serial="S1")
    known.code = "MHQ-20230101"
    session.flush()
    cells = {
        "名称": "手提式干粉灭火器",
        "型号": "MFZ/ABC4",
        "位置": "一楼大厅",
        "出厂年月": "2024-03",
    }
    rows = [row(**cells, 编号=code) for code in ("MHQ-20240301", "XF-20240301", known.code)]
    rows.append(row(**cells, 摆放位置="东门"))
    file = make_file(session, hall.officer, "台账.xlsx")
    found = listed(book(*rows, head=FULL), "台账.xlsx", file)
    [problem] = plan_import(session, hall.officer, found, now=NOW).problems
    assert (problem.row, problem.column) == (2, "编号") and "最多 6 位" in problem.text
    done = import_list(session, hall.officer, found, only_good=True, now=NOW)
    assert done.codes == ("XF-20240301", "MHQ-0001")
    assert isinstance(register.by_code(session, hall.officer, "MHQ-20230101"), Item)
