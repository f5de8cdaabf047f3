"""The report to the authorities: its six contents as a ready text, with what is missing named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents import rules
from hazards.incidents.level import LEGAL
from hazards.incidents.models import ASKED, KIND_NAMES, WAY_NAMES
from hazards.incidents.service.detail import IncidentDetail
from hazards.incidents.service.settings import rules_of
from hazards.incidents.wording import (
    authority_name,
    casualties_text,
    level_text,
    what_of,
    when,
    yuan_text,
)
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual
from safety_app.workplace import service as workplace

GAP: Final = "＿＿＿＿"
Said = tuple[str, tuple[str, ...]]
"""A text, and what is missing in it."""


@dataclass(frozen=True, slots=True)
class Content:
    """One of the six contents: what it is, what is said, what is still missing."""

    code: str
    title: str
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole report, in the current language; it holds no names of people hurt."""

    title: str
    number: str
    addressees: tuple[str, ...]
    contents: tuple[Content, ...]
    unit: str
    sender: str
    phone: str
    made_at: str
    text: str
    """As it is read out, copied or sent."""
    caution: str = ""
    """That no report is prescribed by what is known, or that nobody knows yet; else nothing."""

    @property
    def missing(self) -> list[str]:
        """Everything that is still missing."""
        return [words for content in self.contents for words in content.missing]


def statement(
    session: Session,
    incident: IncidentDetail,
    *,
    site_id: int,
    sender_id: int,
    now: datetime,
) -> Statement:
    """The report as of now; after the first one it is a follow-up report."""
    site = workplace.site(session, site_id)
    timezone = site.timezone
    # In the language of the text, whatever language the incident was read in.
    names = hazards.place_names(session, site_id)
    place = names.text(incident.window_id, incident.location_id, incident.spot)
    said: Mapping[str, Callable[[], Said]] = {
        "unit": lambda: _unit(session, site_id, now),
        "scene": lambda: _scene(incident, place, timezone),
        "course": lambda: _course(incident),
        "harm": lambda: _harm(incident),
        "measures": lambda: _written(incident.measures, _("measures taken")),
        "other": lambda: _other(incident, timezone),
    }
    contents = []
    for point in rules.contents():
        text, missing = said[point.code]()
        contents.append(Content(point.code, point.text, text, missing))
    is_follow_up = any(one.authority in ASKED for one in incident.notifications)
    addressees = rules_of(session, site_id).addressees
    made = Statement(
        title=_("Follow-up report of an accident") if is_follow_up else _("Report of an accident"),
        number=incident.number,
        addressees=tuple(authority_name(one, addressees[one].name) for one in ASKED),
        contents=tuple(contents),
        unit=bilingual(site.name, site.name_en),
        sender=accounts.names(session, [sender_id]).get(sender_id, ""),
        phone=site.phone,
        made_at=when(now, timezone),
        text="",
        caution=caution(incident),
    )
    return replace(made, text=_written_out(made))


def caution(incident: IncidentDetail) -> str:
    """What must be known before it is sent, where the law does not ask for it."""
    if incident.level is None:
        return _("Nobody has said yet what it has cost: whether a report is prescribed is open.")
    if incident.level in LEGAL:
        return ""
    if incident.owed:
        return _(
            "By what is known now no report to authorities is prescribed. What was reported before"
            " must be put right."
        )
    return _(
        "By the figures known now no report to authorities is prescribed. It may be sent for"
        " information."
    )


def _written_out(said: Statement) -> str:
    lines = [said.title, _("To: {names}", names=_(", ").join(said.addressees))]
    lines += [_("(Note: {words})", words=said.caution), ""] if said.caution else [""]
    for at, content in enumerate(said.contents, start=1):
        lines.append(_("{n}. {title}", n=at, title=content.title))
        lines.append(content.text)
    lines += [
        "",
        _("Unit: {unit}", unit=said.unit),
        _("Reported by: {name}    Phone: {phone}", name=said.sender, phone=said.phone or GAP),
        said.made_at,
    ]
    return "\n".join(lines)


def _unit(session: Session, site_id: int, now: datetime) -> Said:
    site = workplace.site(session, site_id)
    today = clock.local_day(now, site.timezone)
    responsible = workplace.responsible_name(session, site_id, today)
    missing = []
    if not site.address:
        missing.append(_("address of the unit"))
    if not responsible:
        missing.append(_("person responsible for safety"))
    words = _(
        "{name} ({kind}); address: {address}; {windows} windows, {people} people work there;"
        " person responsible for safety: {responsible}.",
        name=bilingual(site.name, site.name_en),
        kind=workplace.unit_kind_text(site),
        address=site.address or GAP,
        windows=len(workplace.list_windows(session, site_id)),
        people=len(accounts.list_people(session, site_id)),
        responsible=responsible or GAP,
    )
    return words, tuple(missing)


def _scene(incident: IncidentDetail, place: str, timezone: str) -> Said:
    missing = () if incident.scene else (_("state of the scene"),)
    words = _(
        "{moment}, {place}. {scene}",
        moment=when(incident.occurred_at, timezone),
        place=place,
        scene=incident.scene or GAP,
    )
    return words, missing


def _course(incident: IncidentDetail) -> Said:
    if incident.course:
        return incident.course, ()
    if incident.what:
        return incident.what, ()
    return what_of(incident.kind, "") + GAP, (_("short course of events"),)


def _harm(incident: IncidentDetail) -> Said:
    known = incident.numbers
    if known is None:
        return GAP, (_("casualties"), _("first estimate of the direct loss"))
    missing = () if known.loss_fen is not None else (_("first estimate of the direct loss"),)
    words = _(
        "Casualties: {people}. Direct loss, first estimate: {loss}. By these figures: {level}.",
        people=casualties_text(incident.counted),
        loss=yuan_text(known.loss_fen),
        level=level_text(incident.level),
    )
    return words, missing


def _written(text: str, name: str) -> Said:
    return (text, ()) if text else (GAP, (name,))


def _other(incident: IncidentDetail, timezone: str) -> Said:
    """What is worth telling; nothing of it is required."""
    said = [_("Kind: {kind}.", kind=_(KIND_NAMES[incident.kind]))]
    if incident.other:
        said.append(incident.other)
    before = [one for one in incident.notifications if one.authority in ASKED]
    if before:
        first = before[0]
        said.append(
            _(
                "First reported {moment} to {name} ({way}).",
                moment=when(first.told_at, timezone),
                name=authority_name(first.authority, first.name),
                way=_(WAY_NAMES[first.way]),
            )
        )
    return " ".join(said), ()
