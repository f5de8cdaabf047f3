"""Tables of windows and people as a hall sends them."""

from collections.abc import Sequence
from typing import Any

from tests.core import papers

WINDOW_HEAD = ["编号", "名称", "进驻单位", "负责人", "B角", "楼层"]
PEOPLE_HEAD = [
    "姓名", "工号", "单位", "窗口", "角色", "岗位", "到岗日期", "最近培训日期", "考核结果",
]  # fmt: skip
Rows = Sequence[Sequence[Any]]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚"


def book(windows: Rows, people: Rows) -> bytes:
    """A workbook with both sheets."""
    return papers.book(("窗口", [WINDOW_HEAD, *windows]), ("人员", [PEOPLE_HEAD, *people]))


def name(number: int) -> str:
    """A name, different for each number below 8,000."""
    return SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]


def hall(windows: int, people: int) -> tuple[list[list[Any]], list[list[Any]]]:
    """Rows of a hall: each window led by its first person, the second one its deputy."""
    each = people // windows
    rows = [
        [f"W{n + 1:03}", f"窗口{n + 1}", "市政务局", name(n * each), name(n * each + 1), "一楼"]
        for n in range(windows)
    ]
    staff = [
        [
            name(n), f"G{n + 1:04}", "市政务局", f"W{min(n // each, windows - 1) + 1:03}",
            "窗口人员", "前台", "2024-03-01", "2026-09-01", "合格",
        ]
        for n in range(people)
    ]  # fmt: skip
    return rows, staff
