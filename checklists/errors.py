"""One class per broken rule of patrols."""

from safety_app.core.errors import AppError, NotAllowed
from safety_app.core.i18n import N_


class UnknownChecklist(AppError):
    """A plan names a checklist that does not exist."""

    text = N_("There is no checklist “{code}”. Choose one from the list.")
    status = 422


class PlanNeedsPlace(AppError):
    """A window checklist is planned for a window, a common-area one for an area."""

    text = N_("This checklist is walked for a window or for a common area: choose the right one.")
    status = 422


class PlanExists(AppError):
    """The same checklist is planned for this place already."""

    text = N_("“{checklist}” is already planned for {place}. Change that plan instead.")
    status = 409


class PlanStartsInPast(AppError):
    """A plan that starts in the past would make patrols that nobody could do."""

    text = N_("A plan cannot start in the past. Choose today or a later day.")
    status = 422


class PlanPlaceRests(AppError):
    """A plan that starts in a pause would ask for nothing."""

    text = N_("{place} is paused until {last}. Let the plan start after that.")
    status = 422


class PlanPlaceGone(AppError):
    """A plan for a window or a place that is no longer in use."""

    text = N_("{place} is no longer in use on that day. Choose another place.")
    status = 422


class UnitMissing(AppError):
    """Once in which period?"""

    text = N_("Choose how often: once a week, month, quarter, half-year or year.")
    status = 422


class IntervalInvalid(AppError):
    """An interval of no days, or of more than a year."""

    text = N_("The number of days must be between 1 and {most}.")
    status = 422


class RepeatInvalid(AppError):
    """Patrols that follow each other too fast, or less often than once while it is open."""

    text = N_(
        "Every {n} minutes is not possible: choose {least} to {most} minutes, the longest time"
        " that the place is open without a break."
    )
    status = 422


class ChangeTooSoon(AppError):
    """What is open today stays as it was planned."""

    text = N_(
        "Patrols of today may have begun already. A change holds from tomorrow at the earliest."
    )
    status = 422


class PlanEndsInPast(AppError):
    """What was due stays due."""

    text = N_("A plan cannot end in the past: what was due stays due. Choose today or later.")
    status = 422


class PlanOver(AppError):
    """A plan that has ended does not change any more."""

    text = N_("This plan has ended. Let it go on before you change it.")
    status = 409


class NothingChosen(AppError):
    """A plan for no place."""

    text = N_("Choose at least one window or place.")
    status = 422


class SlotInvalid(AppError):
    """A slot names no part of the checklist, or its times are out of order."""

    text = N_("The times of “{part}” are not possible. It opens first, is due next, closes last.")
    status = 422


class NotYourPatrol(NotAllowed):
    """Somebody who does not work here wants to patrol here."""

    text = N_("You may look at this patrol but not do it. {who} can.")


class NotFitToBegin(AppError):
    """Nobody begins a sheet without having passed what the post asks for."""

    text = N_(
        "You may not begin this sheet today: {why}. Let somebody else do it; hazards can be"
        " reported all the same."
    )
    status = 403


class TaskNotOpenYet(AppError):
    """The patrol cannot begin before its time."""

    text = N_("This patrol opens at {opens}. It cannot be done earlier.")
    status = 409


class TaskClosed(AppError):
    """The patrol is over; nothing can be filled in afterwards."""

    text = N_(
        "This patrol closed at {closes} and counts as not done. What was saved is kept, hazards"
        " are registered; nothing can be filled in afterwards. Please give the reason on the"
        " start page."
    )
    status = 409


class InspectionClosed(AppError):
    """An inspection that lay unsubmitted for too long counts for nothing."""

    text = N_(
        "This sheet was begun more than {days} days ago and not submitted. What was found is"
        " registered; open it again and begin anew."
    )
    status = 409


class NumberImpossible(AppError):
    """A point that takes no number, or a number that nothing can have."""

    text = N_("This number is not possible here. Read it again and enter it in {unit}.")
    status = 422


class RunTokenUnknown(AppError):
    """The tablet's leave to write is unknown or over."""

    text = N_("This tablet may no longer write to this patrol. Open the patrol again.")
    status = 401


class RunTokenExpired(RunTokenUnknown):
    """More than a day has passed since the patrol closed; what came is kept beside it."""

    text = N_("This patrol closed more than a day ago. What the tablet sent is kept beside it.")


class SequenceGap(AppError):
    """Entries arrive in order; `expected` is the one that is missing."""

    text = N_("An earlier entry of this tablet has not arrived yet. It is sent again by itself.")
    status = 409


class RunSubmitted(AppError):
    """A submitted patrol does not change any more; what came is kept beside it."""

    text = N_("This patrol was signed and submitted. What came later is kept beside it.")
    status = 409


