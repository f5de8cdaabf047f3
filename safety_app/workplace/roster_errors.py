"""Rules of the roster that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class RosterIsPast(AppError):
    """Who was on duty yesterday is not written today."""

    text = N_("{day} is over. The roster of past days stays as it was.")
    status = 409


class NotExpected(AppError):
    """One can only stand in for somebody who would be on duty."""

    text = N_("{name} is not on duty there on {day}, so nobody needs to stand in.")
    status = 409


class AlreadyOnDuty(AppError):
    """Whoever is on duty there anyway does not stand in."""

    text = N_("{name} is on duty there on {day} anyway. Mark the other person as away instead.")
    status = 409


class StandInAway(AppError):
    """Somebody who is away cannot stand in."""

    text = N_("{name} is away on {day} ({reason}). Choose somebody else.")
    status = 409


class OwnerNotQualified(AppError):
    """Nobody is given a task without having passed what their post asks for."""

    text = N_("{name} cannot be given this: {why}. Choose somebody else.")
    status = 422


class JoiningDayBars(AppError):
    """Whoever is kept off duty because their first day is put right was not warned of it."""

    text = N_(
        "With this day under “In post since” {name} may not be on duty from {day} on: {why}. They"
        " were not warned. Tell them, then press “Save” once more."
    )
    status = 409


class AbsenceIsPast(AppError):
    """An absence is entered for today or later."""

    text = N_("An absence can begin today at the earliest.")
    status = 409


class AbsencePastStays(AppError):
    """Days that are over keep the absence that was entered for them."""

    text = N_(
        "The days up to yesterday stay as they were entered. Only today and later can change."
    )
    status = 409


class AbsencesOverlap(AppError):
    """Nobody is away twice."""

    text = N_("{name} is marked away already {days}. Change that entry.")
    status = 409


class DaysReversed(AppError):
    """A period ends after it begins."""

    text = N_("The last day must not be before the first.")
    status = 422


class PeriodTooLong(AppError):
    """A period of more than a year is a slip of the pen."""

    text = N_("At most {n} days at once.")
    status = 422
