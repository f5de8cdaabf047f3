"""Rules of the calendar that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class DayIsPast(AppError):
    """Whether the hall was open yesterday is not decided today."""

    text = N_("{day} is over and stays as it was. Choose today or a later day.")
    status = 409


class NoDays(AppError):
    """Nothing was chosen."""

    text = N_("No day of this period is one of the weekdays chosen. Choose others.")
    status = 422


class ClosedHasNoHours(AppError):
    """A closed day has no opening hours."""

    text = N_("A closed day has no opening hours. Choose “open” or leave the hours out.")
    status = 422


class HoursIncomplete(AppError):
    """A short day needs both ends, in order."""

    text = N_("Give one period such as 09:00–12:00, closing after it opens.")
    status = 422


class YearOutOfRange(AppError):
    """A notice is brought in for a year that plans still look at."""

    text = N_("The notice of {year} cannot be brought in. Choose a year from {first} to {last}.")
    status = 422


class NoticeFaulty(AppError):
    """A notice with mistakes is not brought in by half."""

    text = N_("{n} mistakes are in the way. Nothing was brought in. Correct the table.")
    status = 422


class NoticeEmpty(AppError):
    """A notice without a day says nothing."""

    text = N_("There is no day in this table. Download the form and fill it in.")
    status = 422


class NoNotice(AppError):
    """There is nothing to take back."""

    text = N_("No notice was brought in for {year}.")
    status = 404
