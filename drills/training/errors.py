"""One class per broken rule of training."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _


class ResultAhead(AppError):
    """A result is recorded once there is one."""

    text = N_("{day} lies ahead. Record a result once it is there.")
    status = 422


class ResultBeforeJoining(AppError):
    """Nobody was trained here long before they came."""

    text = N_(
        "{name} came on {joined}; {day} lies before that. Check the day, or file it as a"
        " certificate if it was earned elsewhere."
    )
    status = 422


class ScoreNotPossible(AppError):
    """A score lies between nothing and the most that can be reached."""

    text = N_("The score must be between 0 and {most}.")
    status = 422


class HoursNotPossible(AppError):
    """Nobody is trained for so long."""

    text = N_("Hours must be more than 0 and at most {most}.")
    status = 422


class ScoreTooLow(AppError):
    """Nobody passes below the pass mark."""

    text = N_(
        "{score} of {most} is below the pass mark of {n}%, so it is not passed. Correct the result"
        " or the score."
    )
    status = 422


class HoursTooFew(AppError):
    """Nobody passes a course without its hours."""

    text = N_(
        "The course takes {total} hours, so it is not passed with {hours}. Correct the result or"
        " the hours; leave the hours empty if they are not known."
    )
    status = 422


class ValidityReversed(AppError):
    """A certificate ends after it begins."""

    text = N_("It would be valid until {until}, before it was issued on {day}. Check both days.")
    status = 422


class CourseNotOffered(AppError):
    """A course that was taken off the list gives no new results."""

    text = N_("“{course}” is not offered any more. Choose another course, or offer it again.")
    status = 409


class RequirementTooSoon(AppError):
    """What keeps more people off duty is told before it holds; nothing is asked of days gone by."""

    text = N_("It can hold from {day} at the earliest. Choose that day or a later one.")
    status = 422


class GateOnAlready(AppError):
    """There is one gate; it is ended before another day is set."""

    text = N_("The gate has been on since {day}. End it first, then set another day.")
    status = 409


class GateNotOn(AppError):
    """What is not on cannot be ended."""

    text = N_("The gate is not on.")
    status = 409


class GateInPast(AppError):
    """Nobody is refused after the fact."""

    text = N_("{day} is over. The gate can begin today at the earliest.")
    status = 422


class GateTooSoon(AppError):
    """Nobody is refused by what became stricter while no gate was on before they are warned."""

    text = N_(
        "Requirements ask more since the gate was last on. So that people are warned for {n} days"
        " first, it can begin on {day} at the earliest."
    )
    status = 422


class OverrideInPast(AppError):
    """Nobody is let through after the fact."""

    text = N_("{day} is over. An exception can begin today at the earliest.")
    status = 422


class OverrideReversed(AppError):
    """An exception ends after it begins."""

    text = N_("The last day lies before the first one. Check both.")
    status = 422


class OverrideTooLong(AppError):
    """An exception is for an emergency, not for good."""

    text = N_("An exception lasts at most {n} days. Arrange the training by then.")
    status = 422


class OverrideDaysUsed(AppError):
    """Exceptions one after the other are no emergency any more."""

    text = N_(
        "Within any {days} days somebody may be let through on {n} days at most. From {day} on"
        " {name} has {left} of them left. Arrange the training by then."
    )
    status = 409


class NoOverrideLeft(AppError):
    """The days for an emergency are used up."""

    text = N_(
        "Within any {days} days somebody may be let through on {n} days at most. On {day} {name}"
        " has none left; the next exception can begin on {next}. Arrange the training."
    )
    status = 409


class OverrideStands(AppError):
    """One exception at a time."""

    text = N_("{name} has an exception until {day} already. Take that one back first.")
    status = 409


class NothingToOverride(AppError):
    """Who is not refused needs no exception."""

    text = N_("{name} is not refused on these days, so no exception is needed.")
    status = 409


class OverrideOver(AppError):
    """What has ended cannot be taken back."""

    text = N_("This exception has ended already.")
    status = 409


class DaysNotPossible(AppError):
    """A number of days outside what makes sense."""

    text = N_("Choose a number of days between {least} and {most}.")
    status = 422


class TimesReversed(AppError):
    """A session ends after it begins."""

    text = N_("It would end before it begins. Check both times.")
    status = 422


class SessionTooLong(AppError):
    """One session is of one day."""

    text = N_("A session lasts at most {n} hours. Plan a session for each day.")
    status = 422


class MoreHoursThanTime(AppError):
    """Nobody is taught more hours than there are."""

    text = N_("{hours} hours do not fit into this time: at 45 minutes each it holds {most}.")
    status = 422


class SessionTooOld(AppError):
    """What was long ago comes by the import, with its papers."""

    text = N_("{day} is more than {n} days ago. Bring results of that time in by the import.")
    status = 422


class SessionNotPlanned(AppError):
    """A session that was held or cancelled stays as it is."""

    text = N_("This session is “{status}” already and cannot be changed. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, status=_(str(self.facts["status"])))


class SessionNotBegun(AppError):
    """Nobody was at a session that has not begun."""

    text = N_("This session begins on {when}. Presence is recorded from an hour before.")
    status = 409


class NotTheDay(AppError):
    """A signature given today cannot be of another day."""

    text = N_(
        "People sign on the day of the session, {day}. For another day use the printed sheet and"
        " file its scan."
    )
    status = 409


class SignedInAlready(AppError):
    """Once is enough."""

    text = N_("{name} has signed in already.")
    status = 409


class AttendsElsewhere(AppError):
    """Nobody is at two places at once."""

    text = N_("{name} is recorded as present at “{where}” in the same time. Check who was where.")
    status = 409


class AttendElsewhere(AppError):
    """Nobody is at two places at once; of several people."""

    text = N_(
        "{n} people are recorded as present elsewhere in the same time: {people}. Check who was"
        " where."
    )
    status = 409


class PresentAlready(AppError):
    """Who was there on one day has not been there on another."""

    text = N_(
        "{people} are recorded as present on {day} already ({n} in all). Take their presence back"
        " before the session goes to another day."
    )
    status = 409


class SessionNotOver(AppError):
    """Nobody has had their hours before the end."""

    text = N_(
        "This session ends on {when} and is closed after that. If it ended earlier, give it its"
        " real time by “Put off”, with the reason."
    )
    status = 409


class NobodyPresent(AppError):
    """A session without anybody was none."""

    text = N_("Nobody is recorded as present. Record who was there, or cancel the session.")
    status = 409


class SheetMissing(AppError):
    """Who signed on paper is proved by the paper."""

    text = N_("{n} people signed on paper. Add a photo or scan of the signed sheet first.")
    status = 409


class OwnException(AppError):
    """Nobody lets themselves through the gate."""

    text = N_("Nobody makes an exception for themselves. Another manager has to make it.")
    status = 403


class NobodyElse(AppError):
    """A session that somebody holds for themselves alone is none."""

    text = N_(
        "Nobody but you is recorded as present, so you would pass yourself. Record the others"
        " first, or let somebody else close it."
    )
    status = 409


class OwnRecord(AppError):
    """Nobody keeps the own record, and so opens the gate for themselves."""

    text = N_(
        "Nobody keeps the own training record. Let the manager or another safety officer do it."
    )
    status = 403


class ProofMissing(AppError):
    """A certificate that nobody can look at proves nothing."""

    text = N_("Add a photo or scan of the certificate.")
    status = 422


class Superseded(AppError):
    """Only what stands can be put right."""

    text = N_("This result was replaced by another one already. Look at that one.")
    status = 409


class NothingChanged(AppError):
    """A correction changes something."""

    text = N_("Nothing is different from what stands there.")
    status = 422


class PersonGone(AppError):
    """Who has left takes part in nothing new."""

    text = N_("{name} has left and cannot take part.")
    status = 409


class EventTooFar(AppError):
    """A transfer of years ago, or of years ahead, is a slip of the pen."""

    text = N_("Choose a day between {first} and {last}.")
    status = 422


class EventKnown(AppError):
    """Once is enough."""

    text = N_("This is recorded for {day} already.")
    status = 409


class CodeTaken(AppError):
    """A course is known by its code."""

    text = N_("A course with the code {code} exists already. Choose another code.")
    status = 409


class NumberNotPossible(AppError):
    """A figure of a course outside what makes sense."""

    text = N_("“{field}” must be between {least} and {most}.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, **{**self.facts, "field": _(str(self.facts["field"]))})


class CourseIsRequired(AppError):
    """Nobody is held up by a course that is not offered, and nobody learns of it silently."""

    text = N_(
        "“{course}” is required of people ({n} requirements). End these requirements first, or"
        " confirm that they end with it."
    )
    status = 409


class RequirementDoubled(AppError):
    """One and the same requirement stands once."""

    text = N_("The same people need this course on this occasion already.")
    status = 409


class IntervalMissing(AppError):
    """What is repeated says how often."""

    text = N_("Say after how many months it is due again.")
    status = 422


class NobodyMeant(AppError):
    """A requirement says whom it binds."""

    text = N_("Choose whom this requirement binds.")
    status = 422


class ListFaulty(AppError):
    """A list with faults is imported only on request, and then without the faulty rows."""

    text = N_("{n} rows are faulty. Correct the list, or import the good rows only.")
    status = 422


class NothingToRecord(AppError):
    """Everything in the list is on record, or nothing of it is good."""

    text = N_("There is nothing new in this list. Nothing was recorded.")
    status = 409


class UnknownPaper(AppError):
    """An address that names no paper."""

    text = N_("There is no such paper. Go back and choose again.")
    status = 404
