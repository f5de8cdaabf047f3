"""Rules around people's papers that can be broken."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class NobodyChosen(AppError):
    """A paper about nobody."""

    text = N_("Choose at least one person.")
    status = 422


class TooManyChosen(AppError):
    """Slips are made a stack at a time."""

    text = N_("At most {limit} slips at once. Print the rest after these.")
    status = 422


class UnknownPaperLanguage(AppError):
    """Papers exist in Chinese and English."""

    text = N_("This paper exists in Chinese and English only.")
    status = 422
