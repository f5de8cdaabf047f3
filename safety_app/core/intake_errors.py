"""What can be wrong with a whole table; what is wrong with a cell is a `Problem` of the intake."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class TableUnreadable(AppError):
    """Broken, or in a script that cannot be told."""

    text = N_("This table cannot be read. Save it as .xlsx and choose that file.")
    status = 422


class TooManyRows(AppError):
    """More lines than anybody checks in a preview."""

    text = N_("The table has more than {limit} rows. Split it and import the parts one by one.")
    status = 422


class NoHeadings(AppError):
    """No line of the table looks like its headings."""

    text = N_(
        "The headings were not found. The first line needs names such as: {names}."
        " Download the form and copy the rows into it."
    )
    status = 422
