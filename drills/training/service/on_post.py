"""Who was on post on a day, and who of them lacked a training without which nobody serves."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from drills.training.service.courses import list_courses
from drills.training.service.gating import overrides_of
from drills.training.service.matrix import Coverage, coverage_of, standing
from drills.training.service.shortages import shortages
from safety_app.accounts import service as accounts
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody on post with the courses that were lacking; excepted if a manager let them serve."""

    name: str
    courses: tuple[str, ...]
    is_excepted: bool


@dataclass(frozen=True, slots=True)
class OnPost:
    """The people on post on a day; `coverage` is that of everybody who belonged to the hall."""

    on: date
    is_open: bool
    people: int
    lacking: tuple[Lacking, ...]
    coverage: Coverage

    @property
    def without_exception(self) -> list[Lacking]:
        """Who should not have been there."""
        return [one for one in self.lacking if not one.is_excepted]


def on_post(session: Session, site_id: int, on: date) -> OnPost:
    """Everybody the roster names for a day, or whose window was without one, who was not away.

    Whom the gate keeps off duty is looked at all the same, if the roster names them.
    """
    found = workplace.roster(session, site_id, on, on)
    windows = [*workplace.window_names(session, site_id), None]
    is_open = workplace.day(session, site_id, on).is_open
    there: set[int] = set()
    if is_open:
        there |= {one for window_id in windows for one in found.on_duty(on, window_id)}
    there |= {one for cell, users in found.named.items() if cell[0] == on for one in users}
    away = {
        one for one in there if any(a.first <= on <= a.last for a in found.absences.get(one, ()))
    }
    ids = sorted(there - away)
    within = (on, on)
    lacks = shortages(session, site_id, within, ids, gating=True).lacks if ids else {}
    free = overrides_of(session, site_id, within, ids) if lacks else {}
    names = accounts.names(session, list(lacks))
    courses = {
        one.id: bilingual(one.name, one.name_en)
        for one in list_courses(session, site_id, active=False)
    }
    return OnPost(
        on=on,
        is_open=is_open,
        people=len(ids),
        lacking=tuple(
            Lacking(
                names.get(user_id, "–"),
                tuple(courses[one] for one in lacks[user_id]),
                is_excepted=user_id in free,
            )
            for user_id in ids
            if user_id in lacks
        ),
        coverage=coverage_of(standing(session, site_id, on)),
    )
