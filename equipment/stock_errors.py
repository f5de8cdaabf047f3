"""One class per broken rule of stocks of protective equipment and consumables."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class KindNotStocked(AppError):
    """Extinguishers and the like are registered one by one."""

    text = N_("This kind is not kept as a stock. Choose one from the list.")
    status = 422


class StockPlaceMissing(AppError):
    """A stock that is nowhere cannot be found."""

    text = N_("Choose the window or the area where it is kept.")
    status = 422


class StockExists(AppError):
    """One place has one stock of a thing."""

    text = N_("There is a stock of this at this place already. Open it in the list.")
    status = 409


class StockClosed(AppError):
    """Nothing moves in a stock that was closed."""

    text = N_("This stock was closed. Set it up again to use it.")
    status = 409


class StockChanged(ChangedMeanwhile):
    """Somebody changed the stock since the form was drawn."""

    text = N_("Somebody has just changed this stock. Nothing of yours was saved; look at it again.")


class StockMoved(ChangedMeanwhile):
    """Something came or went while somebody was counting."""

    text = N_(
        "Meanwhile {name} recorded “{step}”. Nothing of yours was saved; count again what is there"
        " now."
    )

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))


class StockInUse(AppError):
    """What people have signed for keeps its name."""

    text = N_(
        "People have signed for it under this name and unit, so both stay. Set up another stock"
        " for the other one."
    )
    status = 409


class StockNotEmpty(AppError):
    """A stock ends when nothing of it is left."""

    text = N_("There are still {amount} here. Issue or discard them first.")
    status = 409


class StockStillHeld(AppError):
    """A stock of what is given back ends when all of it is back."""

    text = N_("People still have {amount}. Record first what was given back, worn out or lost.")
    status = 409


class QuantityNotPossible(AppError):
    """A number that cannot be."""

    text = N_("The number must be a whole one between {least} and {most}.")
    status = 422


class ExpiredOnArrival(AppError):
    """A batch is not taken in on the day it expires, or later."""

    text = N_(
        "A batch that expires on {expires} cannot come in on {received}. Check both days; expired"
        " goods are not taken in."
    )
    status = 422


class NotEnough(AppError):
    """A stock never goes below nothing."""

    text = N_("There are only {there} to take from. Nothing was changed.")
    status = 409


class NoneLeft(AppError):
    """There is nothing to take from."""

    text = N_("There is nothing left to take from. Record a receipt first.")
    status = 409


class NotHeld(AppError):
    """Nobody gives back more than they got."""

    text = N_("{name} has {held} of this. Nothing was changed.")
    status = 409


class ReceiverUnknown(AppError):
    """The receiver does not work here, or not any more."""

    text = N_("This person is not active in this hall. Choose somebody else.")
    status = 422


class BatchUnknown(AppError):
    """The batch is not of this stock, or nothing of it is left."""

    text = N_("Nothing of this batch is left here. Choose one from the list.")
    status = 409


class CountIncomplete(AppError):
    """A count is of everything that is there."""

    text = N_("Give the number counted of every batch, 0 where there is none.")
    status = 422


class DifferenceUnexplained(AppError):
    """A difference is never written silently."""

    text = N_("Counted and recorded differ: {differences}. Count again, or give the reason.")
    status = 422


class AlreadyRecorded(AppError):
    """The same press came again with other figures."""

    text = N_("This was recorded already. Look at the last movements before recording more.")
    status = 409
