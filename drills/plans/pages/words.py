"""How a plan stands, as badges and sentences."""

from collections.abc import Mapping
from typing import Final

from drills.plans.models import SECTION_NAMES, DraftStatus
from drills.plans.review import Cause, Standing, Why
from drills.plans.service.publishing import Faults
from drills.plans.service.reading import Coverage
from drills.plans.service.versions import InForce
from safety_app import ui
from safety_app.core.i18n import N_, _, day_text

BASE: Final = "/emergency-plans"
RULES_BASE: Final = "/hall-rules"
_STANDINGS: Final[Mapping[Standing, tuple[ui.Tone, str, str]]] = {
    Standing.OVERDUE: ("red", "event_busy", N_("To be revised at once")),
    Standing.TO_REVISE: ("orange", "edit_note", N_("Needs revision")),
    Standing.SOON: ("yellow", "schedule", N_("Review falls due soon")),
    Standing.CURRENT: ("green", "verified", N_("In force")),
    Standing.DRAFT: ("grey", "edit", N_("Not published yet")),
    Standing.WITHDRAWN: ("grey", "block", N_("Plan withdrawn")),
}
_DRAFTS: Final[Mapping[DraftStatus, tuple[str, str]]] = {
    DraftStatus.DRAFTING: ("edit", N_("Draft under way")),
    DraftStatus.APPROVED: ("task_alt", N_("Approved, not published")),
}
FINISHED: Final = N_("Everybody has read it")


def standing_badge(standing: Standing, held: InForce | None = None) -> str:
    """How a plan stands; one that is in order says its version."""
    if standing is Standing.CURRENT and held is not None:
        return ui.badge(_("In force: version {n}", n=held.version), "green", "verified")
    tone, symbol, word = _STANDINGS[standing]
    return ui.badge(_(word), tone, symbol, solid=standing is Standing.OVERDUE)


def draft_badge(status: DraftStatus | None) -> str:
    """How far a draft is; nothing where there is none."""
    if status is None:
        return ""
    symbol, word = _DRAFTS[status]
    return ui.outline_badge(_(word), symbol)


def coverage_badge(read: Coverage) -> str:
    """How far it has been read."""
    if not read.of:
        return ""
    words = _("Read by {read} of {all}", read=read.read, all=read.of)
    return ui.badge(words, "green" if read.is_whole else "grey", "menu_book")


def why_text(why: Why) -> str:
    """One cause as a sentence that says what to do."""
    names = _(", ").join(why.what)
    day = day_text(why.on, weekday=False, year=True) if why.on else ""
    match why.cause:
        case Cause.TERM:
            return _("The review was due on {day}. Review it, or revise it.", day=day)
        case Cause.PERSON_LEFT:
            return _("No longer here: {names}. Revise the plan and name somebody else.",
                     names=names)  # fmt: skip
        case Cause.POST_CHANGED:
            return _("New in a post since then, and not named: {names}. Check the plan and the"
                     " contact list.", names=names)  # fmt: skip
        case Cause.RESOURCE_GONE:
            return _("{codes} cannot be counted on: unknown, scrapped or lost. Check the"
                     " resources.", codes=names)  # fmt: skip
        case Cause.NOT_FILED:
            return _("It had to be filed by {day}. File it and record it here.", day=day)
        case Cause.REQUEST_OVERDUE:
            return _("A revision was due on {day}.", day=day)
        case Cause.REQUEST:
            return _("A revision is asked for by {day}.", day=day)


def due_text(held: InForce) -> str:
    """When it is reviewed next."""
    day = day_text(held.review_by, weekday=False, year=True)
    return _("Review by {day}", day=day)


def fault_texts(faults: Faults) -> list[str]:
    """What keeps a draft from being approved, as sentences."""
    said = []
    if faults.empty:
        sections = _(", ").join(_(SECTION_NAMES[one]) for one in faults.empty)
        said.append(_("Not complete yet: {sections}.", sections=sections))
    if faults.left:
        said.append(_("No longer here: {names}. Choose somebody else.",
                      names=_(", ").join(faults.left)))  # fmt: skip
    if faults.leaderless:
        said.append(_("Without a leader: {groups}.", groups=_(", ").join(faults.leaderless)))
    if faults.unknown:
        said.append(_("Not on the register: {codes}. Correct the code or take it out.",
                      codes=_(", ").join(faults.unknown)))  # fmt: skip
    return said


def hint_texts(faults: Faults) -> list[str]:
    """What deserves a second look, and keeps nobody from publishing."""
    said = []
    if faults.without_deputy:
        said.append(_("Without a deputy: {groups}.", groups=_(", ").join(faults.without_deputy)))
    if faults.without_map:
        said.append(_("There is no evacuation map."))
    if faults.gone:
        said.append(_("Scrapped or lost: {codes}.",
                      codes=_(", ").join(faults.gone)))  # fmt: skip
    return said
