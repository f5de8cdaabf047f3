"""One class per broken rule of drills."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class StepNotPossible(AppError):
    """The drill's status does not allow the step."""

    text = N_("{code} is “{status}” now, so this step is not possible. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, **{**self.facts, "status": _(str(self.facts["status"]))})


class DrillChanged(ChangedMeanwhile):
    """Somebody took a step since the form was drawn."""

    text = N_("Meanwhile it was {step} by {name}. Nothing of yours was saved; look at it again.")

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))


class PlannedInPast(AppError):
    """A drill is planned for a day to come."""

    text = N_("{day} is over. Choose today or a later day.")
    status = 422


class ReasonMissing(AppError):
    """Putting off and cancelling say why."""

    text = N_("Say why: the reason is kept with the drill.")
    status = 422


class SameDay(AppError):
    """A new day is another day."""

    text = N_("It is planned for {day} already. Choose another day.")
    status = 422


class OtherDay(AppError):
    """A drill begins on the day for which it is planned."""

    text = N_("It is planned for {day}, not for today. Change its day first, then start.")
    status = 409


class CommanderJudges(AppError):
    """Nobody judges what they command."""

    text = N_("Whoever commands the drill cannot evaluate it. Choose another evaluator.")
    status = 422


class NotFitThatDay(AppError):
    """Nobody is to hold or judge a drill on a day on which they may not be on duty."""

    text = N_(
        "{name} may not be on duty on {day}: {why}. Choose somebody else for the drill, or another"
        " day."
    )
    status = 422


class MilestonesMissing(AppError):
    """A stopwatch needs something to take."""

    text = N_("Give at least one milestone for the stopwatch.")
    status = 422


class TooManyMilestones(AppError):
    """More than anybody can tap."""

    text = N_("At most {limit} milestones: nobody can tap more in the course of a drill.")
    status = 422


class MilestoneDoubled(AppError):
    """Two milestones of one name cannot be told apart."""

    text = N_("“{name}” is there twice. Give each milestone a name of its own.")
    status = 422


class TargetNotPossible(AppError):
    """A target is a time that a drill can take."""

    text = N_("Check the target of “{name}”: between 1 second and 4 hours, or none.")
    status = 422


class ClockUnknown(AppError):
    """A tablet writes with a token that is nobody's."""

    text = N_("This tablet may not write to the drill any more. Sign in and open the clock again.")
    status = 403


class NobodyPresent(AppError):
    """A drill with nobody present is none."""

    text = N_(
        "Nobody is recorded as present yet. Let people sign in, or tick their names, then finish."
    )
    status = 422


class InBothLists(AppError):
    """Nobody is present and absent."""

    text = N_("{person} is in both lists. Leave the name in one of them.")
    status = 422


class LastPresent(AppError):
    """Whoever was there last is not taken out of a drill that was held."""

    text = N_("Then nobody would have been at this drill. Record first who was there.")
    status = 409


class NobodyThere(AppError):
    """A drill at which nobody was is not judged and not closed."""

    text = N_("Nobody is recorded as present at this drill. Record first who was there.")
    status = 409


class EndMissing(AppError):
    """A drill that is finished has an end."""

    text = N_("Stop the clock first, or give the time at which the drill ended.")
    status = 422


class EndBeforeStart(AppError):
    """A drill ends after it began."""

    text = N_("The end ({end}) is not after the start ({start}). Check the times.")
    status = 422


class TimeAhead(AppError):
    """What is recorded has happened."""

    text = N_("{time} lies ahead. Record it once it has happened.")
    status = 422


class TooLong(AppError):
    """A drill takes hours, not days."""

    text = N_(
        "From {start} to {end} is longer than a day. Check the times; for a clock that was"
        " forgotten choose “Finish without the stopwatch” on the drill's page."
    )
    status = 422


class StampImpossible(AppError):
    """A milestone lies between the start and the end."""

    text = N_("“{name}” must lie between the start and the end of the drill.")
    status = 422


class PersonElsewhere(AppError):
    """Nobody is in two places at one time."""

    text = N_(
        "{person} is recorded as present elsewhere at the same time: {where}. Leave the name out,"
        " or say why."
    )
    status = 409


class SignedAlready(AppError):
    """A signature says that somebody was there."""

    text = N_("{person} has signed. Say why this is taken back.")
    status = 409


class TooManyFiles(AppError):
    """More than anybody looks through."""

    text = N_("At most {limit} pictures and papers go with a drill.")
    status = 422


class RuleNotYours(AppError):
    """What the law settles is no choice of the hall."""

    text = N_("This rule follows from the legal profile and cannot be switched on or off here.")
    status = 422


class ChooseDrills(AppError):
    """A plan of a year has drills."""

    text = N_("Choose at least one drill to put on the plan.")
    status = 422


class NothingToPlan(AppError):
    """Somebody else has planned these drills meanwhile."""

    text = N_("These drills are on the plan already. Look at the plan again.")
    status = 409


class DebriefMissing(AppError):
    """A drill is talked over before it is closed."""

    text = N_("Write down the debrief first: what went well, what did not.")
    status = 422


class ProblemsOpen(AppError):
    """A drill is closed when all that it has shown is put right."""

    text = N_("Not everything is put right yet: {numbers}. Close these first.")
    status = 409


class NotEvaluated(AppError):
    """There is no paper of an evaluation that was not made."""

    text = N_("{code} was not evaluated yet, so there is nothing to print. Evaluate it first.")
    status = 404


class DayTooFar(AppError):
    """A planned drill is held about when it was planned."""

    text = N_(
        "{code} is planned for {planned}; {day} is too far from that. If another drill was held"
        " then, enter that one under “Enter a drill held before”."
    )
    status = 422


class NotThereYet(AppError):
    """Nobody takes part before they came."""

    text = N_("{person} came on {joined} only, after the drill on {day}. Leave the name out.")
    status = 422


class DayMissing(AppError):
    """A drill has a day, and one that was held a beginning and an end."""

    text = N_("Choose the day and the times first. Nothing was saved.")
    status = 422


class TimeUnclear(AppError):
    """A time of day that is none."""

    text = N_("“{given}” is no time of day. Write it as 17:30.")
    status = 422


class NothingRated(AppError):
    """A sheet on which nothing applies evaluates nothing."""

    text = N_("Nothing was rated. Give points to at least one item before you sign.")
    status = 422


class NotHeldYet(AppError):
    """There is no record of a drill that has not taken place."""

    text = N_("{code} was not held yet, so there is no record to print.")
    status = 404


class DayToCome(AppError):
    """Nothing can be shown of a day that is still to come."""

    text = N_("This day is still to come. Choose today or a day before it.")
    status = 404


class UnknownYear(AppError):
    """An address that names no year."""

    text = N_("There is no such year. Choose one on the page of drills.")
    status = 404
