"""What cannot be true of the protection that a piece gives."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class FireClassBeyond(AppError):
    """A letter that no make of this kind has."""

    text = N_(
        "“{kind}” is not made for fires of class {letters}; possible are {known}. Check the label,"
        " or choose another kind."
    )
    status = 422
