"""Who will lack what within a month: the same pieces of days as those by which the gate judges."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np

from drills.training.coverage import Need, Span
from drills.training.grid import SOON_DAYS, Grid, Numbers, cut_short, grid, lacking_by
from drills.training.needs import Rules, Worker

AHEAD: Final = timedelta(days=SOON_DAYS)


def here_on(
    rules: Rules, workers: Iterable[Worker], on: date
) -> list[tuple[int, Mapping[int, Need]]]:
    """Who belongs to the hall on a day, with what they need."""
    return [(one.user_id, rules.needs(one, on)) for one in workers if one.is_here(on)]


def look_ahead(
    found: Grid, rules: Rules, workers: Collection[Worker], passes: Numbers
) -> dict[int, dict[int, date]]:
    """Let covers end where needs to come end them, and only there.

    Gives back by person and course what is not needed yet and will be lacking, with the day.
    """
    return cut_short(found, _lacking_from(found, rules, workers, passes))


def _lacking_from(
    found: Grid, rules: Rules, workers: Collection[Worker], passes: Numbers
) -> dict[int, dict[int, date]]:
    """From when on a course is lacking, of all whose needs change; those alike at once."""
    alike = _pieces(rules, workers, (found.on, found.on + AHEAD))
    lacks: dict[int, dict[int, date]] = {
        one.user_id: {} for changed in alike.values() for one in changed
    }
    rows = {user_id: row for row, user_id in enumerate(found.user_ids)}
    for (first, last), changed in alike.items():
        if first == found.on:
            part = found.part([rows[one.user_id] for one in changed if one.user_id in rows])
        else:
            needs = here_on(rules, changed, first)
            course_ids = tuple({course_id for _user, wanted in needs for course_id in wanted})
            theirs = np.isin(passes[:, 0], [user_id for user_id, _wanted in needs])
            part = grid(first, needs, course_ids, passes[theirs])
        for user_id, course_id, bare in lacking_by(part, last):
            days = lacks[user_id]
            days[course_id] = min(bare, days.get(course_id, bare))
    return lacks


def _pieces(rules: Rules, workers: Iterable[Worker], within: Span) -> dict[Span, list[Worker]]:
    """The days between which needs change, each with those for whom they do."""
    found: dict[Span, list[Worker]] = {}
    breaks = rules.breaks(within)
    for worker in workers:
        pieces = rules.pieces(worker, within, breaks)
        for piece in pieces if len(pieces) > 1 else ():
            found.setdefault(piece, []).append(worker)
    return found
