"""What can be wrong with a code that a hall gives itself."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class CodeTaken(AppError):
    """A code stands on one label only, also after its item was scrapped."""

    text = N_("{code} is another item's code already. Leave the field empty to get a new one.")
    status = 409


class CodeUnclear(AppError):
    """A code must be easy to read and to type."""

    text = N_("“{code}” is no code: capital letters, figures and hyphens, at most 16 of them.")
    status = 422


class CodeNumberTooLong(AppError):
    """The numbers that are given automatically go on behind the highest one."""

    text = N_(
        "“{code}”: behind {prefix}- stand at most {most} figures, so that further numbers fit on"
        " the label. Write it otherwise, for example with a letter in front."
    )
    status = 422
