"""The plans in force on any day as an inspector asks for them: how each stood, who had read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.models import PLANS, Kind
from drills.plans.review import GRAVE, Standing, Why
from drills.plans.service.reading import Coverage, coverage, coverage_on
from drills.plans.service.standing import facts_of
from drills.plans.service.versions import InForce, as_of


@dataclass(frozen=True, slots=True)
class OnDay:
    """A plan as it stood on a day, by what was so on that day."""

    held: InForce
    standing: Standing
    whys: tuple[Why, ...]
    coverage: Coverage

    @property
    def is_current(self) -> bool:
        """Whether an inspector would have had nothing to object to."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[Why, ...]:
        """What an inspector would have objected to."""
        return tuple(why for why in self.whys if why.cause in GRAVE)


def on_day(
    session: Session, site_id: int, day: date, *, today: date, kinds: Iterable[Kind] = PLANS
) -> list[OnDay]:
    """How each plan in force on a day stood then; for today the same as the list says."""
    held = as_of(session, site_id, day, kinds=kinds)
    is_past = day < today
    facts = facts_of(session, site_id, held, day, is_past=is_past)
    read = coverage_on(session, site_id, held, day) if is_past else coverage(session, site_id, held)
    return [
        OnDay(
            held=one,
            standing=review.standing(facts[one.version_id], day),
            whys=review.causes(facts[one.version_id], day),
            coverage=read[one.version_id],
        )
        for one in held
    ]
