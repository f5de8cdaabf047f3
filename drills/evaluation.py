"""The evaluation of drills: what its sheet came to, beside the last drill of the same plan.

A sheet is a run of the inspection engine (`drills:YL-2026-01`), kept for ever once it is signed.
After a mistake the drill is evaluated anew; the newest sheet counts, the earlier ones stay.

result(session, site_id, code)           what the newest sheet says, or nothing
open_problems(session, site_id, code)    what still has to be closed before the drill is
earlier(session, site_id, code)          the sheets that do not count any more
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.service import Scored, ScoredSheet
from drills import evidence, grading, revising
from drills.errors import NothingRated
from drills.grading import Grade
from drills.models import Drill
from drills.service import judging, of_site, problems
from drills.service.judging import Before
from drills.service.problems import ProblemView
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.workplace import service as workplace

FEATURE = "drills"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the sheet and what it had the last time; `None` did not apply.

    `known` is what the system knows itself about it, and whether that is as it should be.
    """

    said: Scored
    before: int | None = None
    known: str = ""
    is_good: bool = True

    @property
    def change(self) -> int | None:
        """How many points more than last time, where both were rated."""
        if self.said.points is None or self.before is None:
            return None
        return self.said.points - self.before


@dataclass(frozen=True, slots=True)
class Last:
    """The drill of the same plan before this one, and what it came to."""

    code: str
    title: str
    held_on: date | None
    outcome: grading.Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What a drill was found to be; `problems` are all that it has shown, as they stand now."""

    code: str
    run_id: int
    at: datetime
    by: str
    signature: str
    outcome: grading.Outcome
    items: tuple[Point, ...]
    problems: tuple[ProblemView, ...]
    earlier: int
    last: Last | None

    @property
    def score(self) -> int:
        """The sum of the points."""
        return self.outcome.score

    @property
    def out_of(self) -> int:
        """How many points there could have been."""
        return self.outcome.out_of

    @property
    def percent(self) -> int | None:
        """The share, rounded down."""
        return self.outcome.percent

    @property
    def grade(self) -> Grade | None:
        """How well it went."""
        return self.outcome.grade

    @property
    def grade_text(self) -> str:
        """The grade in words."""
        return grading.grade_text(self.outcome.grade)

    @property
    def why(self) -> str:
        """Why it is in the last grade although its sum is not."""
        if not self.outcome.vetoed:
            return ""
        return _("{codes} has no point: the grade is {grade}.",
                 codes=_(", ").join(self.outcome.vetoed), grade=self.grade_text)  # fmt: skip


def subject_of(code: str) -> str:
    """A drill as the inspection engine knows it."""
    return f"{FEATURE}:{code}"


def result(session: Session, site_id: int, code: str) -> Result | None:
    """What the newest evaluation of a drill came to; nothing before the first is signed."""
    drill = of_site(session, site_id, code)
    sheets = _sheets(session, site_id, [code]) if drill else []
    if drill is None or not sheets:
        return None
    sheet = sheets[0]
    before = judging.last_of_same_plan(session, drill)
    last_sheet = _newest(session, site_id, before.code) if before else None
    points = points_of(last_sheet) if last_sheet else {}
    return Result(
        code=code,
        run_id=sheet.run_id,
        at=sheet.at,
        by=sheet.by,
        signature=sheet.signature,
        outcome=grading.outcome(points_of(sheet)),
        items=_points(session, drill, sheet, points),
        problems=tuple(problems.list_problems(session, drill)),
        earlier=len(sheets) - 1,
        last=_last(before, points) if before and last_sheet else None,
    )


def open_problems(session: Session, site_id: int, code: str) -> list[ProblemView]:
    """What a drill has shown and nobody has closed yet; it cannot be closed before."""
    drill = of_site(session, site_id, code)
    if drill is None:
        return []
    return [one for one in problems.list_problems(session, drill) if one.is_open]


def earlier(session: Session, site_id: int, code: str) -> list[ScoredSheet]:
    """The evaluations that a newer one has replaced, the newest of them first."""
    return _sheets(session, site_id, [code])[1:]


def record(session: Session, actor: Actor, drill: Drill, run_id: int, *, now: datetime) -> None:
    """Take a signed sheet as the drill's evaluation: sum, grade, problems, and the step."""
    sheet = checklists.scored_sheet(session, drill.site_id, run_id)
    assert sheet  # noqa: S101 - the engine has just stored it
    found = grading.outcome(points_of(sheet))
    if not found.rated:
        raise NothingRated()
    judging.evaluated(
        session, actor, drill, run_id=run_id, points=found.score, points_of=found.out_of,
        grade=str(found.grade or ""), now=now,
    )  # fmt: skip
    revising.follow_up(session, actor, drill, sheet, now=now)
    if found.grade is Grade.POOR:
        revising.reconsider(session, actor, drill, now=now)


def abandoned(session: Session, drill: Drill, run_id: int, *, now: datetime) -> None:
    """What was found on a sheet that nobody signed stays found, and is followed up."""
    sheet = checklists.scored_sheet(session, drill.site_id, run_id)
    if sheet is not None:
        problems.adopt(session, None, drill, now=now)
        revising.follow_up(session, None, drill, sheet, now=now)


def points_of(sheet: ScoredSheet) -> dict[str, int | None]:
    """The points of a sheet by code."""
    return {item.code: item.points for item in sheet.items}


def _points(
    session: Session, drill: Drill, sheet: ScoredSheet, before: Mapping[str, int | None]
) -> tuple[Point, ...]:
    signed_on = clock.local_day(sheet.at, workplace.site(session, drill.site_id).timezone)
    known = evidence.evidence(session, drill, signed_on)
    return tuple(
        Point(item, before.get(item.code), *known.get(item.code, ("", True)))
        for item in sheet.items
    )


def _last(before: Before, points: Mapping[str, int | None]) -> Last:
    return Last(before.code, before.title, before.held_on, grading.outcome(points))


def _newest(session: Session, site_id: int, code: str) -> ScoredSheet | None:
    return next(iter(_sheets(session, site_id, [code])), None)


def _sheets(session: Session, site_id: int, codes: Sequence[str]) -> list[ScoredSheet]:
    return checklists.scored_sheets(session, site_id, [subject_of(code) for code in codes])
