"""One class per broken rule of hazards."""

from safety_app.core.errors import AppError, ChangedMeanwhile, NotAllowed
from safety_app.core.i18n import N_, _


class HazardChanged(ChangedMeanwhile):
    """Somebody took a step since the form was drawn."""

    text = N_("Meanwhile it was {step} by {name}. Nothing of yours was saved; look at it again.")

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))


class StepNotPossible(AppError):
    """The hazard's status does not allow the step."""

    text = N_("{number} is “{status}” now, so this step is not possible. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, **{**self.facts, "status": _(str(self.facts["status"]))})


class OwnFixNotVerifiable(NotAllowed):
    """The one who fixed it, or who recorded the fix, checks it himself."""

    text = N_("Whoever fixed it or recorded the fix cannot verify it. {who} can do it.")


class NotTheOwner(NotAllowed):
    """Only the owner submits the fix."""

    text = N_("Only the owner can submit the fix: {who}.")


class DeadlineInPast(AppError):
    """The deadline lies before today."""

    text = N_("The deadline {day} is over already. Choose today or a later day.")
    status = 422


class DeadlineTooFar(AppError):
    """The deadline is more than a year away."""

    text = N_("The deadline {day} is too far away: at most one year from today.")
    status = 422


class DeadlineNotLater(AppError):
    """An extension must lead to a later day."""

    text = N_("An extension needs a day after {day}, the deadline so far.")
    status = 422


class LaterNeedsExtension(AppError):
    """Handing out anew must not move the deadline back."""

    text = N_("The deadline is {day}. A later day needs an extension with a reason.")
    status = 422


class LaterThanAuthority(AppError):
    """The authority's deadline binds until the authority itself puts it off."""

    text = N_(
        "The authority set {day} as the deadline. A later day needs an extension with the reason"
        " that the authority agreed."
    )
    status = 422


class FundsNotPossible(AppError):
    """An amount that no hall spends on a hazard."""

    text = N_("The funds must be between 0 and {most} yuan.")
    status = 422


class OwnerUnknown(AppError):
    """The owner does not work here, or not any more."""

    text = N_("This person is not active in this hall. Choose somebody else.")
    status = 422


class PlaceUnknown(AppError):
    """The window or common area does not exist in this hall."""

    text = N_("This window or area does not exist here. Choose one from the list.")
    status = 422


class PlaceMissing(AppError):
    """A hazard without a place cannot be found again."""

    text = N_("Please say where it is: a window, a common area or a few words.")
    status = 422


class LevelReasonMissing(AppError):
    """The level is lowered below the first one without a reason."""

    text = N_("The level is lower than preset or than first reported. Please give the reason.")
    status = 422


class PlanIncomplete(AppError):
    """The level or legal class asks for facts that are missing."""

    text = N_("Please fill in “{field}”: the level or legal class asks for it.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, field=_(str(self.facts["field"])))


class RaiseByAssigning(AppError):
    """The new level asks for facts that only handing out anew takes down."""

    text = N_("This level also asks for “{field}”. Assign it again with the new level.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, field=_(str(self.facts["field"])))


class AfterPhotoMissing(AppError):
    """A fix is shown by a picture."""

    text = N_("Please add at least one photo taken after the fix.")
    status = 422


class UploadGone(AppError):
    """A received photo is no longer waiting to be attached."""

    text = N_("A photo is no longer there. Please add it again.")
    status = 409


class TooManyPhotos(AppError):
    """More pictures than a hazard takes at once."""

    text = N_("At most {limit} photos at a time.")
    status = 422


class InspectionDaysWrong(AppError):
    """The days of an inspection do not follow each other."""

    text = N_("Check the days: the inspection is not after today, the deadline not before it.")
    status = 422


class FindingAfterReply(AppError):
    """A finding would be due after the authority wants the reply."""

    text = N_("A finding cannot be due after {day}, when the authority wants the reply.")
    status = 422


class AlreadyReplied(AppError):
    """An inspection is replied to once."""

    text = N_("The reply of {day} is recorded already. Nothing was changed.")
    status = 409


class ReplyDayWrong(AppError):
    """A reply is not given before the inspection or after today."""

    text = N_("The day of the reply lies between the inspection and today.")
    status = 422


class BadQuarter(AppError):
    """Not a quarter of the calendar."""

    text = N_("“{quarter}” is no quarter. Write it as 2026-Q4.")
    status = 422


class FutureQuarter(AppError):
    """Nothing is known yet of a quarter that has not begun."""

    text = N_("The quarter {quarter} has not begun yet. Choose an earlier one.")
    status = 422


class QuarterBeforeRecords(AppError):
    """Nothing is known of the time before the hall kept records here."""

    text = N_("The records of this hall begin on {day}; there are none of {quarter}.")
    status = 422


class BadLanguage(AppError):
    """Papers are written in Chinese or English."""

    text = N_("There is no paper in “{language}”. Choose zh_CN or en.")
    status = 422


class BadRegister(AppError):
    """The address asks for a register that cannot be."""

    text = N_("This register cannot be made: check the days, the place and the state.")
    status = 422


class TooManyFindings(AppError):
    """More findings than one document of an authority holds."""

    text = N_("At most {limit} findings at a time.")
    status = 422


class NotRightYet(AppError):
    """What a hazard is about decides with its own record when the hazard may be closed."""

    text = N_("This cannot be closed yet. {why}")
    status = 409
