"""One error class per broken rule; each says in the user's language what to do next."""

from typing import Any, ClassVar

from safety_app.core.i18n import N_, _


class AppError(Exception):
    """A rule was broken by what somebody asked for; shown to them, not logged as a bug."""

    text: ClassVar[str] = N_("That did not work. Please try again.")
    status: ClassVar[int] = 400

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.text)

    @property
    def code(self) -> str:
        """Stable name of the rule, for logs and for programs."""
        return type(self).__name__

    def message(self) -> str:
        """The sentence in the current language."""
        return _(self.text, **self.facts)

    def __str__(self) -> str:
        return self.text.format(**self.facts) if self.facts else self.text


class NotAllowed(AppError):
    """The actor lacks the permission for the object at hand."""

    text = N_("This is not in your hands. {who} can do it.")
    status = 403

    def __init__(
        self, *, who: str = N_("The window lead or the safety officer"), **facts: Any
    ) -> None:
        super().__init__(who=who, **facts)

    def message(self) -> str:
        """The sentence, with the translated name of who may."""
        return _(self.text, **{**self.facts, "who": _(str(self.facts["who"]))})


class NotFound(AppError):
    """No such record, or none that the actor may see."""

    text = N_("This record does not exist or is not yours to see. Go back and choose again.")
    status = 404


class ChangedMeanwhile(AppError):
    """Somebody else changed the record since the form was drawn."""

    text = N_("{name} has just changed this ({step}). Nothing of yours was saved; look again.")
    status = 409


class InvalidValue(AppError):
    """A field holds something that cannot be."""

    text = N_("Please check “{field}”: {value} is not possible.")
    status = 422


class DayOutside(InvalidValue):
    """A day lies outside what its field takes; `first`, `last` are its ends as they are written."""

    text = N_("“{field}”: {day} is not possible. Please choose a day from {first} to {last}.")


class DayTooEarly(InvalidValue):
    """A day lies before the first that its field takes."""

    text = N_("“{field}”: {day} is not possible. Please choose {first} or a later day.")


class DayTooLate(InvalidValue):
    """A day lies after the last that its field takes."""

    text = N_("“{field}”: {day} is not possible. Please choose {last} or an earlier day.")


class TextMissing(AppError):
    """A required text is empty."""

    text = N_("Please fill in “{field}”.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, field=_(str(self.facts["field"])))


class TextTooLong(AppError):
    """A text is longer than its column."""

    text = N_("“{field}” is too long: at most {limit} characters.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the field."""
        return _(self.text, **{**self.facts, "field": _(str(self.facts["field"]))})
