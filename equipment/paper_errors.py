"""Rules of the papers of safety facilities that can be broken."""

from equipment.models import STATUS_NAMES
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _


class UnknownPaper(AppError):
    """An address that asks for what is no paper: a wrong number, day or month."""

    text = N_("This paper does not exist. Open it again from the page of reports.")
    status = 422


class PaperToCome(AppError):
    """A paper about days to come."""

    text = N_("This lies ahead. There is nothing to print yet.")
    status = 422


class NothingToLabel(AppError):
    """No item of what was chosen is this person's to label."""

    text = N_("No facility of what was chosen needs a label from you. Choose others.")
    status = 422


class TooManyLabels(AppError):
    """More labels than anybody sticks on in one go."""

    text = N_("{n} labels are too many for one print, at most {most}. Choose a kind or a place.")
    status = 422


class NoLabelForGone(AppError):
    """What was scrapped or lost gets no label."""

    text = N_("{code} is “{status}” and gets no label. Print that of what took its place.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        status = _(STATUS_NAMES[str(self.facts["status"])])
        return _(self.text, **{**self.facts, "status": status})


class BadStart(AppError):
    """A sheet has only so many labels."""

    text = N_("This paper has {n} labels, so the first to print on is between 1 and {n}.")
    status = 422
