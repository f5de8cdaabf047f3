"""The monthly report of a window, or of the whole hall: every section as of one cut-off."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, i18n
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.core.feature import Compared, Figure, Period, SectionContent
from safety_app.core.i18n import bilingual
from safety_app.features import features
from safety_app.reports import texts
from safety_app.reports.months import month_before, months_since, period_of
from safety_app.reports.permissions import Permission
from safety_app.reports.texts import Slot, Written, require
from safety_app.workplace import service as workplace

if TYPE_CHECKING:
    from safety_app.workplace.models import Site, Window

WHOLE: Final = "00"
"""Stands in the number of a report where a window's code would."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one section says; its blocks stand at `blocks_order` among those of the others."""

    name: str
    content: SectionContent
    blocks_order: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A month in one language; the check code is the same in every language.

    The report of the whole hall has no window, and compares all of them. `previous` are the
    figures of the month before by key, none where there are no records of it.
    """

    number: str
    unit: str
    window_id: int | None
    window_code: str
    window: str
    year: int
    month: int
    period: Period
    language: str
    filled_by: str
    officers: tuple[str, ...]
    lead: str
    begun_at: datetime
    is_demo: bool
    parts: tuple[Part, ...]
    check_code: str
    previous: Mapping[str, Figure] = field(default_factory=dict)
    written: tuple[Written, ...] = ()
    compared: tuple[Compared, ...] = ()
    places: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_site(self) -> bool:
        """Whether it is about the whole hall."""
        return self.window_id is None

    @property
    def is_final(self) -> bool:
        """Whether the month was over at the cut-off."""
        return self.period.cutoff == self.period.end

    @property
    def short_code(self) -> str:
        """The head of the check code in groups, for people to compare."""
        return short_code(self.check_code)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order of the sections."""
        return tuple(figure for part in self.parts for figure in part.content.figures)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """What should be put right before signing, each with the address of its page."""
        return tuple(entry for part in self.parts for entry in part.content.missing)

    @property
    def requests(self) -> list[str]:
        """What the centre must settle, as clauses."""
        return [clause for part in self.parts for clause in part.content.requests]

    def wording(self, slot: Slot) -> Written | None:
        """What somebody wrote into a paragraph in this language, where that counts."""
        found = texts.find(self.written, slot, self.language)
        return found if found and found.text else None

    def worded_elsewhere(self, slot: Slot) -> Written | None:
        """A wording in the other language, where this one shows the proposal."""
        if self.wording(slot):
            return None
        others = (one for one in self.written if one.slot == slot and one.text)
        return next((one for one in others if one.language != self.language), None)


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """A window that somebody may report on."""

    id: int
    code: str
    name: str


def short_code(code: str) -> str:
    """`AB12-CD34-EF56-7890` of a long check code."""
    return "-".join(code[at : at + 4].upper() for at in range(0, 16, 4))


def window_report(
    session: Session, actor: Actor | None, window_id: int, year: int, month: int, *, now: datetime
) -> Report:
    """A window's month in the current language; whoever prints it, its lead fills it in and signs.

    Without an actor (command line) nobody's permission is asked.
    """
    if actor is not None:
        require(actor, Permission.VIEW, window_id)
    site, window = _place(session, actor, window_id)
    lead_id = accounts.lead_of(session, window.id)
    lead = accounts.names(session, [lead_id]).get(lead_id or 0, "")
    return _report(session, site, window, year, month, lead=lead, now=now)


def site_report(
    session: Session, actor: Actor | None, site_id: int, year: int, month: int, *, now: datetime
) -> Report:
    """The whole hall's month in the current language, for those who answer for all of it."""
    if actor is not None:
        require(actor, Permission.VIEW, None)
        if actor.site_id != site_id:
            raise NotFound()
    site = workplace.site(session, site_id)
    return _report(session, site, None, year, month, lead="", now=now)


def list_choices(
    session: Session, actor: Actor, *, year: int = 0, month: int = 0
) -> list[WindowChoice]:
    """The windows whose report the actor may see, by code; of a month also those retired since."""
    reach = actor.reach(Permission.VIEW)
    return [
        WindowChoice(window.id, window.code, bilingual(window.name, window.name_en))
        for window in windows_of(session, actor.site_id, year, month)
        if reach.covers(window.id)
    ]


