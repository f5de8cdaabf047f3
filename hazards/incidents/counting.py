"""What the figures are on a day, as the law goes by them: the one place that says so.

They are told from what was recorded, one figure and decision after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from hazards.incidents import rules
from hazards.incidents.deadlines import last_day
from hazards.incidents.level import Harm, Level, legal_level, level_of
from hazards.incidents.models import Figures, Kind
from safety_app.core import clock


@dataclass(frozen=True, slots=True)
class Counted:
    """The harm that the law goes by now, and how it is graded.

    `casualties_until` is the last day on which a change of casualties counts, `days` after it
    happened. When they are over `missing_as_dead` of the deaths are people still missing, and
    `later` is what was recorded for a day after them. `is_accident` is the decision that stands;
    `lapsed_at` is when graver figures ended one that it is none.
    `changes` are the moments at which people or level changed where the law counted it before or
    does since: whoever was told before is told again.
    """

    harm: Harm
    level: Level
    legal: Level | None
    since: datetime | None
    casualties_until: date
    days: int
    is_over: bool
    is_accident: bool | None = None
    lapsed_at: datetime | None = None
    missing_as_dead: int = 0
    later: Harm | None = None
    changes: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """That it is a work-safety accident, or none, and when somebody decided so."""

    at: datetime
    is_accident: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What beside the figures decides the level and the hour.

    `heard_at` is when the head was told, else the report.
    """

    kind: Kind
    occurred_at: datetime
    heard_at: datetime
    loss_from_fen: int | None
    decisions: tuple[Decision, ...] = ()


def counted_from(
    rows: Sequence[Figures], case: Case, timezone: str, now: datetime
) -> Counted | None:
    """What the law goes by now: casualties of the last row within the period.

    Nothing where nobody has said any figures yet.
    """
    if not rows:
        return None
    days = rules.follow_up_days(case.kind)
    until = last_day(clock.local_day(case.occurred_at, timezone), days)
    over_at = clock.at_local(until + timedelta(days=1), time(), timezone)
    course = _course(rows, case, until, over_at)
    if over_at <= now:
        course.end(over_at)
    last = _people(rows[-1])
    return Counted(
        harm=course.counted,
        level=level_of(
            course.counted,
            is_interruption=case.kind is Kind.INTERRUPTION,
            is_accident=course.is_accident is not False,
            loss_from_fen=case.loss_from_fen,
        ),
        legal=course.legal,
        since=course.since,
        casualties_until=until,
        days=days,
        is_over=course.is_over,
        is_accident=course.is_accident,
        lapsed_at=course.lapsed_at,
        missing_as_dead=course.harm.missing if course.is_over else 0,
        later=None if last.casualties == course.harm.casualties else last,
        changes=tuple(course.changes),
    )


@dataclass(slots=True)
class _Course:
    """How it stood from one figure and decision to the next.

    `harm` is as recorded within the period. `worst` is the gravest that was known of each; `began`
    is since when it counted the last time, `broke` when it did no more. `said` is what there was to
    tell the authorities, nothing while the law did not count it.
    """

    case: Case
    harm: Harm = field(default_factory=Harm)
    is_over: bool = False
    worst: Harm = field(default_factory=Harm)
    is_accident: bool | None = None
    lapsed_at: datetime | None = None
    since: datetime | None = None
    began: datetime | None = None
    broke: datetime | None = None
    said: tuple[tuple[int, ...], Level | None] | None = None
    changes: list[datetime] = field(default_factory=list)

    @property
    def counted(self) -> Harm:
        """As the law counts it: whoever is still missing after the period is dead."""
        return self.harm.at_the_end() if self.is_over else self.harm

    @property
    def legal(self) -> Level | None:
        """The level that the law gives."""
        return legal_level(self.counted, loss_from_fen=self.case.loss_from_fen)

    def end(self, at: datetime) -> None:
        """The period is over: no news, so that a decision that it is none goes on."""
        if not self.is_over:
            self.is_over = True
            self._follow(at, is_graver=False)

    def decide(self, decision: Decision) -> None:
        """Somebody decided: that it is none ends the hour, that it is one takes that back."""
        self.is_accident, self.lapsed_at = decision.is_accident, None
        self._follow(decision.at, is_graver=False)

    def learn(self, harm: Harm, at: datetime) -> None:
        """The figures are these: where they are graver a decision that it is none lapses."""
        is_graver = _is_graver(harm, self.worst, self.case.loss_from_fen)
        if is_graver and self.is_accident is False:
            self.is_accident, self.lapsed_at = None, at
        self.harm, self.worst = harm, harm.worst_of(self.worst)
        self._follow(at, is_graver=is_graver)

    def _follow(self, at: datetime, *, is_graver: bool) -> None:
        counts = self.legal is not None and self.is_accident is not False
        if counts and self.since is None:
            is_new = self.began is None or (is_graver and self._broke_in_time())
            self.since = self.began = at if is_new else self.began
        elif not counts and self.since is not None:
            self.since, self.broke = None, at
        said = (self.counted.casualties, self.legal) if counts else None
        if said != self.said:
            self.said = said
            self.changes.append(at)

    def _broke_in_time(self) -> bool:
        """Whether it counted no more before its hour was over: late stays late."""
        if self.began is None or self.broke is None:
            return True
        hour = timedelta(minutes=rules.clock_minutes())
        return self.broke <= max(self.case.heard_at, self.began) + hour


def _course(rows: Sequence[Figures], case: Case, until: date, over_at: datetime) -> _Course:
    """Figures and decisions one after the other; the first figures were so from the beginning.

    Casualties after the period leave it as it was.
    """
    course = _Course(case)
    first, *others = rows
    if over_at <= first.at:
        course.end(over_at)
    course.learn(replace(_people(first), loss_fen=first.loss_fen or 0), case.occurred_at)
    course.changes.clear()  # what is known first is no change
    news: list[Figures | Decision] = [*others, *case.decisions]
    for one in sorted(news, key=lambda one: one.at):
        if over_at <= one.at:
            course.end(over_at)
        if isinstance(one, Decision):
            course.decide(one)
        else:
            people = course.harm if one.known_on > until else _people(one)
            course.learn(replace(people, loss_fen=one.loss_fen or 0), one.at)
    return course


def _people(row: Figures) -> Harm:
    """The casualties of a row, without the loss."""
    return Harm(row.deaths, row.missing, row.serious, row.minor)


def _is_graver(harm: Harm, before: Harm, loss_from_fen: int | None) -> bool:
    """Whether more people are dead, missing or badly hurt than was known, or the level rises."""
    if any(now > then for now, then in zip(harm.grave, before.grave, strict=True)):
        return True
    level = legal_level(harm, loss_from_fen=loss_from_fen)
    known = legal_level(before, loss_from_fen=loss_from_fen)
    ranks = list(Level)
    return level is not None and (known is None or ranks.index(level) < ranks.index(known))
