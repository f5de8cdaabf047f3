"""Rules of the papers that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class ScanMissing(AppError):
    """A paper without its scan proves nothing."""

    text = N_("Add the scan or a photo of the paper.")
    status = 422


class PaperFromFuture(AppError):
    """A paper carries the date on which it was signed."""

    text = N_("The date of the paper lies ahead. Check it.")
    status = 422


class ValidBeforeDate(AppError):
    """A paper ends after it begins."""

    text = N_("The paper would end before its own date. Check “valid until”.")
    status = 422


class AlreadyWithdrawn(AppError):
    """A paper is withdrawn once."""

    text = N_("This paper is withdrawn already.")
    status = 409


class UnknownCategory(AppError):
    """No such kind of paper."""

    text = N_("Choose a category.")
    status = 422


class OneTable(AppError):
    """A pile needs one table that says what its scans are."""

    text = N_("Choose the scans and one table beside them; {n} tables were chosen.")
    status = 422


class BatchFaulty(AppError):
    """Faulty rows are left out on request only."""

    text = N_("The table has {n} faults. Correct it, or file the good rows only.")
    status = 422


class NothingToFile(AppError):
    """No row of the table can be filed."""

    text = N_("No row of the table can be filed. Nothing was changed.")
    status = 422
