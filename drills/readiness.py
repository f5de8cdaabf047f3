"""One day for an inspector: were the plans current, the drills held, the people on post trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.permissions import WHO_MAY, Permission
from drills.plans import service as plans
from drills.plans.reasons import nothing_in_force, reason
from drills.plans.service import OnDay
from drills.rhythm import State
from drills.service import listing, years
from drills.service.listing import DrillRow
from drills.service.years import Year
from drills.shortfalls import entered_since, shortfalls
from drills.training.service.on_post import OnPost, on_post
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _, bilingual, day_text, ngettext


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three questions: what was not in order, and sentences with figures."""

    key: str
    name: str
    wrong: tuple[str, ...]
    facts: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """In a few words."""
        if not self.wrong:
            return _("In order on this day")
        return ngettext("{n} point not in order", "{n} points not in order", len(self.wrong))


def require_readiness(actor: Actor) -> None:
    """Raise unless somebody answers for the whole hall."""
    if not actor.reach(Permission.READINESS).site:
        raise NotAllowed(who=WHO_MAY[Permission.READINESS])


def answers(session: Session, actor: Actor, day: date, *, now: datetime) -> tuple[Answer, ...]:
    """Plans, drills and people of a day that is not to come, as they stood at its end."""
    require_readiness(actor)
    today = clock.local_day(now, actor.timezone)
    at = years.at_the_end_of(day, actor.timezone, now)
    held = plans.on_day(session, actor.site_id, day, today=today)
    year = years.year_of(session, actor.site_id, day.year, years.just_after(at))
    rows = listing.rows(session, actor.site_id, year, at)
    post = on_post(session, actor, day, now=now)
    wrong = _of_plans(held) if held else [nothing_in_force(session, actor.site_id, day)]
    late = tuple(shortfalls(session, actor.site_id, year, rows, at))
    since = entered_since(year.standings, actor.timezone)
    return (
        Answer("plans", _("Emergency plans"), tuple(wrong), (_plan_facts(held),)),
        Answer("drills", _("Drills"), late, (_drill_facts(year, rows), *since)),
        Answer("people", _("People on post"), tuple(_of_people(post)), _people_facts(post)),
    )


def _of_plans(held: Sequence[OnDay]) -> list[str]:
    return [
        _("{title}: {what}", title=one.held.title, what=reason(why))
        for one in held
        for why in one.wrong
    ]


def _plan_facts(held: Sequence[OnDay]) -> str:
    good = sum(one.is_current for one in held)
    return _("{n} of {all} plans in force were current.", n=good, all=len(held))


def _drill_facts(year: Year, rows: Sequence[DrillRow]) -> str:
    done = sum(one.state is State.DONE for one in year.duties)
    of_year = [row for row in rows if row.day.year == year.year]
    held = {one.drill.id for one in year.drills if one.is_held}
    judged = sum(one.is_judged for one in year.drills)
    shown = [row.followed for row in of_year if row.id in held]
    closed, still = sum(one.closed for one in shown), sum(one.open for one in shown)
    return _(
        "Drill duties of the year met: {done} of {duties}. Drills held: {held}, evaluated:"
        " {judged}. Problems put right: {closed}, open: {open}.",
        done=done, duties=len(year.duties), held=len(held), judged=judged, closed=closed,
        open=still,
    )  # fmt: skip


def _of_people(post: OnPost) -> list[str]:
    return [
        _("{name} was on post without {courses}", name=one.name, courses=_(", ").join(one.courses))
        for one in post.without_exception
    ]


def _people_facts(post: OnPost) -> tuple[str, ...]:
    said = [
        ngettext(
            "{n} person on post; of everybody here {whole} of {of} are covered in all courses.",
            "{n} people on post; of everybody here {whole} of {of} are covered in all courses.",
            post.people, whole=post.coverage.whole, of=post.coverage.of,
        )
    ]  # fmt: skip
    if not post.is_open:
        said.insert(0, _("The hall was closed on {day}.", day=day_text(post.on, year=True)))
    if post.kept_off:
        said.append(
            ngettext(
                "{n} person named on the roster was kept off duty by the gate.",
                "{n} people named on the roster were kept off duty by the gate.",
                post.kept_off,
            )
        )
    excepted = [one.name for one in post.lacking if one.is_excepted]
    if excepted:
        said.append(_("Let through by a named exception: {names}.", names=_(", ").join(excepted)))
    for by in dict.fromkeys(one.by for one in post.easings):
        courses = (
            bilingual(one.course.name, one.course.name_en) for one in post.easings if one.by == by
        )
        said.append(
            _(
                "On this day {name} eased or ended what keeps people off duty: {courses}.",
                name=by, courses=_(", ").join(dict.fromkeys(courses)),
            )
        )  # fmt: skip
    return tuple(said)
