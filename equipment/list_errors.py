"""What can be wrong when many safety facilities are registered at once."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class ListFaulty(AppError):
    """Faulty rows are left out on request only."""

    text = N_("{n} rows of the list are faulty. Correct them, or import the good rows alone.")
    status = 422


class NothingToRegister(AppError):
    """The register has all of it already, or no row is good."""

    text = N_("There is nothing new in this list. Nothing was changed.")
    status = 422


class TooManyPieces(AppError):
    """More than anybody checks in a preview."""

    text = N_("{n} pieces are too many at once: at most {most}. Do it in parts.")
    status = 422


class NoPieces(AppError):
    """Less than one piece."""

    text = N_("Write how many pieces there are: 1 or more.")
    status = 422


class RangeWrong(AppError):
    """A range of places that ends before it begins, or is longer than there are pieces."""

    text = N_("Check the numbers {first} to {last}: each place needs at least one of {n} pieces.")
    status = 422


class RangeMissing(AppError):
    """A placing with {n} needs its numbers, and numbers need a place for them."""

    text = N_("Write # where the number of the place stands, such as “Hydrant cabinet #”.")
    status = 422


class BadList(AppError):
    """The address asks for a view or family that there is not."""

    text = N_("This list cannot be made. Open the register and choose anew.")
    status = 404
