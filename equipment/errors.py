"""One class per broken rule of safety facilities."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class StepNotPossible(AppError):
    """The item's status does not allow the step."""

    text = N_("{code} is “{status}” now, so this step is not possible. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, **{**self.facts, "status": _(str(self.facts["status"]))})


class ItemChanged(ChangedMeanwhile):
    """Somebody took a step since the form was drawn."""

    text = N_("Meanwhile it was {step} by {name}. Nothing of yours was saved; look at it again.")

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))


class DayAhead(AppError):
    """A step is recorded once it has happened."""

    text = N_("{day} lies ahead. Record it once it has been done.")
    status = 422


class DayBeforeMade(AppError):
    """Nothing can have been done to an item before it was made."""

    text = N_("{code} was made on {made}; {day} lies before that. Check the day.")
    status = 422


class DayBeforeLast(AppError):
    """Nothing is done with an item after its end."""

    text = N_("{code} was {step} on {day}, so its end was not before that. Check the day.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, **{**self.facts, "step": _(str(self.facts["step"]))})


class NotServiceable(AppError):
    """From its scrap date on an item is replaced, never serviced or repaired."""

    text = N_(
        "{code} reached its scrap date on {day} and may not be serviced or repaired any more."
        " Replace it."
    )
    status = 409


class FoundUnfit(AppError):
    """What was found unfit for use is replaced, never serviced or repaired."""

    text = N_(
        "{code} was found unfit for use on {day} and may not be serviced or repaired any more."
        " Replace it."
    )
    status = 409


class ServicesMissing(AppError):
    """A service record says what was done."""

    text = N_("Choose what the service covered.")
    status = 422


class ReadingMissing(AppError):
    """A service that measures something has passed only with what was measured."""

    text = N_("Give the measured value of “{what}”: at least {least} is asked for.")
    status = 422


class ReadingImpossible(AppError):
    """A value that nobody measures."""

    text = N_("Check the measured value of “{what}”: it must be between 0 and {most}.")
    status = 422


class ReadingTooLow(AppError):
    """Below the least that is asked for a service has not passed."""

    text = N_(
        "{what}: {found} is less than the {least} asked for, so {code} has not passed. Put it"
        " right, for example with a new battery, and test again; if that is not possible, choose"
        " “It failed”."
    )
    status = 422


class ProofMissing(AppError):
    """A service or a scrapping without a paper proves nothing."""

    text = N_("Add a photo or document, or give the number of the certificate or other proof.")
    status = 422


class CostNotPossible(AppError):
    """An amount that no hall spends on one item."""

    text = N_("The cost must be between 0 and {most} yuan.")
    status = 422


class CustodianUnknown(AppError):
    """The custodian does not work here, or not any more."""

    text = N_("This person is not active in this hall. Choose somebody else.")
    status = 422


class PlaceUnknown(AppError):
    """The window or common area is not in use in this hall."""

    text = N_("This window or area does not exist here. Choose one from the list.")
    status = 422


class NothingMoved(AppError):
    """The new place is the old one."""

    text = N_("{code} is there already. Nothing was changed.")
    status = 409


class TooManyAway(AppError):
    """At most a quarter of the extinguishers of a place may be missing at a time (GB 50444)."""

    text = N_(
        "Of {total} extinguishers here at most {most} may be away or out of service at a time, and"
        " {away} others are. Lend one of equal protection in its place, or wait until one is back."
    )
    status = 409


class NoneMayBeAway(AppError):
    """Where there are fewer than four extinguishers each of them counts (GB 50444)."""

    text = N_(
        "There are only {total} extinguishers here, so none may be away without a substitute."
        " Lend one of equal protection in its place."
    )
    status = 409


class TooFewLeft(AppError):
    """What is missing is at most a quarter of what an area is left with (GB 50444)."""

    text = N_(
        "Without {code} there would be {rest} extinguishers in its area, and {away} of them are"
        " away or out of service: more than a quarter. Put one in its place first, or wait until"
        " they are back."
    )
    status = 409


class LessProtection(AppError):
    """What takes an item's place protects at least as well."""

    text = N_("{code} cannot take its place: {why}")
    status = 422


class NotSpare(AppError):
    """What is lent or put in place of another is in service and nobody's substitute."""

    text = N_("{code} is not free: it is out of service or stands in for another. Choose another.")
    status = 409


class OverAge(AppError):
    """What is put in place of another has not reached its own scrap date."""

    text = N_("{code} reached its own scrap date on {day}. Choose another.")
    status = 409


class SameGroup(AppError):
    """Lending between two points of one area leaves a gap at the other point."""

    text = N_("{code} hangs in the same area and would leave a gap there. Choose another.")
    status = 409


class StandsIn(AppError):
    """A substitute is brought back before anything else is done with its place."""

    text = N_("{code} stands in for {other}. Bring it back first.")
    status = 409


class StandsInAlready(AppError):
    """One item needs one substitute."""

    text = N_("{other} stands in for {code} already.")
    status = 409


class NotLent(AppError):
    """Only a substitute is brought back."""

    text = N_("{code} stands in for nothing. Nothing was changed.")
    status = 409


class MadeDateNeeded(AppError):
    """A new unit whose age nobody can read would be scrapped at once."""

    text = N_("Give the manufacture date on the new unit: it decides how long it may be used.")
    status = 422


class NoSpare(AppError):
    """What must be scrapped is not kept to be used again."""

    text = N_("{code} is unfit for use or past its scrap date and cannot be a spare. Scrap it.")
    status = 409


class UnknownConsumable(AppError):
    """This kind has no such part."""

    text = N_("Choose the part that was changed.")
    status = 422


class ExpiryMissing(AppError):
    """A part without its printed date is of no use."""

    text = N_("Give the expiry date that is printed on the new part.")
    status = 422


class ConsumableExpired(AppError):
    """A new part is not past its own date."""

    text = N_("The new part expired on {day}. Put in one that is valid.")
    status = 422


class UnknownKind(AppError):
    """The hall has no such kind, or registers none of it any more."""

    text = N_("Choose the kind of facility from the list.")
    status = 422


class KindKeptAsStock(AppError):
    """What is used up is counted, not registered piece by piece."""

    text = N_("“{kind}” is kept as a stock. Enter it under “Stock of protective equipment”.")
    status = 422


class KindPhasedOut(AppError):
    """A phased-out type is registered only because it is still there, to be scrapped."""

    text = N_(
        "“{kind}” is phased out and must be scrapped. If one is still there, confirm that it is"
        " registered to be replaced at once."
    )
    status = 422


class KindNotChangeable(AppError):
    """The code on the label says what sort of thing it is."""

    text = N_("{code} cannot become “{kind}”: the code on its label would no longer be true.")
    status = 422


class PlaceMissing(AppError):
    """Whoever looks for an item must know where it is."""

    text = N_("Choose the window or area where it is.")
    status = 422


class PlaceGone(AppError):
    """The window or area is no longer in use."""

    text = N_("{name} is no longer in use. Choose another place.")
    status = 422


class MadeDateMissing(AppError):
    """Its age decides when this kind is serviced and scrapped."""

    text = N_(
        "Give year and month of manufacture, or say that they cannot be read or are not known yet."
    )
    status = 422


class MadeInFuture(AppError):
    """The manufacture date lies ahead."""

    text = N_("The manufacture date {day} lies ahead. Check what is stamped on it.")
    status = 422


class MadeTooLongAgo(AppError):
    """A year that was mistyped."""

    text = N_("The manufacture date {day} cannot be right: it lies before {first}.")
    status = 422


class ServiceBeforeMade(AppError):
    """Nothing is serviced before it was made."""

    text = N_("It was made on {made}; a service on {day} lies before that. Check both dates.")
    status = 422


class ServicedSince(AppError):
    """What its history says of services is not written over."""

    text = N_("Services of {code} are recorded in its history. Record a further one there.")
    status = 409


class FireClassUnknown(AppError):
    """A letter that the rules of this hall do not know."""

    text = N_("“{letters}” are no fire classes. Possible are {known}.")
    status = 422


class LimitsWrong(AppError):
    """The lowest value of a reading lies above its highest, or below nothing."""

    text = N_("Check the limits {low} to {high}: the first must be the lower one.")
    status = 422


class ProfileAsBefore(AppError):
    """The hall follows these rules already."""

    text = N_("These rules are in force already. Nothing was changed.")
    status = 409


class FiguresAsShipped(AppError):
    """A hall's own figures differ from the shipped ones."""

    text = N_("These are the shipped figures already. Nothing was changed.")
    status = 409


class FiguresImpossible(AppError):
    """A rhythm or age is a whole number of months within reason."""

    text = N_("Check the figures: whole months from 1 to 600, for a service both of them.")
    status = 422


class PrefixUnclear(AppError):
    """What codes begin with is easy to read and to type."""

    text = N_("“{prefix}” cannot begin a code. Use two to four capital letters, for example YJD.")
    status = 422


class KindOwn(AppError):
    """An own kind has no shipped figures to go back to."""

    text = N_("This is a kind of your own: nothing is shipped for it. Change its figures instead.")
    status = 409


class KindNotOwn(AppError):
    """Only a hall's own kinds are added and withdrawn."""

    text = N_("Only a kind of your own can be withdrawn.")
    status = 409
