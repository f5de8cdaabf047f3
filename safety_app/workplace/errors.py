"""Rules of the workplace that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class WindowCodeTaken(AppError):
    """Two windows of a hall cannot carry the same number."""

    text = N_("Window “{code}” exists already. Choose another number.")
    status = 409


class WindowCodeUnclear(AppError):
    """A number with blanks or commas in it could not be told apart in a list of numbers."""

    text = N_(
        "“{code}” cannot be a window number. Use letters, digits, Chinese characters and - _ ."
        " only, without spaces."
    )
    status = 422


class UnknownWindow(AppError):
    """No window of this hall has this number."""

    text = N_("There is no window “{code}” here. Check the number.")
    status = 404


class UnknownTimeZone(AppError):
    """The time zone is not in the IANA list."""

    text = N_("“{name}” is no time zone. Give one such as Asia/Shanghai.")
    status = 422


class HoursUnreadable(AppError):
    """What was typed are no opening hours."""

    text = N_("{day}: “{typed}” cannot be read. Write it like 09:00-12:00, 13:30-17:00.")
    status = 422


class ClosesBeforeOpens(AppError):
    """A place closes after it opens; one that closes at midnight closes at 00:00."""

    text = N_("{day}: {opens} to {closes} is not possible. It must close after it opens.")
    status = 422


class HoursOverlap(AppError):
    """Opening hours of one day must follow each other."""

    text = N_("{day}: the opening hours overlap. The second part must begin after the first ends.")
    status = 422


class NeverOpen(AppError):
    """Hours in which a place never opens are no hours but closed days."""

    text = N_("Give opening hours for one weekday at least. Closed days are set in the calendar.")
    status = 422


class SeasonsOverlap(AppError):
    """A day belongs to one season at most."""

    text = N_("This period overlaps “{name}”. Each day can belong to one season only.")
    status = 409


class SiteExists(AppError):
    """A real hall is set up once."""

    text = N_("This installation has a hall already. Nothing was changed.")
    status = 409


class NoSite(AppError):
    """There is no hall yet."""

    text = N_("There is no hall here yet. Set one up with: python3 manage.py init")
    status = 409


class ChooseName(AppError):
    """A code came without the name it belongs to."""

    text = N_("Choose the name first.")
    status = 422


class LocationNameTaken(AppError):
    """Two parts of a building cannot carry the same name."""

    text = N_("There is a location “{name}” already. Choose another name.")
    status = 409


class TrialInPast(AppError):
    """What has counted stays counted."""

    text = N_("The first day that counts must be today or later.")
    status = 422


class TrialTooLong(AppError):
    """A trial without end would be a way never to be measured."""

    text = N_("A trial lasts three months at most. Choose {last} or an earlier day.")
    status = 422


class TrialUsedUp(AppError):
    """The three months are not set anew with each change."""

    text = N_("The three months of the trial ended on {last}. It cannot be set again.")
    status = 409


class TrialOver(AppError):
    """The trial has ended, or something has counted before one was set."""

    text = N_("Patrols count already, so this day stays. What has counted is not taken back.")
    status = 409


class LastBeforeFirst(AppError):
    """A span ends on or after the day on which it begins."""

    text = N_("The last day must not lie before the first.")
    status = 422


class PostHeldAlready(AppError):
    """A person holds a post once at a time."""

    text = N_("{name} holds this post already.")
    status = 409


class PostTakenLater(AppError):
    """There is one responsible person at a time, each after the one before."""

    text = N_("{name} holds this post since {day}. The next one can begin after that day.")
    status = 409


class ReasonMissing(AppError):
    """A pause is excused because of its reason."""

    text = N_("Please give the reason; it is printed beside the days that are excused.")
    status = 422


class PauseInPast(AppError):
    """Days that have gone by cannot be excused afterwards."""

    text = N_("A pause begins today or later. Days that have gone by are not excused afterwards.")
    status = 422


class PauseOver(AppError):
    """A pause that has ended is history."""

    text = N_("This pause has ended. Add a new one.")
    status = 409


class PausesOverlap(AppError):
    """A window is paused once at a time."""

    text = N_("The window is paused from {first} to {last} already. Extend that pause instead.")
    status = 409


class PausedWhenRetired(AppError):
    """A window that is gone cannot be paused."""

    text = N_("The window is out of use from {day}. A pause must end before that day.")
    status = 409


class PausedWhenMerged(AppError):
    """On the day of a merger the successor must serve."""

    text = N_("Window {code} is merged into this one on {day}. On that day it must not be paused.")
    status = 409


class RetireInPast(AppError):
    """A window goes out of use today or later, never in hindsight."""

    text = N_("Choose today or a later day. Days that have gone by stay as they were.")
    status = 422


class WindowGone(AppError):
    """A window that is out of use stays as it was."""

    text = N_("Window {code} is out of use. Its records stay, nothing can be changed any more.")
    status = 409


class RetirementPlanned(AppError):
    """One end is planned at a time."""

    text = N_("Window {code} goes out of use on {day} already. Take that back first.")
    status = 409


class MergesIntoItself(AppError):
    """A window cannot go on in itself."""

    text = N_("Choose another window to go on in.")
    status = 422


class SuccessorEnds(AppError):
    """A window goes on in one that stays."""

    text = N_("Window {code} goes out of use itself. Choose one that stays.")
    status = 409


class SuccessorPaused(AppError):
    """On the day of a merger the successor must serve."""

    text = N_("Window {code} is paused on that day until {last}. Choose another window or day.")
    status = 409


class SuccessorOfOthers(AppError):
    """A window into which another one is still to go cannot end."""

    text = N_("Window {code} is still to be merged into this one. Take that back first.")
    status = 409


class ImportFaulty(AppError):
    """Faulty rows are left out on request only."""

    text = N_("{n} rows are faulty. Correct the table, or import the good rows only.")
    status = 422


class NothingToImport(AppError):
    """Everything in the table is here already."""

    text = N_("Everything in this table is here already. Nothing was changed.")
    status = 409


class TableTwice(AppError):
    """Two sheets with the same headings; which one counts is not for a program to say."""

    text = N_("“{first}” and “{second}” have the same headings. Choose one of them.")
    status = 422
