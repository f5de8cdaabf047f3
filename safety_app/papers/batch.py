"""A pile of old papers at once: scans, and a table that says what each of them is."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Final

import xlsxwriter
from sqlalchemy.orm import Session

from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.i18n import _, language
from safety_app.core.intake import Column, Kind, Problem, Row, read_table
from safety_app.core.sheets import FONT, HEAD
from safety_app.papers import service
from safety_app.papers.errors import BatchFaulty, NothingToFile, OneTable
from safety_app.papers.kinds import kinds
from safety_app.papers.permissions import Permission

MOST: Final = 100
ROWS: Final = 1_000
_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    code: (kind.name, kind.name_en, code) for code, kind in kinds().items()
}
COLUMNS: Final = (
    Column("file", ("文件", "File", "文件名", "file name"), needed=True, limit=200),
    Column("category", ("类别", "Category", "分类"), Kind.CHOICE, needed=True, choices=_CHOICES),
    Column("dated_on", ("日期", "Date", "资料日期"), Kind.DATE, needed=True),
    Column("valid_until", ("有效期至", "Valid until", "有效期"), Kind.DATE),
    Column("number", ("编号", "Number", "文号")),
)
_ENDINGS: Final = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif", ".tif", ".tiff"}
)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One paper of the pile: its row in the table, and its scan if there is one."""

    row: int
    title: str
    category: str
    dated_on: date | None
    valid_until: date | None
    number: str
    scan: File | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What would be filed, what is wrong, and which scans the table does not name."""

    lines: tuple[BatchLine, ...]
    problems: tuple[Problem, ...]
    unnamed: tuple[str, ...]

    @property
    def good(self) -> list[BatchLine]:
        """Lines that can be filed."""
        return [line for line in self.lines if line.is_good]


def plan_batch(
    session: Session, actor: Actor, file_ids: Sequence[int], *, now: datetime
) -> BatchPlan:
    """Hold the table against the scans; nothing is filed yet."""
    actor.require(Permission.KEEP, who=service.WHO_KEEPS)
    kept = files.claim(session, actor, file_ids, kinds=files.SCANS | files.TABLES, most=MOST + 1)
    tables = [one for one in kept if one.is_table]
    if len(tables) != 1:
        raise OneTable(n=len(tables))
    found = read_table(files.read(tables[0]), tables[0].name, COLUMNS)
    scans: dict[str, list[File]] = {}
    for one in kept:
        if not one.is_table:
            scans.setdefault(_stem(one.name), []).append(one)
    check = _Check(scans, clock.local_day(now, actor.timezone), list(found.problems))
    named = Counter(_stem(row.text("file")) for row in found.rows)
    doubles = {stem for stem, times in named.items() if times > 1}
    lines = tuple(check.line(row, doubles) for row in found.rows)
    unnamed = [one.name for stem, several in scans.items() if stem not in named for one in several]
    problems = sorted(check.problems, key=lambda one: one.row or 0)
    return BatchPlan(lines, tuple(problems), tuple(unnamed))


def file_batch(
    session: Session,
    actor: Actor,
    file_ids: Sequence[int],
    *,
    only_good: bool = False,
    now: datetime,
) -> int:
    """File the pile as history; how many papers."""
    plan = plan_batch(session, actor, file_ids, now=now)
    if plan.problems and not only_good:
        raise BatchFaulty(n=len(plan.problems))
    if not plan.good:
        raise NothingToFile()
    for line in plan.good:
        service.file_paper(
            session, actor, category=line.category, title=line.title, number=line.number,
            dated_on=line.dated_on or date.min, valid_until=line.valid_until, is_history=True,
            file_ids=[line.scan.id] if line.scan else [], now=now,
        )  # fmt: skip
    return len(plan.good)


class _Check:
    """Goes through the rows and gathers what is wrong besides what the cells say."""

    def __init__(
        self, scans: Mapping[str, Sequence[File]], today: date, problems: list[Problem]
    ) -> None:
        self.scans, self.today, self.problems = scans, today, problems
        self.bad = {one.row for one in problems}

    def line(self, row: Row, doubles: set[str]) -> BatchLine:
        """What a row would become."""
        said = row.text("file")
        scan = self._scan(row, said, is_double=_stem(said) in doubles)
        dated_on, valid_until = row.day("dated_on"), row.day("valid_until")
        if dated_on is not None and dated_on > self.today:
            self._note(row, "dated_on", _("The date lies ahead."))
        if dated_on is not None and valid_until is not None and valid_until < dated_on:
            self._note(row, "valid_until", _("The paper would end before its own date."))
        return BatchLine(
            row=row.number,
            title=_shown(said)[:128],
            category=row.text("category"),
            dated_on=dated_on,
            valid_until=valid_until,
            number=row.text("number"),
            scan=scan,
            is_good=row.number not in self.bad,
        )

    def _scan(self, row: Row, said: str, *, is_double: bool) -> File | None:
        if not said:
            return None
        several = self.scans.get(_stem(said), [])
        if is_double:
            self._note(row, "file", _("The file stands in the table more than once."))
        if not several:
            self._note(row, "file", _("There is no scan called “{name}”.", name=said))
        elif len(several) > 1:
            self._note(row, "file", _("Several scans are called “{name}”.", name=said))
        return several[0] if len(several) == 1 else None

    def _note(self, row: Row, key: str, text: str) -> None:
        label = next(column.label for column in COLUMNS if column.key == key)
        self.problems.append(Problem(text, row.number, label))
        self.bad.add(row.number)


def batch_form() -> bytes:
    """The table to fill in, in the current language, with the categories to choose from."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet(_("Old papers"))
        head, text = book.add_format(HEAD), book.add_format({**FONT, "num_format": "@"})
        day = book.add_format({**FONT, "num_format": "yyyy-mm-dd", "align": "left"})
        example = (_("Example: test of 2025.pdf"), _words()[0], "2025-03-01", "2026-02-28", "")
        for at, (column, value) in enumerate(zip(COLUMNS, example, strict=True)):
            look = day if column.kind is Kind.DATE else text
            sheet.set_column(at, at, 30 if at < 2 else 16, look)
            sheet.write_string(0, at, column.label, head)
            sheet.write_string(1, at, value)
        lists = book.add_worksheet(_("Categories"))
        for at, word in enumerate(_words()):
            lists.write_string(at, 0, word)
        source = f"='{_('Categories')}'!$A$1:$A${len(_words())}"
        sheet.data_validation(1, 1, ROWS, 1, {"validate": "list", "source": source})
    return out.getvalue()


def _words() -> list[str]:
    at = 1 if language() == "en" else 0
    return [words[at] for words in _CHOICES.values()]


def _shown(name: str) -> str:
    """A file's name without its ending, if that is one of a scan."""
    path = PurePath(name.strip())
    return path.stem if path.suffix.casefold() in _ENDINGS else path.name


def _stem(name: str) -> str:
    """A file's name as it is compared."""
    return _shown(name).casefold()
