"""One class per broken rule of exams."""

from collections.abc import Sequence

from drills.exams.bank import topic_name
from drills.exams.drawing import Lack
from drills.exams.models import KIND_NAMES
from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class QuestionFault(AppError):
    """Something about a question that cannot be; `column` is where in a table."""

    column = ""
    status = 422


class NoRightAnswer(QuestionFault):
    """A question without a right answer can only be answered wrongly."""

    text = N_("No right answer is given. Say which option is right.")
    column = "right"


class SeveralRightAnswers(QuestionFault):
    """Exactly one option of a single choice is right."""

    text = N_("A single choice has one right answer, not {n}. Take one, or make it a multiple one.")
    column = "right"


class OneRightAnswer(QuestionFault):
    """A multiple choice with one right answer tells that there are more."""

    text = N_("A multiple choice needs at least two right answers. Take more, or make it a single.")
    column = "right"


class AnswerOutside(QuestionFault):
    """The right answer is not among the options."""

    text = N_("The right answer “{letter}” is not among the options, which are {letters}.")
    column = "right"


class AnswerUnreadable(QuestionFault):
    """Neither letters nor a word for true or false."""

    text = N_("“{value}” is no answer. Write letters such as A or ABD; true or false as √ or ×.")
    column = "right"


class TooFewOptions(QuestionFault):
    """With one option there is nothing to choose."""

    text = N_("A choice needs at least two options.")
    column = "options"


class TooManyOptions(QuestionFault):
    """More options than fit a screen."""

    text = N_("A question has at most {n} options.")
    column = "options"


class OptionGap(QuestionFault):
    """An option is empty while one after it is not."""

    text = N_("Option {letter} is empty, but one after it is not. Fill it in, or move the others.")
    column = "options"


class OptionTwice(QuestionFault):
    """Two options say the same."""

    text = N_("Options {first} and {second} say the same.")
    column = "options"


class OptionsOfTrueFalse(QuestionFault):
    """True or false has its own two options."""

    text = N_("True or false needs no options of its own; leave them empty.")
    column = "options"


class PointsNotPossible(QuestionFault):
    """Points are a small whole number."""

    text = N_("Points are a whole number from 1 to {most}.")
    column = "points"


class QuestionTwice(QuestionFault):
    """The bank has this question already."""

    text = N_("The bank has this question already, as {code}.")
    column = "text"


class RowTwice(QuestionFault):
    """The table has this question twice."""

    text = N_("Row {row} asks the same.")
    column = "text"


class CodeUnknown(QuestionFault):
    """A code names a question that is there."""

    text = N_("The bank has no question {code}. Leave the cell empty for a new question.")
    column = "code"


class TableFaulty(AppError):
    """Some rows are faulty, and nobody asked for the good ones alone."""

    text = N_("The table has {n} faults. Correct them, or import the good rows only.")
    status = 422


class QuestionChanged(ChangedMeanwhile):
    """Somebody changed the question since the form was drawn."""

    text = N_("{code} has just been changed. Nothing of yours was saved; look at it again.")


class ExamChanged(ChangedMeanwhile):
    """Somebody changed the exam since the form was drawn."""

    text = N_("This exam has just been changed. Nothing of yours was saved; look at it again.")


class NoParts(AppError):
    """An exam asks something."""

    text = N_("Say how many questions of which kind the exam asks.")
    status = 422


class TooManyQuestions(AppError):
    """More questions than anybody answers in a row."""

    text = N_("An exam asks at most {most} questions; this would be {n}.")
    status = 422


