"""Why a plan was not in order, as the facts that a paper states; pages say what to do besides."""

from datetime import date

from sqlalchemy.orm import Session

from drills.plans.review import Cause, Standing, Why
from drills.plans.service.on_a_day import OnDay
from safety_app.core.i18n import _, day_text
from safety_app.workplace import service as workplace


def reason(why: Why) -> str:
    """One cause as part of a sentence."""
    names = _(", ").join(why.what)
    day = day_text(why.on, weekday=False, year=True) if why.on else ""
    match why.cause:
        case Cause.TERM:
            return _("its review was due on {day}.", day=day)
        case Cause.PERSON_LEFT:
            return _("still named, but no longer here: {names}.", names=names)
        case Cause.POST_CHANGED:
            return _("new in a post and not named: {names}.", names=names)
        case Cause.RESOURCE_GONE:
            return _("{codes} cannot be counted on any more.", codes=names)
        case Cause.REQUEST_OVERDUE:
            return _("a revision was due on {day}.", day=day)
        case Cause.REQUEST:
            return _("a revision was asked for, due on {day}.", day=day)
        case Cause.NOT_FILED:
            return _("it had to be filed by {day}.", day=day)


def standing_word(one: OnDay) -> str:
    """How a plan stood on a day, in words."""
    if one.standing in (Standing.CURRENT, Standing.SOON):
        return _("Current on this day")
    return _("Not in order") if not one.is_current else _("In force, to be revised")


def nothing_in_force(session: Session, site_id: int, day: date) -> str:
    """Why there is no plan to show of a day."""
    before = workplace.before_records(session, site_id, day)
    return before or _("No plan was in force on this day.")


def how_judged() -> str:
    """By what a day gone by is judged, and what is not known of it."""
    return _(
        "Judged by what was so on that day: review, people who had left, revisions asked for,"
        " filing, and who had read it by then. Whether the things of the register that a plan"
        " counts on were there is only judged for today."
    )
