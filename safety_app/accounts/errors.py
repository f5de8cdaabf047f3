"""Rules of accounts that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, ngettext


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


class WrongPin(SignInRefused):
    """The six digits are not this person's."""

    def message(self) -> str:
        """The sentence with the tries that are left."""
        return ngettext(
            "The code is wrong. One try left.",
            "The code is wrong. {n} tries left.",
            int(self.facts["left"]),
        )


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

    text = N_("This window has a lead already. End that role first.")
    status = 409


class LastAdministrator(AppError):
    """Nobody could change settings any more."""

    text = N_("This is the last administrator. Name another one first.")
    status = 409


class EnrolmentOver(AppError):
    """The one-time link of a tablet was used, or is too old."""

    text = N_("This enrolment link was used already or has expired. Ask for a new one.")
    status = 410
