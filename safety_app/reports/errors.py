"""Rules of the reports that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class BadMonth(AppError):
    """The month is not written as year and month, or does not exist."""

    text = N_("“{month}” is no month. Write it like 2026-10.")
    status = 422


class FutureMonth(AppError):
    """There is nothing to report about a month that has not begun."""

    text = N_("{month} has not begun, so there is nothing to report yet. Choose an earlier month.")
    status = 422


class UnknownLanguage(AppError):
    """Reports are written in Chinese or English."""

    text = N_("There is no report in “{language}”. Choose zh_CN or en.")
    status = 422


class FileNotWritable(AppError):
    """The report cannot be written where it was asked for."""

    text = N_(
        "The report cannot be written to {path} ({cause}). Choose another file with --out; what"
        " was there before is unchanged."
    )
    status = 500


class PaperFailed(AppError):
    """A paper could not be made; the log has the cause."""

    text = N_(
        "The paper could not be made. Please try again; if it fails again, tell the administrator."
    )
    status = 500
