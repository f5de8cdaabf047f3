"""Rules of the workplace that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class WindowCodeTaken(AppError):
    """Two windows of a hall cannot carry the same number."""

    text = N_("Window “{code}” exists already. Choose another number.")
    status = 409


class UnknownWindow(AppError):
    """No window of this hall has this number."""

    text = N_("There is no window “{code}” here. Check the number.")
    status = 404


class UnknownTimeZone(AppError):
    """The time zone is not in the IANA list."""

    text = N_("“{name}” is no time zone. Give one such as Asia/Shanghai.")
    status = 422


class ClosesBeforeOpens(AppError):
    """A place closes after it opens; one that closes at midnight closes at 00:00."""

    text = N_("{day}: {opens} to {closes} is not possible. It must close after it opens.")
    status = 422


class HoursOverlap(AppError):
    """Opening hours of one day must follow each other."""

    text = N_("{day}: the opening hours overlap. The second part must begin after the first ends.")
    status = 422


class NeverOpen(AppError):
    """A season in which the hall never opens is no season but closed days."""

    text = N_("Give opening hours for one weekday at least. Closed days are set in the calendar.")
    status = 422


class SeasonsOverlap(AppError):
    """A day belongs to one season at most."""

    text = N_("This period overlaps “{name}”. Each day can belong to one season only.")
    status = 409


class SiteExists(AppError):
    """A real hall is set up once."""

    text = N_("This installation has a hall already. Nothing was changed.")
    status = 409


class NoSite(AppError):
    """There is no hall yet."""

    text = N_("There is no hall here yet. Set one up with: python3 manage.py init")
    status = 409


class ChooseName(AppError):
    """A code came without the name it belongs to."""

    text = N_("Choose the name first.")
    status = 422
