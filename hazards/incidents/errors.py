"""One class per broken rule of incidents."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class IncidentChanged(ChangedMeanwhile):
    """Somebody took a step since the form was drawn."""

    text = N_("Meanwhile it was {step} by {name}. Nothing of yours was saved; look at it again.")

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))


class IncidentStepNotPossible(AppError):
    """The incident's status does not allow the step."""

    text = N_("{number} is “{status}” now, so this step is not possible. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, **{**self.facts, "status": _(str(self.facts["status"]))})


class IncidentInFuture(AppError):
    """Nobody can report what has not happened yet."""

    text = N_("{moment} is still to come. Check day and time: it is {now} now.")
    status = 422


class HappenedBefore(AppError):
    """What was reported or told of has happened before."""

    text = N_("{moment} is too late: by {limit} it was reported or told already.")
    status = 422


class HourStands(AppError):
    """No correction of kind or time ends the hour or lets it begin later."""

    text = N_(
        "By this the law would count it no more, or only from later: its hour began {start}. If it"
        " is no work-safety accident, a manager first decides so with a reason."
    )
    status = 409


class HeadToldBefore(AppError):
    """The earliest that is known counts: an hour that has begun is not put off."""

    text = N_(
        "It is on record that the head of the unit was told {moment}. An earlier time can be"
        " recorded, a later one cannot."
    )
    status = 409


class IncidentTooOld(AppError):
    """What is older belongs into the file as a paper."""

    text = N_(
        "{moment} is more than {days} days ago. Check the year; older incidents are kept as papers"
        " on file."
    )
    status = 422


class KindMissing(AppError):
    """The first tap is missing."""

    text = N_("Please tap first what happened.")
    status = 422


class IncidentPlaceMissing(AppError):
    """Help must know where to go."""

    text = N_("Please say where it happened: a window, a common area or a few words.")
    status = 422


class IncidentPlaceUnknown(AppError):
    """The window or common area does not exist in this hall."""

    text = N_("This window or area does not exist here. Choose one from the list.")
    status = 422


class NearMissHurtsNobody(AppError):
    """What has hurt somebody or cost something is no near miss."""

    text = N_(
        "A near miss hurts nobody and costs nothing. Choose what happened, or set the figures to 0."
    )
    status = 422


class FiguresNotPossible(AppError):
    """A number that cannot be."""

    text = N_("Please check the figures: people 0 to {people}, loss 0 to {loss} yuan.")
    status = 422


class SameFigures(AppError):
    """Nothing has changed."""

    text = N_("These figures are recorded already. Change what is new.")
    status = 422


class FiguresAreFixed(AppError):
    """After the follow-up period a change needs its reason."""

    text = N_(
        "The days for changes ended on {day}: the casualties are fixed. Say why they change, and"
        " since which day it is so."
    )
    status = 422


class DayNotPossible(AppError):
    """A day before it happened, or one to come."""

    text = N_("The day must lie between {first}, when it happened, and today.")
    status = 422


class MomentNotPossible(AppError):
    """A moment before it happened, or one to come."""

    text = N_("The time must lie between {first}, when it happened, and now, {now}.")
    status = 422


class MomentInFuture(AppError):
    """Nothing can be recorded that is still to come."""

    text = N_("{moment} is still to come. It is {now} now.")
    status = 422


class NotCounted(AppError):
    """There is nothing to decide about what the law does not count."""

    text = N_("By these figures the law does not count it, so nothing has to be decided.")
    status = 409


class VoidHidesHarm(AppError):
    """Whom it hurt badly is not taken out by one person: concealing is an offence."""

    text = N_(
        "Somebody was recorded as dead, missing or seriously hurt, and concealing an accident is an"
        " offence (State Council Order 493, art. 36). If that is wrong or recorded twice, somebody"
        " else, such as the safety officer, first sets the figures right with a reason."
    )
    status = 409


class VoidAfterTelling(AppError):
    """What an authority was told of is brought to an end in the open."""

    text = N_(
        "An authority was told of it, so it stays on record. Set the figures right or decide that"
        " it is no work-safety accident, tell the authority, and close the case."
    )
    status = 409


class IncompleteFacts(AppError):
    """An incident is confirmed once its facts are there."""

    text = N_("Before it is confirmed, please add: {what}.")
    status = 422


class InvestigatorUnknown(AppError):
    """The person does not work here, or not any more."""

    text = N_("This person is not active in this hall. Choose somebody else.")
    status = 422


class DeadlineNotPossible(AppError):
    """A deadline before today, or later than the rule allows."""

    text = N_("The day must lie between {first} and {last}.")
    status = 422


class CauseMissing(AppError):
    """Measures follow from causes."""

    text = N_("Record at least one chain of causes with its root before the investigation ends.")
    status = 422


class TooManyWhys(AppError):
    """Five whys lead to the root."""

    text = N_("A chain has at most {limit} whys. Begin another chain for another cause.")
    status = 422


class PersonUnnamed(AppError):
    """Somebody of the hall, a name, or a description by which one can be told apart."""

    text = N_("Choose somebody of the hall or write a name.")
    status = 422


class NotReadyToClose(AppError):
    """What the four conditions, the authorities or the hazards still ask for."""

    text = N_("It cannot be closed yet: {what}.")
    status = 409


class SceneIsKept(AppError):
    """The scene is released once, after it was protected."""

    text = N_("The scene is not protected now, so it cannot be released.")
    status = 409


class StillOpen(AppError):
    """Personal data are needed until the case is closed."""

    text = N_("Personal data are forgotten once the case is closed.")
    status = 409


class BadIncidentPaper(AppError):
    """The address names a paper that does not exist."""

    text = N_("There is no such paper. Choose it again on its page.")
    status = 404


class TooManyPictures(AppError):
    """More pictures than anybody looks at."""

    text = N_("At most {limit} photos are kept with an incident.")
    status = 422


class LossBoundNotPossible(AppError):
    """A hall may only count more than the usual bound does."""

    text = N_("The bound of the loss must lie between 1 and {most} yuan: it can only be stricter.")
    status = 422
