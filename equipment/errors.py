"""One class per broken rule of safety facilities."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class StepNotPossible(AppError):
    """The item's status does not allow the step."""

    text = N_("{code} is “{status}” now, so this step is not possible. Look at it again.")
    status = 409

    def message(self) -> str:
        """The sentence, with the translated name of the status."""
        return _(self.text, **{**self.facts, "status": _(str(self.facts["status"]))})


class ItemChanged(ChangedMeanwhile):
    """Somebody took a step since the form was drawn."""

    text = N_("Meanwhile it was {step} by {name}. Nothing of yours was saved; look at it again.")

    def message(self) -> str:
        """The sentence, with the translated name of the step."""
        return _(self.text, name=self.facts["name"], step=_(str(self.facts["step"])))
