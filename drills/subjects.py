"""Drills as the inspection engine sees them: what their sheet says, and what follows from it."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from drills import evaluation, evidence, grading, revising
from drills.errors import CommanderJudges, NobodyThere
from drills.lifecycle import RULES, may
from drills.lifecycle import require as require_step
from drills.models import (
    FORM_NAMES,
    STATUS_NAMES,
    WAS_HELD,
    Drill,
    Form,
    ProblemKind,
    Status,
    Step,
)
from drills.permissions import WHO_MAY, Permission
from drills.service import attending, judging, of_site
from drills.service.judging import Before
from hazards.service import Origin
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Inspected, Receipt, Subject, SubjectBrief, Subjects
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace

CHECKLISTS: Final = {Form.LIVE: "drill-live", Form.TABLETOP: "drill-tabletop"}
TASKS: Final = frozenset({"G01", "G18", "G19", "G20"})
"""The points that are no hazards: what is lacking may be in the plan itself."""
OPEN_DAYS: Final = 14
"""The debrief and the report, which are rated too, have five working days."""


def refusal(session: Session, actor: Actor, code: str) -> str:
    """Why it is not evaluated now, or not by this person."""
    drill = _drill(session, actor.site_id, code)
    if not may(session, actor, drill, Step.EVALUATE):
        refused = NotAllowed(who=WHO_MAY[RULES[Step.EVALUATE].permission])
        if actor.may_somewhere(Permission.VIEW):
            return refused.message()
        raise refused
    if actor.user_id == drill.commander_id:
        return CommanderJudges().message()
    if drill.status == Status.CLOSED:
        return _("{code} is closed; its evaluation does not change any more.", code=drill.code)
    if drill.status not in WAS_HELD:
        return _(
            "{code} is “{status}”. It is evaluated once it was held.",
            code=drill.code, status=_(STATUS_NAMES[drill.status]),
        )  # fmt: skip
    if not attending.counts(session, drill.id).present:
        return NobodyThere().message()
    return ""


def require(session: Session, actor: Actor, code: str, now: datetime) -> None:
    """Raise for who may not evaluate it, and for one that was not held or is closed."""
    drill = _drill(session, actor.site_id, code)
    if actor.user_id == drill.commander_id:
        raise CommanderJudges()
    require_step(session, actor, drill, Step.EVALUATE)
    attending.require_anybody(session, drill)


def find(session: Session, actor: Actor, code: str, now: datetime) -> Subject:
    """What the sheet says of a drill to this person."""
    drill = _drill(session, actor.site_id, code)
    today = clock.local_day(now, actor.timezone)
    plan = revising.plan_to_revise(session, drill, today)
    return Subject(
        title=_("Evaluate {code}", code=drill.code),
        place=_about(drill),
        back_url=page_of(drill.code),
        previous=_previous(session, drill),
        known=(*_held(session, drill), *_again(session, drill)),
        beside=evidence.evidence(session, drill, today),
        task=_("Task to revise the plan") if plan else "",
        task_said=_("Becomes a task to revise “{plan}” on submitting.", plan=plan.title)
        if plan
        else "",
    )


def brief(session: Session, site_id: int, code: str) -> SubjectBrief:
    """A drill as its hazards name it."""
    drill = _drill(session, site_id, code)
    day = clock.local_day(clock.now(), workplace.site(session, site_id).timezone)
    return SubjectBrief(
        checklist=CHECKLISTS[Form(drill.form)],
        name=f"演练 {drill.code}",
        name_en=f"Drill {drill.code}",
        window_id=drill.window_id,
        location_id=None,
        placing=revising.place_of(session, drill),
        tasks=TASKS if revising.plan_to_revise(session, drill, day) else frozenset(),
        origin=str(Origin.DRILL),
        open_days=OPEN_DAYS,
        is_signed=True,
    )


def inspected(
    session: Session, actor: Actor, code: str, result: Inspected, now: datetime
) -> Receipt:
    """Keep what the evaluation came to; its problems are followed up."""
    drill = _drill(session, actor.site_id, code)
    evaluation.record(session, actor, drill, result.run_id, now=now)
    found = evaluation.result(session, drill.site_id, code)
    assert found  # noqa: S101 - it was recorded just now
    return Receipt(_lines(found), tuple(_notices(found, result)))


def abandoned(session: Session, site_id: int, code: str, result: Inspected, now: datetime) -> None:
    """Follow up what a sheet found that nobody signed."""
    evaluation.abandoned(session, _drill(session, site_id, code), result.run_id, now=now)


def page_of(code: str) -> str:
    """The page of a drill."""
    return f"/drills?drill={code}"


def result_text(found: grading.Outcome) -> str:
    """`84 % · Good`."""
    if found.percent is None:
        return _("not evaluated")
    return f"{found.percent} % · {grading.grade_text(found.grade)}"


def _drill(session: Session, site_id: int, code: str) -> Drill:
    drill = of_site(session, site_id, code)
    if drill is None:
        raise NotFound()
    return drill


def _about(drill: Drill) -> str:
    title = bilingual(drill.title, drill.title_en)
    return " · ".join((title, _(FORM_NAMES[drill.form])))


def _previous(session: Session, drill: Drill) -> str:
    before = judging.last_of_same_plan(session, drill)
    if before is None or before.held_on is None:
        return _("No earlier drill of this plan.")
    return _(
        "Last drill of this plan: {code}, {day}, {result}",
        code=before.code,
        day=day_text(before.held_on, weekday=False, year=True),
        result=result_text(_kept(before)),
    )


def _kept(drill: Drill | Before) -> grading.Outcome:
    """What is kept of an evaluation with its drill."""
    grade = grading.Grade(drill.grade) if drill.grade else None
    return grading.Outcome(drill.points or 0, drill.points_of or 0, 0, grade)


def _held(session: Session, drill: Drill) -> tuple[tuple[str, bool], ...]:
    """When it was held."""
    if drill.started_at is None or drill.ended_at is None:
        return ()
    zone = clock.zone(workplace.site(session, drill.site_id).timezone)
    starts, ends = drill.started_at.astimezone(zone), drill.ended_at.astimezone(zone)
    day = day_text(starts.date(), weekday=False, year=True)
    words = _("Held on {day}, {start}–{end}", day=day, start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")
    return ((words, True),)


def _again(session: Session, drill: Drill) -> tuple[tuple[str, bool], ...]:
    """That it was evaluated already: another sheet takes its place, both are kept."""
    if drill.evaluated_at is None:
        return ()
    zone = workplace.site(session, drill.site_id).timezone
    day = day_text(clock.local_day(drill.evaluated_at, zone), weekday=False, year=True)
    words = _(
        "Evaluated on {day}: {result}. A new evaluation takes its place; both are kept.",
        day=day, result=result_text(_kept(drill)),
    )  # fmt: skip
    return ((words, False),)


def _lines(found: evaluation.Result) -> tuple[tuple[str, str], ...]:
    lines = [
        (_("Result"), result_text(found.outcome)),
        (_("Points scored"), _("{score} of {of} points, {n} items rated", score=found.score,
                        of=found.out_of, n=found.outcome.rated)),
    ]  # fmt: skip
    lines += [
        (_("Task to revise the plan"), one.reference)
        for one in found.problems
        if one.is_open and one.kind is ProblemKind.REVISION
    ]
    if found.last:
        lines.append((_("Last time"), result_text(found.last.outcome)))
    return tuple(lines)


def _notices(found: evaluation.Result, result: Inspected) -> list[str]:
    said = [found.why] if found.why else []
    left = [one for one in found.problems if one.is_open and one.item_code not in result.failed]
    left = [one for one in left if one.item_code]
    if left:
        said.append(
            _(
                "Still open from an earlier evaluation and not found in this one: {names}. Close"
                " what is not true, with the reason.",
                names=_(", ").join(one.reference for one in left),
            )
        )
    if any(one.is_open for one in found.problems):
        said.append(_("The drill can be closed once all its problems are closed."))
    return said


SUBJECTS: Final = Subjects(
    refusal=refusal,
    require=require,
    find=find,
    brief=brief,
    inspected=inspected,
    abandoned=abandoned,
)
