"""The columns of a table of questions, and the words that people write in them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from drills.exams.errors import AnswerUnreadable, QuestionFault
from drills.exams.models import Kind
from drills.exams.scoring import LETTERS
from safety_app.core.intake import Column
from safety_app.core.intake import Kind as CellKind

KINDS: Final[Mapping[str, Sequence[str]]] = {
    Kind.SINGLE: (
        "单项选择", "Single choice", "单选", "单选题", "单项选择题", "单项", "选择题", "单",
        "single", "choice",
    ),
    Kind.MULTIPLE: (
        "多项选择", "Multiple choice", "多选", "多选题", "多项选择题", "多项", "不定项", "多",
        "multiple",
    ),
    Kind.TRUE_FALSE: (
        "判断", "True or false", "判断题", "是非题", "对错题", "判", "true/false", "judgement",
        "judgment",
    ),
}  # fmt: skip
TRUE: Final = frozenset(
    ["对", "正确", "是", "√", "✓", "✔", "T", "TRUE", "Y", "YES", "A", "R", "RIGHT", "1"]
)
FALSE: Final = frozenset(
    ["错", "错误", "不对", "否", "×", "✗", "✘", "X", "F", "FALSE", "N", "NO", "B", "WRONG", "0"]
)
_BETWEEN: Final = re.compile(r"[\s,;、，；.。/|和及&+-]+")
LONG: Final = 600
"""So much of a cell is read; what is too long is told with the question's own limit."""


def _option(letter: str) -> Column:
    names = (f"选项{letter}", f"Option {letter}", letter, f"{letter}选项", f"选择{letter}")
    return Column(f"option_{letter}", names, limit=LONG)


def _english(letter: str) -> Column:
    return Column(
        f"option_{letter}_en", (f"选项{letter}英文", f"Option {letter} in English"), limit=LONG
    )


COLUMNS: Final = (
    Column("text", ("题目", "Question", "试题", "题干", "题目内容", "问题"), needed=True,
           limit=LONG),
    Column("kind", ("题型", "Kind", "类型", "试题类型"), kind=CellKind.CHOICE, needed=True,
           choices=KINDS),
    *(_option(letter) for letter in LETTERS),
    Column("right", ("答案", "Right answer", "正确答案", "标准答案", "参考答案", "Answer"),
           limit=LONG),
    Column("topic", ("知识点", "Topic", "分类", "类别", "章节"), limit=LONG),
    Column("points", ("分值", "Points", "分数", "得分"), limit=LONG),
    Column("explanation", ("解析", "Explanation", "答案解析", "说明"), limit=LONG),
    Column("source", ("依据", "Basis", "出处", "法规依据"), limit=LONG),
    Column("code", ("编号", "Code", "题号", "试题编号"), limit=LONG),
    Column("text_en", ("英文题目", "Question in English"), limit=LONG),
    *(_english(letter) for letter in LETTERS),
    Column("explanation_en", ("英文解析", "Explanation in English"), limit=LONG),
    Column("source_en", ("英文依据", "Basis in English"), limit=LONG),
)  # fmt: skip
FORM: Final = tuple(
    one
    for one in COLUMNS
    if not one.key.endswith("_en") and one.key not in ("option_E", "option_F", "code")
)
"""What most tables have, as one is told it whose table is not understood."""
LABELS: Final[Mapping[str, Column]] = {column.key: column for column in COLUMNS}


def label(key: str) -> str:
    """The heading of a column in the current language."""
    return LABELS[key].label


def column_of(fault: QuestionFault) -> str:
    """The heading of the column that a fault is in."""
    key = "option_A" if fault.column == "options" else fault.column
    return label(key) if key in LABELS else ""


def right_of(said: str, kind: Kind) -> str:
    """The letters that a cell means: `a,c` is AC, √ of a statement is A; raises a fault."""
    plain = unicodedata.normalize("NFKC", said).strip().upper().replace("✕", "×")
    if kind is Kind.TRUE_FALSE:
        if plain in TRUE:
            return "A"
        if plain in FALSE:
            return "B"
        if plain:
            raise AnswerUnreadable(value=said[:20])
        return ""
    letters = _BETWEEN.sub("", plain)
    if any(not ("A" <= char <= "Z") for char in letters):
        raise AnswerUnreadable(value=said[:20])
    return "".join(sorted(set(letters)))