def windows_of(session: Session, site_id: int, year: int, month: int) -> "list[Window]":
    """The windows in use, and those that were when the month began."""
    begun = date(year, month, 1) if year else date.max
    return [
        window
        for window in workplace.list_windows(session, site_id, active=False)
        if window.is_active or (window.retired_on is not None and window.retired_on > begun)
    ]


def list_months(session: Session, actor: Actor, *, now: datetime) -> list[tuple[int, int]]:
    """Every month since the hall's records began, the latest first."""
    site = workplace.site(session, actor.site_id)
    return months_since(site.created_at, site.timezone, clock.local_day(now, site.timezone))


def _report(
    session: Session,
    site: "Site",
    window: "Window | None",
    year: int,
    month: int,
    *,
    lead: str,
    now: datetime,
) -> Report:
    window_id = window.id if window else None
    code = window.code if window else ""
    period = period_of(year, month, site.timezone, now=now)
    parts = _parts(session, site.id, window_id, period)
    written = texts.newest(session, site.id, window_id, year, month)
    places = {} if window else workplace.window_names(session, site.id)
    compared = () if window else _compared(session, site.id, period)
    officers = _officers(session, site.id)
    return Report(
        number=f"AQ-{year}-{month:02}-{code or WHOLE}",
        unit=bilingual(site.name, site.name_en),
        window_id=window_id,
        window_code=code,
        window=f"{code} {bilingual(window.name, window.name_en)}" if window else "",
        year=year,
        month=month,
        period=period,
        language=i18n.language(),
        filled_by=lead if window else "",
        officers=officers,
        lead=lead,
        begun_at=site.created_at,
        is_demo=site.is_demo,
        parts=parts,
        check_code=_check_code(site.id, code, period, parts, written, compared),
        previous=_previous(session, site, window_id, year, month, now),
        written=written,
        compared=compared,
        places=places,
    )


def _place(session: Session, actor: Actor | None, window_id: int) -> "tuple[Site, Window]":
    """The window and its hall; the command line may ask for any hall's."""
    sites = [workplace.site(session, actor.site_id)] if actor else workplace.list_sites(session)
    for site in sites:
        for window in workplace.list_windows(session, site.id, active=False):
            if window.id == window_id:
                return site, window
    raise NotFound()


def _parts(
    session: Session, site_id: int, window_id: int | None, period: Period
) -> tuple[Part, ...]:
    sections = [section for feature in features() for section in feature.sections]
    return tuple(
        Part(
            section.name,
            section.build(session, site_id, window_id, period),
            section.order if section.blocks_order is None else section.blocks_order,
        )
        for section in sorted(sections, key=lambda section: section.order)
    )


def _previous(
    session: Session, site: "Site", window_id: int | None, year: int, month: int, now: datetime
) -> Mapping[str, Figure]:
    """The figures of the month before, as of its own end; none from before the records began."""
    period = period_of(*month_before(year, month), site.timezone, now=now)
    if period.end <= site.created_at:
        return {}
    parts = _parts(session, site.id, window_id, period)
    return {figure.key: figure for part in parts for figure in part.content.figures}


def _compared(session: Session, site_id: int, period: Period) -> tuple[Compared, ...]:
    found = [one for feature in features() for one in feature.comparisons]
    found.sort(key=lambda one: one.order)
    return tuple(one.build(session, site_id, period) for one in found)


def _officers(session: Session, site_id: int) -> tuple[str, ...]:
    people = accounts.list_people(session, site_id)
    return tuple(person.display_name for person in people if Role.OFFICER in person.roles)


def _check_code(
    site_id: int,
    code: str,
    period: Period,
    parts: tuple[Part, ...],
    written: tuple[Written, ...],
    compared: tuple[Compared, ...],
) -> str:
    """SHA-256 of figures, facts and what was worded by hand: the same in both languages."""
    counted: dict[str, Any] = {
        "site": site_id,
        "window": code,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "cutoff": period.cutoff.isoformat(),
        "sections": {
            part.name: {
                "figures": {
                    figure.key: [figure.value, figure.of] for figure in part.content.figures
                },
                "facts": part.content.facts,
            }
            for part in parts
        },
    }
    # Only where there are any: the codes of papers printed before stay as they are.
    if worded := {f"{one.language}/{one.slot}": one.text for one in written if one.text}:
        counted["texts"] = worded
    if compared:
        counted["windows"] = [
            sorted([str(key), one.numbers, one.light] for key, one in table.standings.items())
            for table in compared
        ]
    text = json.dumps(counted, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
