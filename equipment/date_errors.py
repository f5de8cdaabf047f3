"""What can be wrong with the dates of a facility when they are corrected."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class MadeForgotten(AppError):
    """What is known of the manufacture date is corrected, never forgotten again."""

    text = N_(
        "The manufacture date of {code} is on record ({made}) and cannot become unknown again."
        " If it is wrong, enter the date that is stamped on the item; if that cannot be read,"
        " choose “Cannot be read”."
    )
    status = 422


class ScrapLifted(AppError):
    """A scrap date that has been reached is not put off without a word."""

    text = N_(
        "{code} reached its scrap date on {day}; with these details it would stay in use. Give the"
        " reason (in a list: as the remark): what was wrong, and where the right date was found."
    )
    status = 422


class WorkBeforeMade(AppError):
    """Nothing was serviced, repaired or given a new part before it was made."""

    text = N_(
        "{code} cannot have been made on {made}: work done on it on {day} is on record. Check the"
        " manufacture date."
    )
    status = 422


class ServiceAtScrap(AppError):
    """From its scrap date on nothing is serviced, so no such service counts."""

    text = N_(
        "Made on {made}, it reached its scrap date on {scrap}: a service on {day} does not count."
        " Check both dates, or leave the service out; the item is to be scrapped."
    )
    status = 422


class DayBeforeRegistered(AppError):
    """What was done before an item came onto the register is a detail of it, not a step."""

    text = N_(
        "{code} is on the register since {day}. Enter an earlier service under “Correct the"
        " details” as its last service; earlier repairs are not recorded."
    )
    status = 422


class ExpiryKnown(AppError):
    """A printed date on record is that of the part that is in; another one is a new part."""

    text = N_(
        "The date of “{part}” is on record: {day}. If another one was put in, record it as a new"
        " part."
    )
    status = 409


class DayBeforeCondemned(AppError):
    """What was found is taken back after it was found."""

    text = N_("The scrap condition of {code} was found on {day}. Check the day.")
    status = 422


class ScrapInAnyCase(AppError):
    """A scrap condition is taken back only where it is the only reason to scrap."""

    text = N_("{code} has to be scrapped in any case: {reason}. Replace it.")
    status = 409


class ScrapAgeLonger(AppError):
    """The age at which a kind is scrapped is mandatory; a hall may only be stricter."""

    text = N_(
        "“{kind}” must be scrapped at {age}; a hall's own scrap age may only be shorter. Enter a"
        " shorter one, or go back to the shipped figure."
    )
    status = 422