class RunTakenOver(AppError):
    """Somebody else has opened the patrol since."""

    text = N_("{name} has taken over this patrol. Open it again to go on.")
    status = 409


class EntriesOnTheWay(AppError):
    """The tablet has sent more, or less, than has arrived here."""

    text = N_("Not everything has arrived yet. Wait until all is saved, then submit again.")
    status = 409


class UnknownItem(AppError):
    """The item is not on this sheet."""

    text = N_("This point is not on this checklist. Open the patrol again.")
    status = 422


class UnknownChoice(AppError):
    """A value that is not on its list."""

    text = N_("This choice is not possible here. Open the patrol again.")
    status = 422


class SheetIncomplete(AppError):
    """Something is still to do before the sheet can be signed."""

    text = N_("Still to do: {items}.")
    status = 422


class CompanionUnknown(AppError):
    """The companion is nobody of this hall, or the patroller."""

    text = N_("Choose another colleague as the companion.")
    status = 422


class TooManyFindingPhotos(AppError):
    """More pictures than one point takes."""

    text = N_("At most {limit} photos for one point. Remove one first.")
    status = 422


class PhotoInHazard(AppError):
    """The picture already belongs to a registered hazard."""

    text = N_("This photo already belongs to {number} and stays.")
    status = 409


class NotMissed(AppError):
    """Only a missed patrol takes a reason."""

    text = N_("Only a patrol that was not done takes a reason.")
    status = 409


class ReasonMissing(AppError):
    """“Other” says nothing by itself."""

    text = N_("Please choose a reason; for “Other”, add a few words.")
    status = 422


class EntryUnreadable(AppError):
    """An entry does not have the shape that the interface asks for."""

    text = N_("This entry cannot be read: {places}. Nothing of it was saved.")
    status = 422


class NotSubmitted(AppError):
    """Only a signed sheet takes a second signature."""

    text = N_("This sheet has not been signed by its patroller; there is nothing to countersign.")
    status = 409


class NotYourCountersignature(NotAllowed):
    """The second signature belongs to somebody else."""

    text = N_("The second signature under this sheet is not yours. It is for: {who}.")


class OwnSheet(NotAllowed):
    """Who walked, or walked along, does not sign for it a second time."""

    text = N_("Whoever did the patrol, or walked along, cannot put the second signature under it.")


class OpenOneByOne(AppError):
    """A sheet with something to look at is not signed among many."""

    text = N_("“{sheet}” has something to look at: open it and sign it by itself.")
    status = 409


class SeveralDays(AppError):
    """One signature is for the sheets of one day."""

    text = N_("One signature is for the sheets of one day. Sign each day by itself.")
    status = 422


class NoSheets(AppError):
    """Nothing was chosen to sign."""

    text = N_("There is no sheet to sign.")
    status = 422


class PaperTooLate(AppError):
    """A paper form is handed in while people remember."""

    text = N_(
        "A paper form is handed in within {days} days after the patrol closed. Please give the"
        " reason why it was not done instead."
    )
    status = 409


class PaperAlreadyThere(AppError):
    """There is a form of this patrol that was not refused."""

    text = N_("A paper form of this patrol was handed in already.")
    status = 409


class PaperRefusedTwice(AppError):
    """Two forms were refused; there is no third."""

    text = N_("Two paper forms of this patrol were refused. It stays not done.")
    status = 409


class PaperNeedsPicture(AppError):
    """A paper form without a picture of it is only a claim."""

    text = N_("Please add a photo or a scan of the signed paper form.")
    status = 422


class PaperFileUsed(AppError):
    """The same scan does not prove two patrols."""

    text = N_("This photo or scan was handed in for another patrol already.")
    status = 409


class PaperWalkerUnfit(AppError):
    """The one who walked must be one who may."""

    text = N_("{name} does not do this patrol. Choose who walked it.")
    status = 422


class PaperDecided(AppError):
    """A form is confirmed or refused once."""

    text = N_("This paper form was decided on already.")
    status = 409


class PaperNotNeeded(AppError):
    """Only a missed patrol takes a paper form."""

    text = N_("Only a patrol that was not done takes a paper form.")
    status = 409


class RefusalNeedsReason(AppError):
    """Who refuses says why."""

    text = N_("Please say in a few words why the paper form is refused.")
    status = 422


class BadPaper(AppError):
    """The address asks for a month, day or number of days that cannot be."""

    text = N_("This paper does not exist: check the month, the day or the number of days.")
    status = 422


class MonthToCome(AppError):
    """There is no record of a month that has not begun."""

    text = N_("{month} has not begun, so there is nothing to report yet. Choose an earlier month.")
    status = 422


class NothingToPrint(AppError):
    """No patrol is due there on those days."""

    text = N_("No patrol is due there on these days; there is no sheet to print.")
    status = 404
