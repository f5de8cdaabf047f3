"""Incidents in words: figures, moments, the hour, for pages and papers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hazards.incidents.counting import Counted
from hazards.incidents.deadlines import Clock, State
from hazards.incidents.level import FEN, LEVEL_NAMES, Level
from hazards.incidents.models import AUTHORITY_NAMES, KIND_NAMES, Authority, Kind
from safety_app.core.clock import local_day, zone
from safety_app.core.i18n import _, bilingual, day_text, moment_text, ngettext


def what_of(kind: Kind, what: str) -> str:
    """What happened: the sentence, or the kind where nobody has written one yet."""
    return what or _(KIND_NAMES[kind])


def level_text(level: Level | None) -> str:
    """The level in words, also while nobody knows it."""
    return _(LEVEL_NAMES[level]) if level else _("Level not known yet")


def casualties_text(counted: Counted | None) -> str:
    """The casualties of a day as the law counts them, and what changed after its days."""
    if counted is None:
        return _("not known yet")
    people = people_text(
        counted.harm.casualties, missing_as_dead=counted.missing_as_dead, days=counted.days
    )
    if counted.later is None:
        return people
    later = people_text(counted.later.casualties)
    return _("{people}; after the days for changes: {later}", people=people, later=later)


def people_text(numbers: Sequence[int], *, missing_as_dead: int = 0, days: int = 0) -> str:
    """`1 dead, 2 seriously injured`, or that nobody is hurt; deaths, missing, serious, minor.

    Of the deaths `missing_as_dead` are people missing for more than `days`, of several cases 0.
    """
    deaths, missing, serious, minor = numbers
    said = []
    if missing_as_dead and days:
        said.append(
            _(
                "{n} dead ({missing} of them missing, the {days} days are over)",
                n=deaths,
                missing=missing_as_dead,
                days=days,
            )
        )
    elif missing_as_dead:
        said.append(_("{n} dead ({missing} of them missing)", n=deaths, missing=missing_as_dead))
    elif deaths:
        said.append(_("{n} dead", n=deaths))
    if missing:
        said.append(_("{n} people missing", n=missing))
    if serious:
        said.append(_("{n} seriously injured", n=serious))
    if minor:
        said.append(_("{n} slightly injured", n=minor))
    return _(", ").join(said) or _("nobody hurt")


def yuan_text(fen: int | None) -> str:
    """An amount, or that nobody knows it yet."""
    if fen is None:
        return _("not known yet")
    yuan, rest = divmod(fen, FEN)
    amount = f"{yuan:,}" + (f".{rest:02d}" if rest else "")
    return _("{yuan} yuan", yuan=amount)


def when(moment: datetime, timezone: str) -> str:
    """A moment with its year where that is another one than now."""
    return moment_text(moment, timezone, year=True)


def narrow(moment: datetime, timezone: str) -> str:
    """A moment for a column of a table: `2026-11-23 08:54`, which is not torn."""
    local_moment = moment.astimezone(zone(timezone))
    on = bilingual(local_moment.date().isoformat(), day(local_moment.date()))
    return f"{on} {local_moment:%H:%M}"


def span_text(length: timedelta) -> str:
    """`1 h 20 min` without a sign, at least a minute."""
    minutes = max(int(abs(length).total_seconds() // 60), 1)
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return ngettext("{n} day {hours} h", "{n} days {hours} h", days, hours=hours)
    if not hours:
        return _("{n} min", n=rest)
    return _("{hours} h {n} min", hours=hours, n=rest) if rest else _("{n} h", n=hours)


def clock_text(clock: Clock, now: datetime) -> str:
    """How the hour stands, plainly."""
    left = clock.left(now)
    words = {
        State.RUNNING: _("{time} left to tell the authorities", time=span_text(left)),
        State.OVERDUE: _("Overdue by {time}: the authorities have not been told",
                         time=span_text(left)),
        State.IN_TIME: _("The authorities were told within the hour"),
        State.LATE: _("The authorities were told {time} late", time=span_text(clock.late_by)),
        State.UNSURE: _("Not known yet whether anybody is hurt"),
        State.NOT_COUNTED: _("No report to authorities is prescribed"),
    }  # fmt: skip
    return words[clock.state]


def lapsed_text() -> str:
    """That a decision has lapsed, and what follows."""
    return _(
        "It was decided to be no work-safety accident. The figures have become graver since: it"
        " counts again until a manager decides anew."
    )


def authority_name(authority: Authority, name: str = "") -> str:
    """The authority by its own name, else by what it is."""
    return name or _(AUTHORITY_NAMES[authority])


def day(on: date) -> str:
    """A day with its year."""
    return day_text(on, weekday=False, year=True)


def local(moment: datetime, timezone: str) -> date:
    """The day of a moment in a zone."""
    return local_day(moment, timezone)