class FigureNotPossible(AppError):
    """A figure of an exam outside what makes sense."""

    text = N_("“{field}” must be between {least} and {most}.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, **{**self.facts, "field": _(str(self.facts["field"]))})


class PassMarkTooLow(AppError):
    """The course asks for more."""

    text = N_("The course “{course}” is passed with {least} %; the exam may not ask for less.")
    status = 422


class BankTooSmall(AppError):
    """The bank has too few questions for the exam."""

    text = N_("The question bank has too few questions: {lacks}. Add questions or ask fewer.")
    status = 409

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(lacks=tuple(lacks))

    def message(self) -> str:
        """The sentence, saying of each kind how many are missing."""
        return _(self.text, lacks=_("; ").join(_lack(one) for one in self.facts["lacks"]))


def _lack(one: Lack) -> str:
    facts = {"kind": _(KIND_NAMES[one.kind]), "wanted": one.wanted, "there": one.there}
    missing = one.wanted - one.there
    if one.topic:
        return _(
            "{kind} on “{topic}”: {wanted} wanted, {there} there, {n} missing",
            topic=topic_name(one.topic), n=missing, **facts,
        )  # fmt: skip
    return _("{kind}: {wanted} wanted, {there} there, {n} missing", n=missing, **facts)


class ExamNotOffered(AppError):
    """An exam that was taken off the list is not sat any more."""

    text = N_("“{exam}” is not offered any more. Ask the safety officer which one to sit.")
    status = 409


class RetakeTooEarly(AppError):
    """A failed exam is sat again after some days."""

    text = N_("Not passed on {day}. It can be retaken from {until} on; learn until then.")
    status = 409


class AttemptsUsedUp(AppError):
    """No attempt is left."""

    text = N_("All {n} attempts are used. The safety officer or a manager can allow another one.")
    status = 409


class HoursMissing(AppError):
    """The training comes before its exam."""

    text = N_("First attend “{course}”: {total} hours are asked for, {there} are attended. {ahead}")
    status = 409

    def message(self) -> str:
        """The sentence, with the session to be closed, else with the next one to go to."""
        hours = {name: f"{self.facts[name]:g}" for name in ("there", "total")}
        if self.facts["unclosed"]:
            return _(
                "“{course}” asks for {total} hours; {there} count so far. The session of {day} is"
                " over: once it is closed, its hours count.",
                course=self.facts["course"], day=self.facts["unclosed"], **hours,
            )  # fmt: skip
        ahead = _("No session is planned yet.")
        if self.facts["when"]:
            ahead = _("Next session: {when}.", when=self.facts["when"])
        return _(self.text, course=self.facts["course"], ahead=ahead, **hours)

    @property
    def left(self) -> float:
        """How many hours are still to be attended."""
        return float(self.facts["total"]) - float(self.facts["there"])


class PassedAlready(AppError):
    """Who has just passed need not sit it again."""

    text = N_("Passed on {day}. It need not be sat again now; from {until} on it can be.")
    status = 409


class AnotherUnderWay(AppError):
    """Nobody sits two exams at a time."""

    text = N_("“{exam}” is under way. Finish it first.")
    status = 409


class AlreadyUnderWay(AppError):
    """The exam was begun already, on this tablet or another."""

    text = N_("This exam has been begun already. Load the page again to go on with it.")
    status = 409


class TokenUnknown(AppError):
    """No attempt has this token."""

    text = N_("This tablet may not answer here any more. Load the page again and sign in.")
    status = 403


class TokenTooShort(AppError):
    """A token that could be guessed."""

    text = N_("The page could not be opened. Load it again.")
    status = 422


class AnswersMissing(AppError):
    """An exam is handed in once all its answers have arrived."""

    text = N_("Some answers are still on the way. Wait until all are saved and try again.")
    status = 409


class SequenceGap(AppError):
    """An answer that is new to the record has another number than the next one."""

    text = N_("An answer is missing before this one; the tablet sends it again by itself.")
    status = 409


class EntryUnreadable(AppError):
    """An answer that has not the shape of one."""

    text = N_("This answer cannot be read ({places}). Load the page again.")
    status = 422


class NoSuchQuestion(AppError):
    """An answer to a question that was not asked."""

    text = N_("This question is not on the paper. Load the page again.")
    status = 422


class TakenOver(AppError):
    """The exam goes on elsewhere."""

    text = N_("The exam goes on on another tablet. What was answered here before counts.")
    status = 409


class TimeOver(AppError):
    """The time is up."""

    text = N_("The time is up; this answer came too late. What was answered before counts.")
    status = 409


class AttemptOver(AppError):
    """The exam was handed in."""

    text = N_("The exam has been handed in; nothing can be changed any more. Look at the result.")
    status = 409


class NotOverYet(AppError):
    """The result is there when the exam is over."""

    text = N_("The exam is under way. The result is shown when it has been handed in.")
    status = 409


class NotYourExam(AppError):
    """Nobody answers for another."""

    text = N_("This is somebody else's exam. Sign in as the candidate.")
    status = 403


class StruckAlready(AppError):
    """A result is struck once."""

    text = N_("{number} has been struck already. Look at it again.")
    status = 409


class OwnAssessor(AppError):
    """Nobody assesses themselves."""

    text = N_("{name} cannot be candidate and assessor at the same time. Choose another assessor.")
    status = 422


class OwnScore(AppError):
    """Nobody enters the own score."""

    text = N_("Nobody enters the own score. Let a colleague do it.")
    status = 422


class ScanMissing(AppError):
    """A paper exam is proved by its paper."""

    text = N_("Attach the scan or photo of the answered paper.")
    status = 422


class NobodyChosen(AppError):
    """A list of results names somebody."""

    text = N_("Choose at least one candidate.")
    status = 422


class RowsRefused(AppError):
    """Results of a paper exam of which some cannot be."""

    text = N_("Nothing was recorded. {problems}")
    status = 422

    def __init__(self, problems: Sequence[tuple[str, AppError]]) -> None:
        super().__init__(problems=tuple(problems))

    def message(self) -> str:
        """Each candidate with what is wrong."""
        said = [
            _("{what}: {value}", what=name, value=one.message())
            for name, one in self.facts["problems"]
        ]
        return _(self.text, problems=" ".join(said))


class ScoreOutside(AppError):
    """A score lies between nothing and the most."""

    text = N_("The score must be between 0 and {most}, in steps of a half.")
    status = 422


class DayOutside(AppError):
    """An exam was held, lately."""

    text = N_("{day} is not possible: an exam is recorded after it was held, within a year.")
    status = 422


class PointsNotMarked(AppError):
    """Each point of a practical test is judged."""

    text = N_("Judge every point of the practical test; missing: {numbers}.")
    status = 422


class EssentialNotShown(AppError):
    """Nobody passes without what matters most."""

    text = N_(
        "Not shown although essential: {points}. Record the test as not passed, or let it be shown"
        " again."
    )
    status = 422


class NoteMissing(AppError):
    """A failed test says why."""

    text = N_("Say in a few words what was not right, so that it can be learnt.")
    status = 422


class UnknownPaper(AppError):
    """No paper lives at this address."""

    text = N_("There is no such paper. Go back and choose again.")
    status = 404
