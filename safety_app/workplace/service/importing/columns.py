"""The columns of windows and people, with the headings and words that offices use."""

from collections.abc import Mapping, Sequence
from typing import Final

from safety_app.core.access import Role
from safety_app.core.intake import Column, Kind

WINDOWS, PEOPLE = "windows", "people"
SEPARATORS: Final = "、,，;；/ "

# The first word is the one of the Chinese form, the second the one of the English form.
ROLE_WORDS: Final[Mapping[str, Sequence[str]]] = {
    Role.STAFF: (
        "窗口人员", "Staff", "工作人员", "窗口工作人员", "员工", "职员", "A岗", "B岗",
    ),
    Role.LEAD: (
        "窗口负责人", "Window lead", "负责人", "窗口组长", "组长", "首席代表", "lead",
    ),
    Role.OFFICER: (
        "安全员", "Safety officer", "安全管理员", "专职安全员", "消防安全员",
    ),
    Role.MANAGER: (
        "中心领导", "Manager", "领导", "分管领导", "主任", "副主任", "管理人员", "中心负责人",
    ),
    Role.ADMINISTRATOR: ("系统管理员", "Administrator", "管理员", "admin"),
    Role.THIRD_PARTY: (
        "第三方人员", "Third party", "第三方", "物业", "物业人员", "保安", "保洁", "外包人员",
    ),
}  # fmt: skip

WINDOW_COLUMNS: Final = (
    Column("code", ("编号", "Number", "窗口编号", "窗口号", "code"), needed=True, limit=16),
    Column("name", ("名称", "Name", "窗口名称", "窗口"), needed=True),
    Column("agency", ("进驻单位", "Agency", "单位", "进驻部门", "部门", "unit")),
    Column("lead", ("负责人", "Lead", "窗口负责人", "A角", "window lead"), kind=Kind.NAME),
    Column("deputy", ("B角", "Deputy", "B岗", "代理负责人", "backup"), kind=Kind.NAME),
    Column("floor", ("楼层", "Floor", "所在楼层", "位置", "区域"), limit=16),
)
PEOPLE_COLUMNS: Final = (
    Column("name", ("姓名", "Name", "人员姓名"), kind=Kind.NAME, needed=True),
    Column("staff_no", ("工号", "Staff number", "员工编号", "人员编号", "staff no"), limit=32),
    Column("agency", ("单位", "Unit", "所属单位", "进驻单位", "部门", "agency")),
    Column("windows", ("窗口", "Windows", "窗口编号", "所在窗口", "窗口号", "window")),
    Column("role", ("角色", "Role", "人员角色", "身份"), kind=Kind.CHOICE, choices=ROLE_WORDS),
    Column("post", ("岗位", "Post", "职务", "岗位名称", "position")),
    Column("joined_on", ("到岗日期", "Joined on", "入职日期", "到岗时间"), kind=Kind.DATE),
    Column("trained_on", ("最近培训日期", "Last training", "培训日期", "最近培训"), kind=Kind.DATE),
    Column("exam_result", ("考核结果", "Exam result", "考核", "考试结果"), limit=32),
)
TABLES: Final = {WINDOWS: WINDOW_COLUMNS, PEOPLE: PEOPLE_COLUMNS}
