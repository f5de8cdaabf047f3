"""How far ahead people plan: a year that was mistyped is no plan."""

from datetime import date, timedelta
from typing import Final

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, day_text

AHEAD: Final = timedelta(days=2 * 366)


class TooFarAhead(AppError):
    """A day so far away that it must be a slip of the pen."""

    text = N_("{day} is too far ahead. Choose {last} or an earlier day.")
    status = 422


def require_near(day: date | None, today: date, last: date | None = None) -> None:
    """Refuse a day after `last`, or else one of more than two years ahead."""
    last = last or today + AHEAD
    if day is not None and day > last:
        raise TooFarAhead(
            day=day_text(day, weekday=False, year=True),
            last=day_text(last, weekday=False, year=True),
        )
