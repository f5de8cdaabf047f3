"""One class per broken rule of training."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class ResultAhead(AppError):
    """A result is recorded once there is one."""

    text = N_("{day} lies ahead. Record a result once it is there.")
    status = 422


class ResultBeforeJoining(AppError):
    """Nobody was trained here long before they came."""

    text = N_(
        "{name} came on {joined}; {day} lies before that. Check the day, or file it as a"
        " certificate if it was earned elsewhere."
    )
    status = 422


class ScoreNotPossible(AppError):
    """A score lies between nothing and the most that can be reached."""

    text = N_("The score must be between 0 and {most}.")
    status = 422


class HoursNotPossible(AppError):
    """Nobody is trained for so long."""

    text = N_("Hours must be more than 0 and at most {most}.")
    status = 422


class ValidityReversed(AppError):
    """A certificate ends after it begins."""

    text = N_("It would be valid until {until}, before it was issued on {day}. Check both days.")
    status = 422


class CourseNotOffered(AppError):
    """A course that was taken off the list gives no new results."""

    text = N_("“{course}” is not offered any more. Choose another course, or offer it again.")
    status = 409
