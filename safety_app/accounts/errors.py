"""Rules of accounts that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, ngettext


class SignInRefused(AppError):
    """Nobody is signed in; the failed attempt must be kept, so the edge commits all the same."""

    text = N_("Sign in first.")
    status = 401


class WrongPassword(SignInRefused):
    """Login and password do not belong together, or the account is not in use."""

    def message(self) -> str:
        """The sentence with the tries that are left."""
        return ngettext(
            "User name or password is wrong. One more wrong try locks this for {minutes} minutes.",
            "User name or password is wrong. {n} more wrong tries lock this for {minutes} minutes.",
            int(self.facts["left"]),
            minutes=self.facts["minutes"],
        )


class OwnPasswordWrong(SignInRefused):
    """The present password was asked for, and this is not it."""

    def message(self) -> str:
        """The sentence with the tries that are left."""
        return ngettext(
            "The present password is wrong. One try left.",
            "The present password is wrong. {n} tries left.",
            int(self.facts["left"]),
        )


class WrongPin(SignInRefused):
    """The six digits are not this person's."""

    def message(self) -> str:
        """The sentence with the tries that are left."""
        return ngettext(
            "The code is wrong. One try left.",
            "The code is wrong. {n} tries left.",
            int(self.facts["left"]),
        )


class PinIncomplete(AppError):
    """What was entered cannot be a code; it is no try."""

    text = N_("Enter the six digits of your PIN.")
    status = 422


class TooManyAttempts(SignInRefused):
    """Too many wrong tries for this account or from this address."""

    status = 429

    def message(self) -> str:
        """The sentence with the minutes to wait."""
        return ngettext(
            "Sign-in is locked after too many wrong tries. Try again in one minute.",
            "Sign-in is locked after too many wrong tries. Try again in {n} minutes.",
            int(self.facts["minutes"]),
        )


class NotASharedTablet(SignInRefused):
    """A code was used on a device that is not enrolled, or not for this person's windows."""

    text = N_("Codes work on enrolled shared tablets only. Sign in with user name and password.")
    status = 403


class WeakPin(AppError):
    """The code is not six digits, or one that everybody tries first."""

    text = N_("The code must be six digits, not a row or a repetition such as 123456 or 000000.")
    status = 422


class WeakPassword(AppError):
    """The password is too short, too common or the login itself."""

    text = N_(
        "The password needs {least} to 128 characters and must not be the user name or common."
    )
    status = 422


class LoginTaken(AppError):
    """Somebody has this login already."""

    text = N_("The user name “{login}” is taken. Choose another.")
    status = 409


class StaffNoTaken(AppError):
    """Two people of a hall cannot carry the same staff number."""

    text = N_("The staff number “{staff_no}” belongs to somebody else. Check it.")
    status = 409


class RoleNeedsWindow(AppError):
    """Staff and leads belong to a window."""

    text = N_("Name the window for this role.")
    status = 422


class RoleHasNoWindow(AppError):
    """Officers, managers, administrators and third parties belong to the whole site."""

    text = N_("This role is for the whole site, not for one window.")
    status = 422


class WindowHasLead(AppError):
    """A window has one lead."""

    text = N_("{name} leads this window already. End that first.")
    status = 409


class LastAdministrator(AppError):
    """Nobody could change settings any more."""

    text = N_("This is the last administrator. Name another one first.")
    status = 409


class AccountClosed(AppError):
    """Nobody signs in to a closed account."""

    text = N_("The account of {name} is closed. Open it again first.")
    status = 409


class OwnReset(AppError):
    """Whoever resets themselves could not print the slip any more."""

    text = N_("Change your own password and code under “My account”.")
    status = 409


class SlipUnknown(AppError):
    """No slip carries this code."""

    text = N_("No slip has this code. Check each sign; there is no 0, 1, 2, B, I, L, O, S, U or Z.")
    status = 404


class SlipUsed(AppError):
    """A slip is used once."""

    text = N_(
        "This slip was used already. Sign in with your own password; if that was not you, tell the"
        " administrator now."
    )
    status = 410


class SlipExpired(AppError):
    """The slip is too old, or a newer one was printed."""

    text = N_("This slip is no longer valid: it is too old, or a newer one was printed.")
    status = 410


class SecretsDiffer(AppError):
    """The second password or code is not the first."""

    text = N_("“{field}” was not typed the same twice. Type it again.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, field=_(str(self.facts["field"])))


class DeputyIsLead(AppError):
    """Nobody stands in for themselves."""

    text = N_("{name} leads this window. Choose somebody else as deputy.")
    status = 422


class NotQualified(AppError):
    """Nobody takes a post without having passed what it asks for."""

    text = N_("{name} may not be on duty on {day}: {why}.")
    status = 409


class DeputyOverlaps(AppError):
    """One deputy at a time."""

    text = N_("On these days {name} is deputy already. End that first, or choose other days.")
    status = 409


class DeputyEndsBeforeStart(AppError):
    """The last day lies before the first."""

    text = N_("The last day must not be before the first.")
    status = 422


class DeputyInPast(AppError):
    """What was done in the past was not done as a deputy."""

    text = N_("A deputy begins today at the earliest.")
    status = 422


class StillInCharge(AppError):
    """Something would be left without anybody."""

    text = N_("{name} is still in charge of {n} things. Hand them over first.")
    status = 409


class HandoverToSelf(AppError):
    """Things go to somebody else who works here."""

    text = N_("Choose somebody else who works here.")
    status = 422


class TakesNoCharge(AppError):
    """A third party fixes hazards; windows and roles are for those of the hall."""

    text = N_(
        "{name} is a third party and takes over hazards only. Windows, deputyships and roles go to"
        " staff, window leads, officers, managers or administrators."
    )
    status = 422


class TrainedLater(AppError):
    """A training counts when it has been held."""

    text = N_("The last training cannot be after today ({today}). Check the date.")
    status = 422


class JoinsTooLate(AppError):
    """A day far ahead is mostly a slip of the pen."""

    text = N_("In post since {day}: choose {limit} at the latest.")
    status = 422


class LeavesTooEarly(AppError):
    """Nobody goes before they came, or before the last thing they recorded."""

    text = N_(
        "{name} cannot have left before {day}: joined, added or last recorded something then."
        " Choose that day or a later one."
    )
    status = 422


class LeavesLater(AppError):
    """An account is closed when the person has gone."""

    text = N_("Choose today or an earlier day; the account is closed at once.")
    status = 422


class NotLeft(AppError):
    """Only who has left can be erased."""

    text = N_("{name} has not left. Only the names of people who have left are erased.")
    status = 409


class NameNotTyped(AppError):
    """The confirmation is the name."""

    text = N_("Type the name exactly as it stands above.")
    status = 422


class HasRecords(AppError):
    """Somebody who has done or owned anything stays in the records."""

    text = N_("{name} appears in records and cannot be deleted. Let the person leave instead.")
    status = 409


class EnrolmentOver(AppError):
    """The one-time code of a tablet is unknown, was used, or is too old."""

    text = N_("This code is unknown, was used already or has expired. Ask for a new one.")
    status = 410


class SignatureInvalid(AppError):
    """Nothing was signed, or too much was drawn."""

    text = N_("Please sign with your finger in the box, or choose to type your name.")
    status = 422


class SignatureNotOwnName(AppError):
    """The typed signature is not the name of the person who signs."""

    text = N_("Please type your own name as shown: {name}.")
    status = 422
