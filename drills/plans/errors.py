"""One class per broken rule of emergency plans and rules."""

from safety_app.core.errors import AppError, ChangedMeanwhile
from safety_app.core.i18n import N_, _


class StepNotPossible(AppError):
    """The document is not where this step begins."""

    text = N_("“{title}” is not at the point for this step any more. Look at it again.")
    status = 409


class SectionChanged(ChangedMeanwhile):
    """Two people had the same section open."""

    text = N_(
        "{name} has saved “{section}” meanwhile. Nothing of yours was stored: copy what you typed,"
        " open the section again and add it there."
    )

    def message(self) -> str:
        """The sentence, with the translated name of the section."""
        return _(self.text, name=self.facts["name"], section=_(str(self.facts["section"])))


class DocumentChanged(ChangedMeanwhile):
    """The draft that is to be approved or published is not the one that was shown."""

    text = N_("“{title}” was changed meanwhile. Nothing was done; read it again.")


class DraftOpen(AppError):
    """There is a draft already."""

    text = N_("There is a draft of “{title}” already. Go on with that one.")
    status = 409


class SectionsEmpty(AppError):
    """A plan without these would not help anybody."""

    text = N_("This cannot be approved or published yet. Still empty: {sections}.")
    status = 422


class PersonLeft(AppError):
    """Somebody named in the plan is not there any more."""

    text = N_("No longer here, but named in the plan: {names}. Choose somebody else first.")
    status = 422


class ReviewedWithoutThem(AppError):
    """A plan that names somebody who has left is not good as it is."""

    text = N_(
        "No longer here, but named in the plan: {names}. It cannot stay without changes: revise it"
        " and name somebody else."
    )
    status = 422


class CodesUnknown(AppError):
    """A plan cannot count on things that are on no register."""

    text = N_(
        "Not on the register: {codes}. Correct the code in “Resources”, take it out, or enter the"
        " thing into the register first."
    )
    status = 422


class FiledBeforePublished(AppError):
    """A version cannot be filed before it was there."""

    text = N_("This version was published on {day} only: it cannot have been filed before.")
    status = 422


class GroupWithoutLead(AppError):
    """Nobody leads a group."""

    text = N_("Nobody leads these groups: {groups}. Choose a leader for each.")
    status = 422


class PersonUnknown(AppError):
    """No such person in this hall."""

    text = N_("One of the people chosen is not in this hall's directory. Choose again.")
    status = 422


class MapNotPicture(AppError):
    """An evacuation map is shown on tablets and cards, so it is a picture."""

    text = N_("An evacuation map must be a picture (JPG, PNG). Photograph or export it as one.")
    status = 422


class PhoneImpossible(AppError):
    """A number that cannot be dialled."""

    text = N_("“{phone}” is no phone number. Use digits, spaces, + and - only.")
    status = 422


class TooMany(AppError):
    """More entries than a section may have."""

    text = N_("There are too many entries in “{section}”: at most {limit}.")
    status = 422

    def message(self) -> str:
        """The sentence, with the translated name of the section."""
        return _(self.text, section=_(str(self.facts["section"])), limit=self.facts["limit"])


class EffectiveInPast(AppError):
    """Nothing is in force before it was published."""

    text = N_("It cannot be in force before today. Choose today or a later day.")
    status = 422


class EffectiveBeforeLast(AppError):
    """A later version cannot be in force before the one it replaces."""

    text = N_("Version {version} is in force from {day} on. Choose that day or a later one.")
    status = 422


class NotInForce(AppError):
    """The document has no version in force."""

    text = N_("“{title}” has no version in force, so this is not possible.")
    status = 409


class CodeNeeded(AppError):
    """On a shared tablet anybody could tap; the own six digits say who did."""

    text = N_("On a shared tablet enter your own six digits to confirm that you have read it.")
    status = 403


class NotTheLatest(AppError):
    """A new version came while the old one was being read."""

    text = N_("A newer version was published meanwhile. Please read that one.")
    status = 409


class DueInPast(AppError):
    """A task cannot be due before it is given."""

    text = N_("The date {day} is over already. Choose today or a later day.")
    status = 422


class RequestClosed(AppError):
    """It was answered before."""

    text = N_("This revision task was closed already. Look at the plan again.")
    status = 409


class DayAhead(AppError):
    """A fact is recorded once it has happened."""

    text = N_("{day} lies ahead. Record it once it has been done.")
    status = 422


class StartingPointUnknown(AppError):
    """No such starting point."""

    text = N_("This starting point does not exist. Go back and choose one of the list.")
    status = 422


class NothingChanged(AppError):
    """A version like the one before says nothing new."""

    text = N_(
        "The draft is the same as version {version}. Change what is to be different, or record a"
        " review without changes."
    )
    status = 409


class PaperUnknown(AppError):
    """No such paper, or nothing in force to print."""

    text = N_("There is no such paper. Go back to the emergency plans and choose one there.")
    status = 404
